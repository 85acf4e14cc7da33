//! Closed sets that are stored as text.

use sea_orm::{ActiveEnum, Iterable};

/// Declares an enum whose variants are stored, and written in datasets, as the given words.
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            sea_orm::EnumIter, sea_orm::DeriveActiveEnum, serde::Serialize, serde::Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $(
                #[sea_orm(string_value = $text)]
                #[serde(rename = $text)]
                $variant,
            )+
        }
    };
}

/// What every enum of `text_enum!` can do.
pub trait TextEnum: ActiveEnum<Value = String> + Iterable {
    /// The value written as `text`, if there is one.
    fn of_text(text: &str) -> Option<Self> {
        Self::iter().find(|value| value.to_value() == text)
    }

    /// The word it is stored as.
    fn text(&self) -> String {
        self.to_value()
    }

    /// Every word of the set, for a message that says what was expected.
    fn words() -> String {
        Self::iter().map(|value| value.to_value()).collect::<Vec<_>>().join(", ")
    }
}

impl<T: ActiveEnum<Value = String> + Iterable> TextEnum for T {}

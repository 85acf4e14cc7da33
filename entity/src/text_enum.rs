//! Closed sets that are stored as text.

use sea_orm::ActiveEnum;

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

        impl crate::TextEnum for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            #[inline]
            fn index(self) -> usize {
                self as usize
            }

            fn of_text(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

/// What every enum of `text_enum!` can do.
pub trait TextEnum: ActiveEnum<Value = String> + Copy + 'static {
    /// Every value, in the order of the declaration.
    const ALL: &'static [Self];

    /// The place of the value in [`Self::ALL`].
    fn index(self) -> usize;

    /// The value written as `text`, if there is one.
    fn of_text(text: &str) -> Option<Self>;

    /// The word it is stored as.
    fn text(&self) -> String {
        self.to_value()
    }

    /// Every word of the set, for a message that says what was expected.
    fn words() -> String {
        Self::ALL.iter().map(ActiveEnum::to_value).collect::<Vec<_>>().join(", ")
    }
}

//! Languages: what labels can be asked in.

use async_graphql::Enum;

/// A language of the register's texts. A text that is missing in the language asked is answered in the first
/// of these that it has: the same text for every language (such as a name), English, French, Dutch, German.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::Language")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
    /// Dutch.
    Nl,
    /// German.
    De,
}

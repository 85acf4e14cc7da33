//! Text in several languages.

use std::collections::BTreeMap;

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

text_enum! {
    /// A language of the register's texts.
    Language { En = "en", Fr = "fr", Nl = "nl", De = "de" }
}

/// One text in the languages a source gives it in, possibly none.
///
/// The key `und` (undetermined, as in BCP 47) holds a text that is the same in every language, such as most names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Labels(pub BTreeMap<String, String>);

impl Labels {
    /// The same text in every language.
    pub const ANY: &str = "und";

    const FALLBACK: [&str; 5] = [Self::ANY, "en", "fr", "nl", "de"];

    /// The text in `language`; else the one for every language; else English, French, Dutch, German, in this order.
    pub fn in_language(&self, language: Language) -> Option<&str> {
        let asked = sea_orm::ActiveEnum::to_value(&language);
        std::iter::once(asked.as_str()).chain(Self::FALLBACK).find_map(|key| self.0.get(key)).map(String::as_str)
    }

    /// Whether no source gives the text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_language_falls_back_in_the_documented_order() {
        let labels = Labels(BTreeMap::from([("fr".into(), "vélo".into()), ("nl".into(), "fiets".into())]));
        assert_eq!(labels.in_language(Language::Nl), Some("fiets"));
        assert_eq!(labels.in_language(Language::En), Some("vélo"));
        let same = Labels(BTreeMap::from([(Labels::ANY.into(), "PermaFungi".into())]));
        assert_eq!(same.in_language(Language::De), Some("PermaFungi"));
        assert_eq!(Labels::default().in_language(Language::En), None);
    }
}

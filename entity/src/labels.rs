//! Text in several languages.

use std::collections::BTreeMap;

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize, Serializer};

text_enum! {
    /// A language of the register's texts.
    Language { En = "en", Fr = "fr", Nl = "nl", De = "de" }
}

/// One text in the languages a source gives it in, possibly none.
///
/// The key `und` (undetermined, as in BCP 47) holds a text that is the same in every language, such
/// as most names.
///
/// As JSON it is an object with a text for each language. In memory it is as small as can be, in
/// the order of the keys: a large register has hundreds of thousands, of one language each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, FromJsonQueryResult)]
#[serde(from = "BTreeMap<String, String>")]
pub struct Labels(Box<[(Box<str>, Box<str>)]>);

impl Labels {
    /// The same text in every language.
    pub const ANY: &str = "und";

    const FALLBACK: [&str; 5] = [Self::ANY, "en", "fr", "nl", "de"];

    /// The text in `language`; else the one for every language; else English, French, Dutch,
    /// German, in this order.
    pub fn in_language(&self, language: Language) -> Option<&str> {
        Self::chosen(language, |key| self.get(key))
    }

    /// The same of texts that are held elsewhere, by their keys.
    pub fn chosen<'a>(language: Language, text: impl Fn(&str) -> Option<&'a str>) -> Option<&'a str> {
        let asked = sea_orm::ActiveEnum::to_value(&language);
        std::iter::once(asked.as_str()).chain(Self::FALLBACK).find_map(text)
    }

    fn get(&self, language: &str) -> Option<&str> {
        self.iter().find_map(|(of, text)| (of == language).then_some(text))
    }

    /// The languages and their texts, in the order of the languages' codes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, text)| (&**language, &**text))
    }

    /// Adds the text in a language, unless there is one already.
    pub fn add(&mut self, language: &str, text: &str) {
        let Err(position) = self.0.binary_search_by(|(of, _)| (**of).cmp(language)) else { return };
        let mut texts = std::mem::take(&mut self.0).into_vec();
        texts.insert(position, (language.into(), text.into()));
        self.0 = texts.into();
    }

    /// Whether no source gives the text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<BTreeMap<String, String>> for Labels {
    fn from(texts: BTreeMap<String, String>) -> Self {
        Self(texts.into_iter().map(|(language, text)| (language.into(), text.into())).collect())
    }
}

impl FromIterator<(String, String)> for Labels {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(texts: I) -> Self {
        texts.into_iter().collect::<BTreeMap<_, _>>().into()
    }
}

impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_language_falls_back_in_the_documented_order() {
        let labels = Labels::from_iter([("nl".into(), "fiets".into()), ("fr".into(), "vélo".into())]);
        assert_eq!(labels.in_language(Language::Nl), Some("fiets"));
        assert_eq!(labels.in_language(Language::En), Some("vélo"));
        let same = Labels::from_iter([(Labels::ANY.into(), "PermaFungi".into())]);
        assert_eq!(same.in_language(Language::De), Some("PermaFungi"));
        assert_eq!(Labels::default().in_language(Language::En), None);
    }

    #[test]
    fn the_first_text_of_a_language_stays() {
        let mut labels = Labels::default();
        for (language, text) in [("nl", "fiets"), ("en", "bicycle"), ("nl", "rijwiel")] {
            labels.add(language, text);
        }
        let json = r#"{"en":"bicycle","nl":"fiets"}"#;
        assert_eq!(serde_json::to_string(&labels).expect("texts are JSON"), json);
        assert_eq!(serde_json::from_str::<Labels>(json).expect("it is an object of texts"), labels);
    }
}

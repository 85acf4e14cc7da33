//! The vocabulary: what each value of the schema's closed sets is called.

use std::{collections::HashMap, sync::LazyLock};

use entity::{Language, TextEnum};
use serde::Deserialize;

/// A value of a closed set, and what it is called.
#[derive(Deserialize)]
pub(crate) struct Word {
    /// The name of the enum in the schema.
    pub(crate) set: String,
    /// The value, as the schema writes it.
    pub(crate) value: String,
    en: String,
    fr: String,
    nl: String,
    de: String,
}

impl Word {
    /// What the value is called in a language.
    pub(crate) fn label(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Fr => &self.fr,
            Language::Nl => &self.nl,
            Language::De => &self.de,
        }
    }
}

/// All words, set by set, in the order of the schema.
pub(crate) static ALL: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let table = include_str!("../../data/reference/vocabulary.csv");
    csv::Reader::from_reader(table.as_bytes()).deserialize().collect::<Result<_, _>>().expect("the table is ours")
});

static BY_VALUE: LazyLock<HashMap<(&str, &str), &Word>> =
    LazyLock::new(|| ALL.iter().map(|word| ((word.set.as_str(), word.value.as_str()), word)).collect());

/// What a value of a set is called, each as the schema writes it; `None`: the vocabulary lacks it.
pub(crate) fn label(set: &str, value: &str, language: Language) -> Option<&'static str> {
    BY_VALUE.get(&(set, value)).map(|word| word.label(language))
}

/// What a value is called that the register stores as a word: the schema writes it in capitals.
pub(super) fn of_stored<E: TextEnum>(set: &str, value: E, language: Language) -> &'static str {
    label(set, &value.text().to_uppercase(), language).expect("the vocabulary has every value of a closed set")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the glossary calls in English what a set has as a value.
    const IN_THE_GLOSSARY: [(&str, &str, &str); 22] = [
        ("company / enterprise", "Sphere", "COMPANY"),
        ("research or academic body", "Sphere", "RESEARCH"),
        ("public institution", "Sphere", "PUBLIC"),
        ("federation", "CivilSocietyKind", "FEDERATION"),
        ("cluster", "FactKind", "CLUSTER"),
        ("effective (full) member", "MembershipStatus", "EFFECTIVE"),
        ("candidate member", "MembershipStatus", "CANDIDATE"),
        ("partner", "ParticipationKind", "PARTNER"),
        ("be excluded / exclusion", "ExitKind", "EXCLUDED"),
        ("reason for exclusion", "BreakdownDimension", "EXIT_REASON"),
        ("fee", "ExitReason", "NON_PAYMENT"),
        ("participation rate", "FigureMetric", "PARTICIPATION_RATE"),
        ("working group", "TermKind", "SCOPE"),
        ("evaluation", "EventKind", "EVALUATION"),
        ("repositioning / refocus", "EventKind", "REPOSITIONING"),
        ("enterprise number", "Scheme", "BE_KBO"),
        ("establishment unit", "Scheme", "BE_EST"),
        ("registered seat", "SiteKind", "SEAT"),
        ("name / abbreviation / trade name", "NameKind", "LEGAL"),
        ("name / abbreviation / trade name", "NameKind", "ABBREVIATION"),
        ("name / abbreviation / trade name", "NameKind", "TRADE"),
        ("municipality", "BreakdownDimension", "MUNICIPALITY"),
    ];

    /// The terms of a cell of the glossary, without the marks of where they were read; where they are alternatives,
    /// with the word for "or" between them as well.
    fn terms(cell: &str, or: &str) -> Vec<String> {
        let cell: String = cell.split('[').next().unwrap_or_default().trim().replace('\'', "’");
        let each = cell.split(" / ").map(str::to_owned);
        each.chain([cell.replace(" / ", or)]).collect()
    }

    #[test]
    fn what_the_glossary_has_is_called_as_there() {
        let glossary = include_str!("../../data/reference/glossary.md");
        for (english, set, value) in IN_THE_GLOSSARY {
            let lines =
                glossary.lines().map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
            let line = lines.into_iter().find(|cells| cells.get(2) == Some(&english));
            let line = line.unwrap_or_else(|| panic!("no line of the glossary is {english}"));
            for (language, cell, or) in [(Language::Fr, line[0], " ou "), (Language::Nl, line[1], " of ")] {
                let label = label(set, value, language).unwrap_or_else(|| panic!("{set} has no {value}"));
                // A status is said of a member, and a breach of what the term names: one stands in the other.
                let is_said = |term: &String| term.contains(label) || label.contains(term.as_str());
                assert!(terms(cell, or).iter().any(is_said), "{set} {value}: {label}, in the glossary {cell}");
            }
        }
    }

    #[test]
    fn every_word_is_in_four_languages() {
        for word in ALL.iter() {
            for language in Language::ALL {
                assert!(!word.label(*language).trim().is_empty(), "{} {} in {language:?}", word.set, word.value);
            }
        }
    }
}

//! What was found of the rules of criteria, as sentences.

use entity::Language;

use super::{
    Said, labels,
    rules::{Names, described},
    said,
};
use crate::domain::eligibility::{Finding, Missing, Outcome};

/// What was found of a rule, and why: of an unknown outcome, what is missing.
pub(crate) fn explained(finding: &Finding, names: &Names<'_>, language: Language) -> String {
    let outcome = match finding.outcome {
        Outcome::Met => "MET",
        Outcome::NotMet => "NOT_MET",
        Outcome::Unknown => "UNKNOWN",
    };
    let outcome = labels::label("Outcome", outcome, language).expect("the vocabulary has every outcome");
    let colon = said([":", " :", ":", ":"], language);
    let mut text = format!("{}{colon} {}.", capitalized(outcome), described(finding.rule(), names, language));
    if let Some(missing) = finding.missing {
        text.push(' ');
        text.push_str(said(sentence(missing), language));
    }
    text
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What is missing.
fn sentence(missing: Missing) -> Said {
    match missing {
        Missing::Sites => [
            "No site is recorded.",
            "Aucun site n’est enregistré.",
            "Er is geen vestiging geregistreerd.",
            "Es ist kein Standort erfasst.",
        ],
        Missing::Municipality => [
            "The municipality of a site is not recorded.",
            "La commune d’un site n’est pas enregistrée.",
            "De gemeente van een vestiging is niet geregistreerd.",
            "Die Gemeinde eines Standorts ist nicht erfasst.",
        ],
        Missing::Activities => [
            "No activity is recorded.",
            "Aucune activité n’est enregistrée.",
            "Er is geen activiteit geregistreerd.",
            "Es ist keine Tätigkeit erfasst.",
        ],
        Missing::ActivityVersion => [
            "An activity is recorded in another version of the classification, and no correspondence is.",
            "Une activité est enregistrée dans une autre version de la nomenclature, sans correspondance.",
            "Een activiteit is in een andere versie van de nomenclatuur geregistreerd, zonder overeenstemming.",
            "Eine Tätigkeit ist in einer anderen Fassung der Systematik erfasst, ohne Entsprechung.",
        ],
        Missing::SectorActivities => [
            "It is not recorded which activities of that version of the classification belong to the sector.",
            "Les activités de cette version de la nomenclature qui relèvent du secteur ne sont pas enregistrées.",
            "Welke activiteiten van die versie van de nomenclatuur tot de sector behoren, is niet geregistreerd.",
            "Welche Tätigkeiten dieser Fassung der Systematik zum Sektor gehören, ist nicht erfasst.",
        ],
        Missing::Attribute => [
            "No source says whether that is so.",
            "Aucune source ne dit ce qu’il en est.",
            "Geen bron zegt of dat zo is.",
            "Keine Quelle sagt, ob das so ist.",
        ],
        Missing::Agreement => [
            "Sources contradict each other.",
            "Les sources se contredisent.",
            "De bronnen spreken elkaar tegen.",
            "Die Quellen widersprechen einander.",
        ],
        Missing::Identifier => [
            "No such identifier is recorded.",
            "Aucun identifiant de ce type n’est enregistré.",
            "Er is geen identificatie van die soort geregistreerd.",
            "Es ist keine solche Kennung erfasst.",
        ],
        Missing::SizeClass => [
            "The size of the company is not recorded.",
            "La taille de l’entreprise n’est pas enregistrée.",
            "De grootte van de onderneming is niet geregistreerd.",
            "Die Größe des Unternehmens ist nicht erfasst.",
        ],
        Missing::Judgement => [
            "No judgement of the cluster is recorded.",
            "Aucun jugement du cluster n’est enregistré.",
            "Er is geen oordeel van de cluster geregistreerd.",
            "Es ist kein Urteil des Clusters erfasst.",
        ],
        Missing::Rules => [
            "It depends on what is not known.",
            "Cela dépend de ce qui n’est pas connu.",
            "Dat hangt af van wat niet bekend is.",
            "Es hängt von dem ab, was nicht bekannt ist.",
        ],
    }
}

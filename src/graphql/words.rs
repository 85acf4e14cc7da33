//! What the values of breakdowns are called that no closed set of the schema has, in English, French, Dutch and German.

use entity::Language;

use crate::domain::statistics::Dimension;

fn said(words: [&'static str; 4], language: Language) -> &'static str {
    words[match language {
        Language::En => 0,
        Language::Fr => 1,
        Language::Nl => 2,
        Language::De => 3,
    }]
}

pub(super) fn unknown(dimension: Dimension, language: Language) -> &'static str {
    let words = match dimension {
        Dimension::ExitKind => ["not ended", "pas terminé", "niet beëindigd", "nicht beendet"],
        Dimension::ExitReason => {
            ["no reason recorded", "pas de raison enregistrée", "geen reden geregistreerd", "kein Grund erfasst"]
        }
        Dimension::Verdict => ["no criteria", "pas de critères", "geen criteria", "keine Kriterien"],
        _ => ["not known", "inconnu", "onbekend", "nicht bekannt"],
    };
    said(words, language)
}

pub(super) fn holds(holds: bool, language: Language) -> &'static str {
    said(if holds { ["yes", "oui", "ja", "ja"] } else { ["no", "non", "neen", "nein"] }, language)
}

//! What breakdowns call the values that no closed set of the schema has.

use entity::Language;

use super::said;
use crate::domain::statistics::Dimension;

/// What the group of those is called whose value is not known.
pub(crate) fn unknown(dimension: Dimension, language: Language) -> &'static str {
    let texts = match dimension {
        Dimension::ExitKind => ["not ended", "pas terminé", "niet beëindigd", "nicht beendet"],
        Dimension::ExitReason => {
            ["no reason recorded", "pas de raison enregistrée", "geen reden geregistreerd", "kein Grund erfasst"]
        }
        Dimension::Verdict => ["no criteria", "pas de critères", "geen criteria", "keine Kriterien"],
        _ => ["not known", "inconnu", "onbekend", "nicht bekannt"],
    };
    said(texts, language)
}

/// Whether an attribute holds.
pub(crate) fn holds(holds: bool, language: Language) -> &'static str {
    said(if holds { ["yes", "oui", "ja", "ja"] } else { ["no", "non", "neen", "nein"] }, language)
}

//! What the values of closed dimensions are called, in English, French, Dutch and German.

use entity::{
    Language,
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};

use crate::domain::{
    eligibility::Verdict,
    statistics::{Dimension, Part},
};

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

pub(super) fn status(status: Status, language: Language) -> &'static str {
    let words = match status {
        Status::Candidate => ["candidate", "candidat", "kandidaat", "Kandidat"],
        Status::Effective => ["effective", "effectif", "effectief", "Vollmitglied"],
        Status::Ended => ["ended", "terminé", "beëindigd", "beendet"],
    };
    said(words, language)
}

pub(super) fn kind(kind: ParticipationKind, language: Language) -> &'static str {
    let words = match kind {
        ParticipationKind::Member => ["member", "membre", "lid", "Mitglied"],
        ParticipationKind::Partner => ["partner", "partenaire", "partner", "Partner"],
    };
    said(words, language)
}

pub(super) fn sphere(sphere: Sphere, language: Language) -> &'static str {
    let words = match sphere {
        Sphere::Company => ["company", "entreprise", "onderneming", "Unternehmen"],
        Sphere::Research => [
            "research or academic body",
            "centre de recherche ou académique",
            "onderzoeks- of academische instelling",
            "Forschungs- oder Hochschuleinrichtung",
        ],
        Sphere::Public => {
            ["public institution", "institution publique", "openbare instelling", "öffentliche Einrichtung"]
        }
        Sphere::CivilSociety => {
            ["civil society body", "organisme de la société civile", "middenveldorganisatie", "Verband"]
        }
    };
    said(words, language)
}

pub(super) fn size(size: SizeClass, language: Language) -> &'static str {
    let words = match size {
        SizeClass::Micro => ["micro", "micro", "micro", "Kleinst"],
        SizeClass::Small => ["small", "petite", "klein", "klein"],
        SizeClass::Medium => ["medium", "moyenne", "middelgroot", "mittel"],
        SizeClass::Large => ["large", "grande", "groot", "groß"],
    };
    said(words, language)
}

pub(super) fn exit(kind: ExitKind, language: Language) -> &'static str {
    let words = match kind {
        ExitKind::Left => ["left", "parti", "vertrokken", "ausgetreten"],
        ExitKind::Excluded => ["excluded", "exclu", "uitgesloten", "ausgeschlossen"],
        ExitKind::NoLongerEligible => {
            ["no longer eligible", "plus éligible", "komt niet meer in aanmerking", "nicht mehr zulässig"]
        }
        ExitKind::CandidacyWithdrawn => {
            ["candidacy withdrawn", "candidature retirée", "kandidatuur ingetrokken", "Kandidatur zurückgezogen"]
        }
        ExitKind::CandidacyRejected => {
            ["candidacy rejected", "candidature rejetée", "kandidatuur afgewezen", "Kandidatur abgelehnt"]
        }
        ExitKind::Ceased => ["ceased", "a cessé d’exister", "opgehouden te bestaan", "aufgelöst"],
        ExitKind::NotRecorded => ["not recorded", "non enregistré", "niet geregistreerd", "nicht erfasst"],
    };
    said(words, language)
}

pub(super) fn exit_reason(reason: ExitReason, language: Language) -> &'static str {
    let words = match reason {
        ExitReason::CharterBreach => {
            ["breach of the charter", "violation de la charte", "schending van het charter", "Verstoß gegen die Charta"]
        }
        ExitReason::NonPayment => {
            ["fees not paid", "cotisation impayée", "bijdrage niet betaald", "Beitrag nicht bezahlt"]
        }
        ExitReason::Inactivity => ["no activity", "inactivité", "inactiviteit", "Untätigkeit"],
        ExitReason::Legal => ["legal ground", "motif légal", "wettelijke grond", "rechtlicher Grund"],
        ExitReason::Other => ["other reason", "autre raison", "andere reden", "anderer Grund"],
    };
    said(words, language)
}

pub(super) fn verdict(verdict: Verdict, language: Language) -> &'static str {
    let words = match verdict {
        Verdict::Eligible => ["eligible", "éligible", "komt in aanmerking", "zulässig"],
        Verdict::NotEligible => ["not eligible", "non éligible", "komt niet in aanmerking", "nicht zulässig"],
        Verdict::Undetermined => ["undetermined", "indéterminé", "onbepaald", "unbestimmt"],
    };
    said(words, language)
}

pub(super) fn holds(holds: bool, language: Language) -> &'static str {
    said(if holds { ["yes", "oui", "ja", "ja"] } else { ["no", "non", "neen", "nein"] }, language)
}

/// What the groups beyond a limit are called together; nothing for a group of its own.
pub(super) fn rest(part: Part, language: Language) -> Option<&'static str> {
    let words = match part {
        Part::Group => return None,
        Part::Rest => ["others", "autres", "overige", "übrige"],
        Part::UnknownRest => [
            "others, in part not known",
            "autres, en partie inconnus",
            "overige, deels onbekend",
            "übrige, teils nicht bekannt",
        ],
    };
    Some(said(words, language))
}

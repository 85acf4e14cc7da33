//! What the parts of a cluster have to know of it, and of each other's documents.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{chance::after, fields::Field};

/// What the parts of a cluster have to know of it.
pub(super) struct Plan {
    pub(super) slug: String,
    /// Its sectors.
    pub(super) fields: Vec<&'static Field>,
    pub(super) founded: NaiveDate,
    pub(super) evaluated: NaiveDate,
    /// The day from which its second criteria apply.
    pub(super) repositioned: NaiveDate,
    /// Keys of the services that former members are referred to.
    pub(super) services: Vec<&'static str>,
    /// Codes of what its criteria have it look at itself.
    pub(super) assessed: BTreeSet<String>,
}

/// The documents that facts about a cluster cite.
#[derive(Clone, Copy)]
pub(super) enum Document {
    /// Its founding act.
    Founding,
    /// Its register of participations.
    Register,
    /// A question in parliament, some months after its evaluation.
    Question,
    /// A report of its last full year.
    Report,
}

impl Plan {
    /// The key of one of the cluster's sources.
    pub(super) fn source(&self, document: Document) -> String {
        let kind = match document {
            Document::Founding => "founding",
            Document::Register => "register",
            Document::Question => "question",
            Document::Report => "report",
        };
        format!("{}.{kind}", self.slug)
    }

    /// The day of the question in parliament.
    pub(super) fn questioned(&self) -> NaiveDate {
        after(self.evaluated, 150)
    }
}

//! Programmes: one for each field that clusters are about first, with the clusters of it since they were founded.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::{PartialDate, participation_period::Status, source::SourceKind};
use serde::Serialize;

use super::{chance::day, edition::Edition, fields::Field, figures, plan::Plan, spell::Histories};

/// The clusters of each programme, by the code of its field.
#[derive(Default)]
pub(super) struct Programmes(BTreeMap<&'static str, Programme>);

struct Programme {
    field: &'static Field,
    /// Each with the day it was founded.
    clusters: Vec<(String, NaiveDate)>,
    /// The effective members of all on the day of the report.
    members: usize,
}

/// The day that reports of programmes count on.
fn reported() -> NaiveDate {
    day(2025, 12, 31)
}

#[derive(Serialize)]
struct ProgrammeRow<'a> {
    slug: &'a str,
    name_en: String,
    name_fr: String,
    name_nl: String,
    source: &'a str,
}

#[derive(Serialize)]
struct BelongingRow<'a> {
    programme: &'a str,
    cluster: &'a str,
    from: PartialDate,
    source: &'a str,
}

impl Programmes {
    /// Takes a cluster into the programme of its first field.
    pub(super) fn take(&mut self, plan: &Plan, histories: &Histories) {
        let field = plan.fields[0];
        let none = || Programme { field, clusters: Vec::new(), members: 0 };
        let programme = self.0.entry(field.code).or_insert_with(none);
        programme.clusters.push((plan.slug.clone(), plan.founded));
        programme.members += figures::count(&histories.members, &[Status::Effective], reported());
    }

    /// Writes all.
    pub(super) fn write(&self, edition: &mut Edition<'_>) {
        for (code, Programme { field, clusters, members }) in &self.0 {
            let (slug, source) = (format!("programme-{code}"), format!("programme-{code}.report"));
            let [en, fr, nl] = field.names;
            let published_on = "2026-03".parse().ok();
            edition.source(&source, SourceKind::Report, &format!("Report 2025 on {en}"), None, published_on);
            edition.add(
                "programmes",
                ProgrammeRow {
                    slug: &slug,
                    name_en: format!("Invented programme: {}", en.to_lowercase()),
                    name_fr: format!("Programme inventé : {}", fr.to_lowercase()),
                    name_nl: format!("Verzonnen programma: {}", nl.to_lowercase()),
                    source: &source,
                },
            );
            for (cluster, founded) in clusters {
                let from = PartialDate::day(*founded);
                edition.add("programme_clusters", BelongingRow { programme: &slug, cluster, from, source: &source });
            }
            figures::of_programme(edition, &slug, (clusters.len(), *members), reported(), &source);
        }
    }
}

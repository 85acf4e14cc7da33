//! Programmes, and which clusters belong to them.

use entity::{
    Language,
    id::{ProgrammeClusterId, ProgrammeProfileId},
    programme, programme_cluster, programme_profile,
};

use super::parser::{Dates, Parser, Seen};
use crate::domain::search;

impl Parser<'_> {
    pub(super) fn programmes(&mut self) {
        let mut seen = Seen::default();
        let table = self.take("programmes");
        for row in table.rows(self.faults) {
            let (website, source, name) = (row.address("website"), self.cited(&row), row.labels_required("name"));
            let Some(slug) = row.key("slug") else { continue };
            seen.note(&row, "slug", slug);
            let id = self.programmes[slug];
            let Some(source_id) = source else { continue };
            if !self.holdings.programmes.contains_key(slug) {
                self.facts.programmes.push(programme::Model { id, slug: slug.to_owned(), recorded_rev: self.revision });
            }
            let profile = programme_profile::Model {
                id: ProgrammeProfileId::fresh(),
                programme_id: id,
                website,
                sort_name: search::form(name.in_language(Language::En).unwrap_or(slug)),
                name,
                description: row.labels("description"),
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.programme_profiles.push(row.located(profile));
        }
        let table = self.take("programme_clusters");
        for row in table.rows(self.faults) {
            let programme = self.referred(&row, "programme", |slug| self.programme(slug));
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let (dates, source) = (Dates::from_row(&row), self.cited(&row));
            let (Some(programme_id), Some(cluster_id), Some(source_id)) = (programme, cluster, source) else {
                continue;
            };
            let belonging = programme_cluster::Model {
                id: ProgrammeClusterId::fresh(),
                programme_id,
                cluster_id,
                valid_from: dates.interval.from,
                valid_to: dates.interval.to,
                from_stated: dates.from,
                to_stated: dates.to,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.programme_clusters.push(row.located(belonging));
        }
    }
}

//! Clusters, and what is recorded of them besides participations.

use std::collections::HashSet;

use entity::{
    About, Language, PartialDate, cluster, cluster_event, cluster_profile,
    id::{ClusterEventId, ClusterProfileId, SectorId, SectorNaceId, ServiceId, TermId},
    sector, sector_nace, service,
    term::{self, TermKind},
};

use super::parser::{Parser, Seen, class};
use crate::domain::{reference::REFERENCE, search};

impl Parser<'_> {
    pub(super) fn clusters(&mut self) {
        let mut seen = Seen::default();
        let table = self.take("clusters");
        for row in table.rows(self.faults) {
            let host = self.referred(&row, "host", |key| self.organization(key));
            let (website, source, name) = (row.address("website"), self.cited(&row), row.labels_required("name"));
            let complete_from = row.value("complete_from", "a day such as 2024-01-01", |text| {
                let date: PartialDate = text.parse().ok()?;
                (date.earliest() == date.latest()).then(|| date.earliest())
            });
            let Some(slug) = row.key("slug") else { continue };
            seen.note(&row, "slug", slug);
            let id = self.clusters[slug];
            let Some(source_id) = source else { continue };
            if !self.holdings.clusters.contains_key(slug) {
                self.facts.clusters.push(cluster::Model { id, slug: slug.to_owned(), recorded_rev: self.revision });
            }
            let profile = cluster_profile::Model {
                id: ClusterProfileId::fresh(),
                cluster_id: id,
                host_id: host,
                website,
                complete_from,
                sort_name: search::form(name.in_language(Language::En).unwrap_or(slug)),
                name,
                description: row.labels("description"),
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.cluster_profiles.push(row.located(profile));
        }
        self.events();
        self.sectors();
        self.services();
        self.terms();
        self.judgements();
    }

    fn events(&mut self) {
        let mut seen = Seen::default();
        let table = self.take("events");
        for row in table.rows(self.faults) {
            let (cluster, kind) = (self.referred(&row, "cluster", |slug| self.cluster(slug)), row.word("kind"));
            let (on, source, key) = (row.date("on"), self.cited(&row), row.key("id"));
            let (Some(cluster_id), Some(key)) = (cluster, key) else { continue };
            seen.note(&row, "id", (cluster_id, key));
            let id = ClusterEventId::fresh();
            self.events.insert((cluster_id, key.to_owned()), id);
            let (Some(kind), Some(source_id)) = (kind, source) else { continue };
            let mut event = cluster_event::Model {
                id,
                cluster_id,
                key: key.to_owned(),
                kind,
                on,
                text: row.labels("text"),
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            let known = self.holdings.events.get(&(cluster_id, key.to_owned()));
            if let Some(known) = known.filter(|known| cluster_event::Entity::say_the_same(known, &event)) {
                event.id = known.id;
                self.events.insert((cluster_id, key.to_owned()), known.id);
            }
            self.facts.events.push(row.located(event));
        }
    }

    fn sectors(&mut self) {
        let mut seen = Seen::default();
        let table = self.take("sectors");
        for row in table.rows(self.faults) {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let (source, code, label) = (self.cited(&row), row.key("code"), row.labels_required("label"));
            let (Some(cluster_id), Some(code)) = (cluster, code) else { continue };
            seen.note(&row, "code", (cluster_id, code));
            let id = SectorId::fresh();
            self.sectors.insert((cluster_id, code.to_owned()), id);
            let Some(source_id) = source else { continue };
            let sector = sector::Model {
                id,
                cluster_id,
                code: code.to_owned(),
                label,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.sectors.push(row.located(sector));
        }
        let mut seen = Seen::default();
        let mut stored = HashSet::new();
        let table = self.take("sector_nace");
        for row in table.rows(self.faults) {
            let (cluster, class) = (self.referred(&row, "cluster", |slug| self.cluster(slug)), class(&row, 1));
            let sector = cluster.and_then(|cluster| self.referred(&row, "sector", |code| self.sector(cluster, code)));
            let (Some(sector_id), Some((nace_version, code))) = (sector, class) else { continue };
            seen.note(&row, "nace_code", (sector_id, nace_version, code.clone()));
            let class = REFERENCE.class(nace_version, &code).expect("looked up above");
            // A section is stored as its divisions: codes below it do not begin with its letter.
            for nace_code in REFERENCE.divisions(class) {
                if !stored.insert((sector_id, nace_version, nace_code.clone())) {
                    continue;
                }
                let class = sector_nace::Model { id: SectorNaceId::fresh(), sector_id, nace_version, nace_code };
                self.facts.sector_classes.push(row.located(class));
            }
        }
    }

    fn services(&mut self) {
        let mut seen = Seen::default();
        let table = self.take("services");
        for row in table.rows(self.faults) {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let (source, key, name) = (self.cited(&row), row.key("id"), row.labels_required("name"));
            let (Some(cluster_id), Some(key)) = (cluster, key) else { continue };
            seen.note(&row, "id", (cluster_id, key));
            let id = ServiceId::fresh();
            self.services.insert((cluster_id, key.to_owned()), id);
            let Some(source_id) = source else { continue };
            let mut service = service::Model {
                id,
                cluster_id,
                key: key.to_owned(),
                name,
                description: row.labels("description"),
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            let known = self.holdings.services.get(&(cluster_id, key.to_owned()));
            if let Some(known) = known.filter(|known| service::Entity::say_the_same(known, &service)) {
                service.id = known.id;
                self.services.insert((cluster_id, key.to_owned()), known.id);
            }
            self.facts.services.push(row.located(service));
        }
    }

    fn terms(&mut self) {
        let mut seen = Seen::default();
        let table = self.take("terms");
        for row in table.rows(self.faults) {
            let kind: Option<TermKind> = row.word("kind");
            let cluster = row.text("cluster").map(|_| self.referred(&row, "cluster", |slug| self.cluster(slug)));
            match (kind, cluster.is_some()) {
                (Some(TermKind::Attribute), true) => {
                    row.fault(
                        "cluster",
                        "is filled; expected nothing: attributes are called the same in every cluster",
                    );
                }
                (Some(TermKind::Judgement | TermKind::Scope), false) => {
                    row.fault("cluster", "is empty; expected the cluster whose judgement or scope it is");
                }
                _ => {}
            }
            // A scope is coded by its own name.
            let code = if kind == Some(TermKind::Scope) { row.text("code") } else { row.key("code") };
            let (source, label) = (self.cited(&row), row.labels_required("label"));
            let (Some(kind), Some(code), Some(source_id)) = (kind, code, source) else { continue };
            let cluster_id = cluster.flatten();
            seen.note(&row, "code", (kind, cluster_id, code));
            let mut term = term::Model {
                id: TermId::fresh(),
                kind,
                cluster_id,
                code: code.to_owned(),
                label,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            let known = self.holdings.terms.get(&(kind, cluster_id, code.to_owned()));
            if let Some(known) = known.filter(|known| term::Entity::say_the_same(known, &term)) {
                term.id = known.id;
            }
            self.facts.terms.push(row.located(term));
        }
    }
}

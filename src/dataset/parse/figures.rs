//! Programmes, and the figures published of clusters and of programmes.

use std::collections::HashMap;

use entity::{
    TextEnum,
    id::{ProgrammeClusterId, ProgrammeProfileId, PublishedFigureId},
    organization_profile::{SizeClass, Sphere},
    programme, programme_cluster, programme_profile,
    published_figure::{self, Disclosure, FigureUnit, Metric},
};
use uuid::Uuid;

use super::{Dates, Parser, Seen, Unknown};
use crate::{
    dataset::table::Row,
    domain::{quoted, search},
};

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
            if !self.snapshot.programmes.contains_key(slug) {
                self.facts.programmes.push(programme::Model { id, slug: slug.to_owned(), recorded_rev: self.revision });
            }
            let profile = programme_profile::Model {
                id: ProgrammeProfileId::fresh(),
                programme_id: id,
                website,
                sort_name: search::form(name.in_language(entity::Language::En).unwrap_or(slug)),
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
            let (dates, source) = (Dates::of(&row), self.cited(&row));
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

    pub(super) fn figures(&mut self) {
        let mut keys = Seen::default();
        // What each figure with a key is a part of, and where that stands.
        let (mut wholes, mut parts): (HashMap<(Uuid, &str), Option<&str>>, Vec<_>) = Default::default();
        let table = self.take("figures");
        for row in table.rows(self.faults) {
            let of_cluster = row.text("cluster").map(|_| self.referred(&row, "cluster", |slug| self.cluster(slug)));
            let of_programme =
                row.text("programme").map(|_| self.referred(&row, "programme", |slug| self.programme(slug)));
            match (&of_cluster, &of_programme) {
                (None, None) => row.fault("cluster", "is empty; expected a cluster, or a programme in its column"),
                (Some(_), Some(_)) => row.fault("programme", "is filled beside a cluster; expected one of both"),
                _ => {}
            }
            let (cluster_id, programme_id) = (of_cluster.flatten(), of_programme.flatten());
            let (key, part_of) = (row.key("id"), row.text("part_of"));
            let subject = cluster_id.map(Uuid::from).or(programme_id.map(Uuid::from));
            if let (Some(subject), Some(key)) = (subject, key) {
                keys.note(&row, "id", (subject, key));
                wholes.insert((subject, key), part_of);
            }
            if let (Some(subject), Some(whole)) = (subject, part_of) {
                parts.push((row, subject, key, whole));
            }
            let (metric, nature, qualifier) = (row.word("metric"), row.word("nature"), row.word("qualifier"));
            let (of_sphere, of_size_class): (_, Vec<SizeClass>) = (row.word("of_sphere"), row.words("of_size_class"));
            let (label, unit) = (row.labels("label"), row.word("unit"));
            if let Some(metric) = metric {
                suits(&row, metric, cluster_id.is_some(), label.is_empty(), unit);
                is_a_part(&row, metric, of_sphere, &of_size_class);
            }
            let (on, source, disclosure) = (row.date("on"), self.cited(&row), row.word::<Disclosure>("disclosure"));
            let value = row.value("value", "a number such as 35 or 4.5, not below 0", |text| {
                text.parse::<f64>().ok().filter(|value| value.is_finite() && !value.is_sign_negative())
            });
            match (disclosure, row.text("value")) {
                (Some(Disclosure::Disclosed), None) => {
                    row.fault("value", "is empty; expected a number, or not_disclosed as the disclosure");
                }
                (Some(Disclosure::NotDisclosed), Some(_)) => {
                    row.fault("value", "is filled; expected it empty where the disclosure is not_disclosed");
                }
                _ => {}
            }
            let comparable_with_previous =
                row.value("comparable_with_previous", "true or false", |text| text.parse::<bool>().ok());
            let comparison_note = row.labels("comparison_note");
            if row.text("comparable_with_previous").is_none() && !comparison_note.is_empty() {
                row.fault("comparable_with_previous", "is empty; expected true or false, which the note explains");
            }
            let (Some(_), Some(metric), Some(nature)) = (subject, metric, nature) else { continue };
            let (Some(qualifier), Some(disclosure), Some(source_id)) = (qualifier, disclosure, source) else {
                continue;
            };
            let own = |key: &str| format!("{}/{key}", self.package.name);
            let figure = published_figure::Model {
                id: PublishedFigureId::fresh(),
                cluster_id,
                programme_id,
                // Keys of figures are the package's own: two packages may use the same.
                key: key.map(own),
                part_of: part_of.map(own),
                metric,
                label,
                of_sphere,
                of_size_class: of_size_class.into_iter().collect(),
                of_group: row.labels("of_group"),
                nature,
                value,
                disclosure,
                qualifier,
                unit,
                population: row.owned("population"),
                on,
                comparable_with_previous,
                comparison_note,
                quote: row.owned("quote"),
                explanation: row.labels("explanation"),
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.figures.push(row.located(figure));
        }
        for (row, subject, key, whole) in parts {
            if !wholes.contains_key(&(subject, whole)) {
                let Unknown(message) =
                    self.unknown("figures", whole, "the id of a figure of the same cluster or programme in");
                message.into_iter().for_each(|message| row.fault("part_of", message));
            } else if key.is_some_and(|key| is_within(&wholes, subject, whole, key)) {
                row.fault("part_of", format!("{}: is a part of this figure itself; expected its whole", quoted(whole)));
            }
        }
    }
}

/// Notes a fault where the subject, the label or the unit does not go with what is counted.
fn suits(row: &Row<'_>, metric: Metric, is_of_cluster: bool, is_unlabelled: bool, unit: Option<FigureUnit>) {
    match (metric, is_unlabelled) {
        (Metric::Other, true) => row.fault("label_en", "no language is filled; expected what `other` counts"),
        (Metric::Other, false) | (_, true) => {}
        (_, false) => row.fault("metric", format!("{} has a label; expected other, which needs one", metric.text())),
    }
    if metric == Metric::Clusters && is_of_cluster {
        row.fault("metric", "clusters are counted of a programme; expected another metric of a cluster");
    }
    let expected = match metric {
        Metric::Clusters => FigureUnit::Clusters,
        Metric::CompanyShare | Metric::ParticipationRate => FigureUnit::Percent,
        _ => return,
    };
    if unit.is_some_and(|unit| unit != expected) {
        row.fault("unit", format!("expected {} for {}, or nothing", expected.text(), metric.text()));
    }
}

/// Notes a fault where a sphere or sizes are given that the metric, or the sphere, has none of.
fn is_a_part(row: &Row<'_>, metric: Metric, sphere: Option<Sphere>, sizes: &[SizeClass]) {
    let counts_participants =
        !matches!(metric, Metric::Clusters | Metric::CompanyShare | Metric::ParticipationRate | Metric::Other);
    if !counts_participants && (sphere.is_some() || !sizes.is_empty()) {
        let column = if sphere.is_some() { "of_sphere" } else { "of_size_class" };
        row.fault(column, format!("{} does not count organizations; expected nothing", metric.text()));
    }
    if !sizes.is_empty() && sphere != Some(Sphere::Company) {
        row.fault("of_sphere", "only companies have a size class; expected company");
    }
}

/// Whether following what a figure is a part of, and that in turn, comes to `part`.
fn is_within(wholes: &HashMap<(Uuid, &str), Option<&str>>, subject: Uuid, whole: &str, part: &str) -> bool {
    // A circle that `part` does not stand in ends after as many steps as there are figures.
    let above = std::iter::successors(Some(whole), |key| wholes.get(&(subject, *key)).copied().flatten());
    above.take(wholes.len() + 1).any(|key| key == part)
}

//! Figures published of clusters and of programmes.

use std::collections::HashMap;

use entity::{
    TextEnum,
    id::{ClusterId, ProgrammeId, PublishedFigureId},
    organization_profile::{SizeClass, Sphere},
    published_figure::{Disclosure, FigureUnit, Metric, Model},
};
use uuid::Uuid;

use super::parser::{Parser, Seen, Unknown};
use crate::{dataset::package::table::TableRow, domain::quoted};

/// What a figure is about: a cluster or a programme, as far as its cells say.
#[derive(Clone, Copy)]
struct Subject {
    cluster: Option<ClusterId>,
    programme: Option<ProgrammeId>,
}

impl Subject {
    fn id(self) -> Option<Uuid> {
        self.cluster.map(Uuid::from).or(self.programme.map(Uuid::from))
    }
}

/// A figure that has a key, or is a part of one that has.
struct Named<'a> {
    row: TableRow<'a>,
    subject: Uuid,
    key: Option<&'a str>,
    part_of: Option<&'a str>,
}

impl Parser<'_> {
    pub(super) fn figures(&mut self) {
        let mut named = Vec::new();
        let table = self.take("figures");
        for row in table.rows(self.faults) {
            let subject = self.subject(&row);
            let (key, part_of) = (row.key("id"), row.text("part_of"));
            named.extend(subject.id().map(|subject| Named { row, subject, key, part_of }));
            let figure = self.figure(&row, subject, key, part_of).filter(|_| subject.id().is_some());
            self.facts.figures.extend(figure.map(|figure| row.located(figure)));
        }
        self.parts(&named);
    }

    fn subject(&self, row: &TableRow<'_>) -> Subject {
        match (row.text("cluster"), row.text("programme")) {
            (None, None) => row.fault("cluster", "is empty; expected a cluster, or a programme in its column"),
            (Some(_), Some(_)) => row.fault("programme", "is filled beside a cluster; expected one of both"),
            _ => {}
        }
        Subject {
            cluster: self.referred(row, "cluster", |slug| self.cluster(slug)),
            programme: self.referred(row, "programme", |slug| self.programme(slug)),
        }
    }

    /// The figure of a row; `None`, and faults, where a cell that must be filled has no value.
    fn figure(&self, row: &TableRow<'_>, subject: Subject, key: Option<&str>, part_of: Option<&str>) -> Option<Model> {
        let (metric, nature, qualifier) = (row.word("metric"), row.word("nature"), row.word("qualifier"));
        let (of_sphere, of_size_class): (_, Vec<SizeClass>) = (row.word("of_sphere"), row.words("of_size_class"));
        let (label, unit) = (row.labels("label"), row.word("unit"));
        if let Some(metric) = metric {
            suits(row, metric, subject.cluster.is_some(), label.is_empty(), unit);
            is_a_part(row, metric, of_sphere, &of_size_class);
        }
        let (on, source) = (row.date("on"), self.cited(row));
        let (disclosure, value) = number(row);
        let comparable_with_previous =
            row.value("comparable_with_previous", "true or false", |text| text.parse::<bool>().ok());
        let comparison_note = row.labels("comparison_note");
        if row.text("comparable_with_previous").is_none() && !comparison_note.is_empty() {
            row.fault("comparable_with_previous", "is empty; expected true or false, which the note explains");
        }
        let own = |key: &str| format!("{}/{key}", self.package.name);
        Some(Model {
            id: PublishedFigureId::fresh(),
            cluster_id: subject.cluster,
            programme_id: subject.programme,
            // Keys of figures are the package's own: two packages may use the same.
            key: key.map(own),
            part_of: part_of.map(own),
            metric: metric?,
            label,
            of_sphere,
            of_size_class: of_size_class.into_iter().collect(),
            of_group: row.labels("of_group"),
            nature: nature?,
            value,
            disclosure: disclosure?,
            qualifier: qualifier?,
            unit,
            population: row.owned("population"),
            on,
            comparable_with_previous,
            comparison_note,
            quote: row.owned("quote"),
            explanation: row.labels("explanation"),
            source_id: source?,
            recorded_rev: self.revision,
            superseded_rev: None,
        })
    }

    /// Notes keys that stand twice, and parts of what is no figure or of themselves.
    fn parts(&self, named: &[Named<'_>]) {
        let (mut seen, mut wholes) = (Seen::default(), HashMap::new());
        for Named { row, subject, key, part_of } in named {
            if let Some(key) = *key {
                seen.note(row, "id", (*subject, key));
                wholes.insert((*subject, key), *part_of);
            }
        }
        for Named { row, subject, key, part_of } in named {
            let Some(whole) = *part_of else { continue };
            if !wholes.contains_key(&(*subject, whole)) {
                let Unknown(message) =
                    self.unknown("figures", whole, "the id of a figure of the same cluster or programme in");
                message.into_iter().for_each(|message| row.fault("part_of", message));
            } else if key.is_some_and(|key| is_within(&wholes, *subject, whole, key)) {
                row.fault("part_of", format!("{}: is a part of this figure itself; expected its whole", quoted(whole)));
            }
        }
    }
}

/// Whether the number was given, and the number.
fn number(row: &TableRow<'_>) -> (Option<Disclosure>, Option<f64>) {
    let disclosure = row.word("disclosure");
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
    (disclosure, value)
}

/// Notes a fault where the subject, the label or the unit does not go with what is counted.
fn suits(row: &TableRow<'_>, metric: Metric, is_of_cluster: bool, is_unlabelled: bool, unit: Option<FigureUnit>) {
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
fn is_a_part(row: &TableRow<'_>, metric: Metric, sphere: Option<Sphere>, sizes: &[SizeClass]) {
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

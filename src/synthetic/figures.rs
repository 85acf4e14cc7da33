//! Published figures: what documents said of a cluster, counted from what happened, and sometimes not disclosed.

use chrono::NaiveDate;
use entity::{
    PartialDate, TextEnum,
    organization_profile::Sphere,
    participation_period::{ExitKind, Status},
    published_figure::{Disclosure, FigureUnit, Metric, Nature, Qualifier},
};
use serde::Serialize;

use super::{
    chance::{Chance, Topic, after, day, year_of},
    edition::Edition,
    plan::{Document, Plan},
    spell::{Histories, Spell},
};

#[derive(Serialize)]
struct FigureRow<'a> {
    cluster: Option<&'a str>,
    programme: Option<&'a str>,
    id: Option<String>,
    part_of: Option<String>,
    metric: Metric,
    of_sphere: Option<Sphere>,
    nature: Nature,
    value: Option<usize>,
    disclosure: Disclosure,
    qualifier: Qualifier,
    unit: FigureUnit,
    population: Option<&'a str>,
    on: PartialDate,
    explanation_en: Option<&'a str>,
    explanation_fr: Option<&'a str>,
    explanation_nl: Option<&'a str>,
    source: &'a str,
}

impl<'a> FigureRow<'a> {
    /// A figure of organizations that says exactly what was.
    fn of_cluster(plan: &'a Plan, metric: Metric, value: usize, on: PartialDate, source: &'a str) -> Self {
        Self { cluster: Some(&plan.slug), ..Self::new(metric, value, on, source) }
    }

    fn new(metric: Metric, value: usize, on: PartialDate, source: &'a str) -> Self {
        Self {
            cluster: None,
            programme: None,
            id: None,
            part_of: None,
            metric,
            of_sphere: None,
            nature: Nature::Actual,
            value: Some(value),
            disclosure: Disclosure::Disclosed,
            qualifier: Qualifier::Exactly,
            unit: FigureUnit::Organizations,
            population: None,
            on,
            explanation_en: None,
            explanation_fr: None,
            explanation_nl: None,
            source,
        }
    }

    /// The same figure, asked for and not given.
    fn undisclosed(self) -> Self {
        Self {
            value: None,
            disclosure: Disclosure::NotDisclosed,
            explanation_en: Some("Asked for; the answer gives no number."),
            explanation_fr: Some("Demandé ; la réponse ne donne pas de nombre."),
            explanation_nl: Some("Gevraagd; het antwoord geeft geen aantal."),
            ..self
        }
    }
}

/// How many histories have one of the statuses on a day.
pub(super) fn count<'a>(
    histories: impl IntoIterator<Item = &'a Vec<Spell>>,
    statuses: &[Status],
    on: NaiveDate,
) -> usize {
    let holds =
        |spell: &Spell| spell.from <= on && spell.to.is_none_or(|to| on < to) && statuses.contains(&spell.status);
    histories.into_iter().filter(|spells| spells.iter().any(holds)).count()
}

/// Writes the figures of the cluster at a position.
pub(super) fn write(edition: &mut Edition<'_>, position: u32, plan: &Plan, histories: &Histories) {
    let mut chance = Chance::new(edition.ecosystem.seed, Topic::Figures, position.into());
    let (founding, question, report) =
        (plan.source(Document::Founding), plan.source(Document::Question), plan.source(Document::Report));
    let target = histories.members.len().div_ceil(10) * 10;
    let mut rows = vec![FigureRow {
        nature: Nature::Target,
        qualifier: Qualifier::About,
        ..FigureRow::of_cluster(plan, Metric::Members, target, year_of(after(plan.founded, 730)), &founding)
    }];
    for (document, on, source) in [("question", plan.questioned(), &question), ("report", day(2025, 12, 31), &report)] {
        let stated = if chance.percent(70) { PartialDate::day(on) } else { year_of(on) };
        let members = count(&histories.members, &[Status::Candidate, Status::Effective], on);
        let effective = count(&histories.members, &[Status::Effective], on);
        let partners = count(&histories.partners, &[Status::Effective], on);
        for (metric, value, cases) in [
            (Metric::Members, members, 70),
            (Metric::EffectiveMembers, effective, 85),
            (Metric::CandidateMembers, members - effective, 75),
            (Metric::Partners, partners, 65),
        ] {
            let mut row = FigureRow::of_cluster(plan, metric, value, stated, source);
            // Rounded down, as speeches do; or a little more than the register knows of.
            match chance.below(8) {
                0 => (row.value, row.qualifier) = (Some(value / 5 * 5), Qualifier::AtLeast),
                1 => row.value = Some(value + chance.within(1, 3) as usize),
                _ => {}
            }
            row.population = chance.percent(30).then_some("membres");
            let is_exact = row.value == Some(value) && row.qualifier == Qualifier::Exactly;
            let is_divided = metric == Metric::EffectiveMembers && is_exact;
            // Both documents can state the same year.
            let key = is_divided.then(|| format!("{}-{document}", metric.text()));
            row.id.clone_from(&key);
            if chance.percent(cases) {
                rows.push(row);
                rows.extend(key.map(|key| {
                    let of_companies = histories.members.iter().zip(&histories.spheres);
                    let companies = of_companies.filter(|(_, sphere)| **sphere == Sphere::Company);
                    let value = count(companies.map(|(spells, _)| spells), &[Status::Effective], on);
                    let figure = FigureRow::of_cluster(plan, metric, value, stated, source);
                    FigureRow { part_of: Some(key), of_sphere: Some(Sphere::Company), ..figure }
                }));
            }
        }
        for (metric, exit) in [(Metric::Leavers, ExitKind::Left), (Metric::Exclusions, ExitKind::Excluded)] {
            let is_exit = |spell: &&Spell| spell.from <= on && spell.exit.is_some_and(|(how, _)| how == exit);
            let value = histories.members.iter().flatten().filter(is_exit).count();
            let row = FigureRow::of_cluster(plan, metric, value, stated, source);
            rows.push(if chance.percent(45) { row.undisclosed() } else { row });
        }
    }
    for row in rows {
        edition.add("figures", row);
    }
}

/// Writes what a document says of a programme on a day: of how many clusters it is, and how many effective members
/// these have together.
pub(super) fn of_programme(
    edition: &mut Edition<'_>,
    programme: &str,
    (clusters, members): (usize, usize),
    on: NaiveDate,
    source: &str,
) {
    let figure = |metric, value| FigureRow {
        programme: Some(programme),
        ..FigureRow::new(metric, value, PartialDate::day(on), source)
    };
    edition.add("figures", FigureRow { unit: FigureUnit::Clusters, ..figure(Metric::Clusters, clusters) });
    // Memberships, of which an organization may have several.
    edition.add("figures", FigureRow { qualifier: Qualifier::About, ..figure(Metric::Members, members) });
}

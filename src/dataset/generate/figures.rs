//! Published figures: what documents said of a cluster, counted from what happened, and sometimes not disclosed.

use chrono::NaiveDate;
use entity::{
    PartialDate,
    participation_period::{ExitKind, Status},
    published_figure::{Disclosure, Metric, Nature, Qualifier},
};
use serde::Serialize;

use super::{
    Edition,
    chance::{Chance, Topic, after, day, year_of},
    clusters::{Document, Plan},
    participations::{Histories, Spell},
};

#[derive(Serialize)]
struct FigureRow<'a> {
    cluster: &'a str,
    metric: Metric,
    nature: Nature,
    value: Option<usize>,
    disclosure: Disclosure,
    qualifier: Qualifier,
    population: Option<&'a str>,
    on: PartialDate,
    explanation_en: Option<&'a str>,
    explanation_fr: Option<&'a str>,
    explanation_nl: Option<&'a str>,
    source: &'a str,
}

impl<'a> FigureRow<'a> {
    /// A figure that says exactly what was.
    fn of(plan: &'a Plan, metric: Metric, value: usize, on: PartialDate, source: &'a str) -> Self {
        Self {
            cluster: &plan.slug,
            metric,
            nature: Nature::Actual,
            value: Some(value),
            disclosure: Disclosure::Disclosed,
            qualifier: Qualifier::Exactly,
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
fn count(histories: &[Vec<Spell>], statuses: &[Status], on: NaiveDate) -> usize {
    let holds =
        |spell: &Spell| spell.from <= on && spell.to.is_none_or(|to| on < to) && statuses.contains(&spell.status);
    histories.iter().filter(|spells| spells.iter().any(holds)).count()
}

/// Writes the figures of the cluster at a position.
pub(super) fn write(edition: &mut Edition<'_>, position: u32, plan: &Plan, histories: &Histories) {
    let mut chance = Chance::of(edition.ecosystem.seed, Topic::Figures, position.into());
    let (founding, question, report) =
        (plan.source(Document::Founding), plan.source(Document::Question), plan.source(Document::Report));
    let target = histories.members.len().div_ceil(10) * 10;
    let mut rows = vec![FigureRow {
        nature: Nature::Target,
        qualifier: Qualifier::About,
        ..FigureRow::of(plan, Metric::Members, target, year_of(after(plan.founded, 730)), &founding)
    }];
    for (on, source) in [(plan.questioned(), &question), (day(2025, 12, 31), &report)] {
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
            let mut row = FigureRow::of(plan, metric, value, stated, source);
            // Rounded down, as speeches do; or a little more than the register knows of.
            match chance.below(8) {
                0 => (row.value, row.qualifier) = (Some(value / 5 * 5), Qualifier::AtLeast),
                1 => row.value = Some(value + chance.within(1, 3) as usize),
                _ => {}
            }
            row.population = chance.percent(30).then_some("membres");
            rows.extend(chance.percent(cases).then_some(row));
        }
        for (metric, exit) in [(Metric::Leavers, ExitKind::Left), (Metric::Exclusions, ExitKind::Excluded)] {
            let is_exit = |spell: &&Spell| spell.from <= on && spell.exit.is_some_and(|(how, _)| how == exit);
            let value = histories.members.iter().flatten().filter(is_exit).count();
            let row = FigureRow::of(plan, metric, value, stated, source);
            rows.push(if chance.percent(45) { row.undisclosed() } else { row });
        }
    }
    for row in rows {
        edition.add("figures", row);
    }
}

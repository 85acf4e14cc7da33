//! Series: a breakdown on many days, in one answer.

use std::sync::Arc;

use async_graphql::{Context, Object, ScalarType, Value as Answer, resolver_utils::enum_value};
use chrono::NaiveDate;

use crate::{
    domain::{
        ledger::Image,
        statistics::{self, Dimension, Line, Question},
    },
    graphql::{
        request::{
            basis::ContextExt,
            error::Result,
            finished::{Finished, FinishedList, Plain, Plan},
            level::Row,
            scalars::Date,
        },
        statistics::{
            Count,
            breakdown::{Asked, BreakdownRowKind},
            breakdown_key::{BreakdownKey, Key, keys, keys_of},
        },
    },
};

/// How many groups a series answers by default.
pub(crate) const DEFAULT_LIMIT: i32 = 20;

/// A line of a series.
pub(crate) struct SeriesLine {
    line: Line,
    by: Arc<[Dimension]>,
}

/// What a series answers besides its groups.
#[derive(Clone)]
pub(crate) struct Totals {
    total: Arc<[statistics::Count]>,
    group_count: usize,
}

pub(crate) struct Series {
    days: Arc<[NaiveDate]>,
    groups: Vec<Row<SeriesLine>>,
    totals: Totals,
    without_dimensions: bool,
    multivalued: bool,
}

impl Series {
    /// The lines of the answer to a question on some days, and what else there is.
    pub(crate) fn answer(
        image: &Arc<Image>,
        question: &Question,
        days: &[NaiveDate],
        limit: usize,
    ) -> Result<(Vec<SeriesLine>, Totals)> {
        let found = statistics::series(image, question, days, limit)?;
        let by: Arc<[Dimension]> = question.by.clone().into();
        let lines = found.groups.into_iter().map(|line| SeriesLine { line, by: by.clone() });
        Ok((lines.collect(), Totals { total: found.total.into(), group_count: found.group_count }))
    }

    pub(crate) fn new(days: Arc<[NaiveDate]>, groups: Vec<Row<SeriesLine>>, totals: Totals, asked: &Asked) -> Self {
        let (without_dimensions, multivalued) = (asked.is_without_dimensions(), asked.is_multivalued());
        Self { days, groups, totals, without_dimensions, multivalued }
    }
}

/// A breakdown on the first day of each calendar unit of a period. Each number is the one that `breakdown` answers on that
/// day, where its rows are.
#[Object]
impl Series {
    /// The days, in order: the first of the period, and the first of each unit that begins in it.
    async fn days(&self, ctx: &Context<'_>) -> Result<Vec<Date>> {
        ctx.list(self.days.to_vec(), Date)
    }

    /// Everyone that is counted on each day, each once.
    async fn total(&self) -> SeriesTotal {
        SeriesTotal(self.totals.total.clone())
    }

    /// Each combination of values that has any on some day, up to `limit`: the largest over all days first, ties in the order
    /// of the keys. A series by one dimension that can be unknown always has the group of the unknown. After them come at
    /// most two for what is beyond the limit, so that on each day the groups of a series that is not multivalued sum to the
    /// total.
    async fn groups(&self, ctx: &Context<'_>) -> Result<FinishedList<SeriesGroup>> {
        Ok(FinishedList(ctx.list(self.groups.clone(), SeriesGroup)?))
    }

    /// The same as a table: a row for each day and each group, by day, then in the order of the groups; without dimensions,
    /// for each day and everyone.
    async fn rows(&self, ctx: &Context<'_>) -> Result<FinishedList<SeriesRow>> {
        let counts = |on: usize| {
            let of_groups = self.groups.iter().map(move |group| (Some(group.clone()), group.line.counts[on]));
            let everyone = self.without_dimensions.then(|| (None, self.totals.total[on]));
            of_groups.chain(everyone)
        };
        let rows = self.days.iter().enumerate().flat_map(|(on, day)| {
            counts(on).map(|(group, count)| SeriesRow { day: Date(*day), group, count: count.into() })
        });
        Ok(FinishedList(ctx.list(rows.collect(), |row| row)?))
    }

    /// How many combinations of values there are without `limit`.
    async fn group_count(&self) -> i32 {
        self.totals.group_count as i32
    }

    /// Whether what is counted can stand in several groups of a day, so that the groups may sum to more than
    /// the total.
    async fn multivalued(&self) -> bool {
        self.multivalued
    }
}

/// The counts of a day each, whose rows count like those of other lists.
fn counts(ctx: &Context<'_>, of: &[statistics::Count]) -> Result<FinishedList<Count>> {
    Ok(FinishedList(ctx.list(of.to_vec(), Count::from)?))
}

pub(crate) struct SeriesTotal(Arc<[statistics::Count]>);

/// Everyone that is counted, day by day.
#[Object]
impl SeriesTotal {
    /// How many on each of the days, in their order.
    async fn counts(&self, ctx: &Context<'_>) -> Result<FinishedList<Count>> {
        counts(ctx, &self.0)
    }
}

pub(crate) struct SeriesGroup(Row<SeriesLine>);

impl SeriesLine {
    fn keys(&self) -> impl Iterator<Item = Key> {
        keys_of(&self.by, &self.line.keys)
    }
}

impl Plain for SeriesGroup {
    const NAME: &str = "SeriesGroup";

    fn is_plain(field: &str, inner: &Plan<'_>) -> bool {
        match field {
            "keys" => inner.is_plain_for::<Key>(),
            "counts" => inner.is_plain_for::<Count>(),
            "kind" | "groupCount" => true,
            _ => false,
        }
    }

    fn value(&self, field: &str, inner: &Plan<'_>) -> Answer {
        let line = &self.0.line;
        match field {
            "keys" => Answer::List(self.0.keys().map(|key| key.written(inner)).collect()),
            "counts" => Answer::List(line.counts.iter().map(|count| Count::from(*count).written(inner)).collect()),
            "kind" => enum_value(BreakdownRowKind::from(line.keys.part)),
            "groupCount" => (line.keys.groups as i32).into(),
            _ => Answer::Null,
        }
    }

    fn rows(&self, plan: &Plan<'_>) -> usize {
        let line = &self.0.line;
        plan.times("keys") * line.keys.values.len() + plan.times("counts") * line.counts.len()
    }
}

/// A group of memberships or partnerships, or of their organizations, and how many they are day by day.
#[Object]
impl SeriesGroup {
    /// What the group has in common: a key for each dimension, in the order asked.
    async fn keys(&self, ctx: &Context<'_>) -> Result<Vec<BreakdownKey>> {
        ctx.list(keys(&self.0, |line| line.keys().collect()).await?, BreakdownKey)
    }

    /// What it stands for: one combination of values, or those beyond the limit.
    async fn kind(&self) -> BreakdownRowKind {
        self.0.line.keys.part.into()
    }

    /// How many combinations of values it sums: 1, or those beyond the limit.
    async fn group_count(&self) -> i32 {
        self.0.line.keys.groups as i32
    }

    /// How many on each of the days, in their order. In a group of several combinations, one that stands in several of them
    /// counts for each.
    async fn counts(&self, ctx: &Context<'_>) -> Result<FinishedList<Count>> {
        counts(ctx, &self.0.line.counts)
    }
}

/// A group on a day; everyone, where there are no dimensions.
pub(crate) struct SeriesRow {
    day: Date,
    group: Option<Row<SeriesLine>>,
    count: Count,
}

impl SeriesRow {
    fn all_keys(&self) -> impl Iterator<Item = Key> {
        self.group.iter().flat_map(|group| group.keys())
    }
}

impl Plain for SeriesRow {
    const NAME: &str = "SeriesRow";

    fn is_plain(field: &str, inner: &Plan<'_>) -> bool {
        match field {
            "day" => true,
            "keys" => inner.is_plain_for::<Key>(),
            "count" => inner.is_plain_for::<Count>(),
            _ => false,
        }
    }

    fn value(&self, field: &str, inner: &Plan<'_>) -> Answer {
        match field {
            "day" => self.day.to_value(),
            "keys" => Answer::List(self.all_keys().map(|key| key.written(inner)).collect()),
            "count" => self.count.written(inner),
            _ => Answer::Null,
        }
    }

    fn rows(&self, plan: &Plan<'_>) -> usize {
        plan.times("keys") * self.all_keys().count()
    }
}

/// How many there are in a group on a day.
#[Object]
impl SeriesRow {
    /// The day.
    async fn day(&self) -> Date {
        self.day
    }

    /// What the group has in common: a key for each dimension, in the order asked.
    async fn keys(&self, ctx: &Context<'_>) -> Result<Vec<BreakdownKey>> {
        match &self.group {
            Some(group) => ctx.list(keys(group, |line| line.keys().collect()).await?, BreakdownKey),
            None => Ok(Vec::new()),
        }
    }

    /// How many.
    async fn count(&self) -> Finished<Count> {
        Finished(self.count)
    }
}

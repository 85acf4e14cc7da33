//! What happened over time: flows, exits, retention.

use async_graphql::{Context, Enum, Object, ScalarType, SimpleObject, Value, resolver_utils::enum_value};
use entity::participation::ParticipationKind;

use crate::{
    domain::statistics,
    graphql::{
        participation::{
            Membership, MembershipStatus, Partnership,
            period::{ExitKind, ExitReason},
        },
        request::{
            basis::ContextExt,
            error::Result,
            finished::{Finished, FinishedList, Plain, Plan},
            level::Row,
            pagination::{self, Arguments, Connection},
            scalars::Date,
        },
        statistics::{Count, behind::rows_behind, share::Share},
    },
};

/// A unit of the civil calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "statistics::CalendarUnit")]
pub(crate) enum Interval {
    /// A civil day.
    Day,
    /// A week, from Monday.
    Week,
    /// A calendar month.
    Month,
    /// A quarter, from January, April, July or October.
    Quarter,
    /// A calendar year.
    Year,
}

/// A number of those with a status.
#[derive(SimpleObject)]
pub(crate) struct StatusCount {
    /// The status.
    status: MembershipStatus,
    /// How many.
    count: i32,
}

/// A number of exits of a kind.
#[derive(SimpleObject)]
pub(crate) struct ExitCount {
    /// How they ended.
    kind: ExitKind,
    /// How many.
    count: i32,
}

impl Plain for ExitCount {
    const NAME: &str = "ExitCount";

    fn is_plain(field: &str, _: &Plan<'_>) -> bool {
        ["kind", "count"].contains(&field)
    }

    fn value(&self, field: &str, _: &Plan<'_>) -> Value {
        match field {
            "kind" => enum_value(self.kind),
            "count" => self.count.into(),
            _ => Value::Null,
        }
    }
}

fn by_status(stock: statistics::Stock) -> Vec<StatusCount> {
    vec![
        StatusCount { status: MembershipStatus::Candidate, count: stock.candidates as i32 },
        StatusCount { status: MembershipStatus::Effective, count: stock.effective as i32 },
    ]
}

pub(crate) struct FlowBucket(pub(crate) statistics::Bucket);

impl FlowBucket {
    fn exits(&self) -> impl Iterator<Item = ExitCount> {
        self.0.ended.iter().map(|(kind, count)| ExitCount { kind: (*kind).into(), count: *count as i32 })
    }
}

impl Plain for FlowBucket {
    const NAME: &str = "FlowBucket";

    fn is_plain(field: &str, inner: &Plan<'_>) -> bool {
        match field {
            "from" | "to" | "opening" | "joined" | "joinedUnstated" | "promoted" | "closing" | "complete" => true,
            "ended" => inner.is_plain_for::<ExitCount>(),
            _ => false,
        }
    }

    fn value(&self, field: &str, inner: &Plan<'_>) -> Value {
        let bucket = &self.0;
        match field {
            "from" => Date(bucket.span.from).to_value(),
            "to" => Date(bucket.span.to).to_value(),
            "opening" => bucket.opening.total().into(),
            "joined" => bucket.joined.total().into(),
            "joinedUnstated" => bucket.joined_unstated.into(),
            "promoted" => bucket.promoted.into(),
            "ended" => Value::List(self.exits().map(|exits| exits.written(inner)).collect()),
            "closing" => bucket.closing.total().into(),
            "complete" => bucket.complete.into(),
            _ => Value::Null,
        }
    }

    fn rows(&self, plan: &Plan<'_>) -> usize {
        plan.times("ended") * self.0.ended.len()
    }
}

/// What happened in one calendar unit. Opening + joined - ended = closing.
#[Object]
impl FlowBucket {
    /// The first day.
    async fn from(&self) -> Date {
        Date(self.0.span.from)
    }

    /// The first day no longer.
    async fn to(&self) -> Date {
        Date(self.0.span.to)
    }

    /// Candidates and effective ones on the day before `from`.
    async fn opening(&self) -> i32 {
        self.0.opening.total() as i32
    }

    /// Those that became candidate or effective, and were neither on the day before.
    async fn joined(&self) -> i32 {
        self.0.joined.total() as i32
    }

    /// The same by the status they joined with.
    async fn joined_by_status(&self, ctx: &Context<'_>) -> Result<Vec<StatusCount>> {
        ctx.list(by_status(self.0.joined), |count| count)
    }

    /// Of those that joined, the ones whose first day no source states. They count from their first confirmation, and may
    /// have joined earlier.
    async fn joined_unstated(&self) -> i32 {
        self.0.joined_unstated as i32
    }

    /// Candidates that became effective. They are in the opening or have joined, and do not count as such again.
    async fn promoted(&self) -> i32 {
        self.0.promoted as i32
    }

    /// Those that were candidate or effective and no longer are, by how; kinds without any are left out. Where the register
    /// does not say what followed, `NOT_RECORDED`.
    async fn ended(&self, ctx: &Context<'_>) -> Result<Vec<ExitCount>> {
        ctx.list(self.exits().collect(), |exits| exits)
    }

    /// Candidates and effective ones on the last day.
    async fn closing(&self) -> i32 {
        self.0.closing.total() as i32
    }

    /// The same by status.
    async fn closing_by_status(&self, ctx: &Context<'_>) -> Result<Vec<StatusCount>> {
        ctx.list(by_status(self.0.closing), |count| count)
    }

    /// Whether the register holds every participation of these days, of every cluster that is counted. If not, the numbers
    /// are lower bounds.
    async fn complete(&self) -> bool {
        self.0.complete
    }
}

pub(crate) struct Exits {
    rows: Vec<Row<statistics::Exits>>,
    total: statistics::Count,
}

impl Exits {
    pub(crate) fn new(rows: Vec<Row<statistics::Exits>>, total: statistics::Count) -> Self {
        Self { rows, total }
    }
}

/// How memberships ended in a period. It counts the ends that `flow` counts, and besides those of which no status before is
/// recorded.
#[Object]
impl Exits {
    /// By kind, in the order of kinds: one row for each whether there are any or not, and one more for each reason recorded.
    async fn rows(&self) -> FinishedList<ExitRow> {
        FinishedList(self.rows.iter().cloned().map(ExitRow).collect())
    }

    /// All of them.
    async fn total(&self) -> Finished<Count> {
        Finished(self.total.into())
    }
}

pub(crate) struct ExitRow(Row<statistics::Exits>);

impl ExitRow {
    async fn behind<N: crate::graphql::participation::Listed>(
        &self,
        ctx: &Context<'_>,
        of: ParticipationKind,
        arguments: Arguments,
    ) -> Result<Connection<N>> {
        let ids = |exits: &statistics::Exits| {
            exits.of.iter().filter(|(kind, _)| *kind == of).map(|(_, id)| *id).collect::<Vec<_>>()
        };
        rows_behind(ctx, &self.0, arguments, |rows| Ok(rows.iter().map(ids).collect())).await
    }
}

impl Plain for ExitRow {
    const NAME: &str = "ExitRow";

    fn is_plain(field: &str, inner: &Plan<'_>) -> bool {
        match field {
            "kind" | "reason" => true,
            "count" => inner.is_plain_for::<Count>(),
            _ => false,
        }
    }

    fn value(&self, field: &str, inner: &Plan<'_>) -> Value {
        match field {
            "kind" => enum_value(ExitKind::from(self.0.kind)),
            "reason" => self.0.reason.map_or(Value::Null, |reason| enum_value(ExitReason::from(reason))),
            "count" => Count::from(self.0.count).written(inner),
            _ => Value::Null,
        }
    }
}

/// Exits of one kind, and for one reason.
#[Object]
impl ExitRow {
    /// How they ended.
    async fn kind(&self) -> ExitKind {
        self.0.kind.into()
    }

    /// Why they were excluded; null where no reason is recorded, and for other kinds.
    async fn reason(&self) -> Option<ExitReason> {
        self.0.reason.map(Into::into)
    }

    /// How many. Exits are stated, never presumed.
    async fn count(&self) -> Finished<Count> {
        Finished(Count::from(self.0.count))
    }

    /// The memberships behind the number, in the order of recording; one that ended twice so stands twice.
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Membership>> {
        self.behind(ctx, ParticipationKind::Member, Arguments { first, after, last, before }).await
    }

    /// The partnerships behind the number, in the order of recording; none unless partnerships are counted.
    async fn partnerships(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Partnership>> {
        self.behind(ctx, ParticipationKind::Partner, Arguments { first, after, last, before }).await
    }
}

pub(crate) struct Cohort(pub(crate) statistics::Cohort);

/// Those that first became effective members in one calendar year.
#[Object]
impl Cohort {
    /// The year.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// How many they are.
    async fn size(&self) -> Count {
        self.0.size.into()
    }

    /// How many of them were effective after 1, 2, 3, … years, up to `years`: only those that have passed, at the point in time,
    /// since 31 December of the year, so that all of them have had so many.
    async fn retained(&self) -> Vec<Retained> {
        let counts = (1..).zip(&self.0.retained);
        let retained = |(years, count): (i32, &statistics::Count)| Retained {
            years,
            count: (*count).into(),
            rate: Share::new(*count, self.0.size),
        };
        counts.map(retained).collect()
    }
}

/// Those that still were effective members after some years.
#[derive(SimpleObject)]
pub(crate) struct Retained {
    /// After how many years.
    years: i32,
    /// How many.
    count: Count,
    /// The number as a part of the size of the cohort.
    rate: Share,
}

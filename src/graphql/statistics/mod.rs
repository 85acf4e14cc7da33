//! Statistics: what can be counted, and headcounts. Breakdowns, series, flows and compositions have files of their own.

pub(crate) mod behind;
pub(crate) mod breakdown;
pub(crate) mod breakdown_key;
pub(crate) mod composition;
pub(crate) mod flow;
pub(crate) mod series;
pub(crate) mod share;

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, Value};
use entity::participation::ParticipationKind;

use crate::{
    domain::{self, participation::Filter, statistics, time::PointInTime},
    graphql::{
        participation::filter::ParticipationFilter,
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Result, nullable},
            finished::{Finished, FinishedList, Plain, Plan},
            level::{self, Row},
            scalars::{Date, Instant},
        },
        statistics::{
            breakdown::{Asked, Breakdown, BreakdownOrder, Dimension, Parameters, StatisticsUnit},
            composition::Composition,
            flow::{Cohort, Exits, FlowBucket, Interval},
            series::Series,
        },
    },
};

/// How many there are, and what the number rests on.
#[derive(Clone, Copy, SimpleObject)]
pub(crate) struct Count {
    /// The number: `confirmed` and `presumed` together. A lower bound unless `complete`.
    value: i32,
    /// Those whose status a source attests for that day or a later one, or whose end is stated.
    confirmed: i32,
    /// Those that were attested earlier and are not known to have ended since.
    presumed: i32,
    /// Whether the register holds everything that is counted, of every cluster that is counted: see `Cluster.completeFrom`.
    /// For those that ended it must be complete since the founding of the cluster: a founding is recorded, and neither it nor
    /// any period begins before `completeFrom`. Before `completeFrom` nothing is complete. If false, no number is not "none".
    complete: bool,
}

impl From<statistics::Count> for Count {
    fn from(count: statistics::Count) -> Self {
        Self {
            value: count.value() as i32,
            confirmed: count.confirmed as i32,
            presumed: count.presumed as i32,
            complete: count.complete,
        }
    }
}

impl Plain for Count {
    const NAME: &str = "Count";

    fn is_plain(field: &str, _: &Plan<'_>) -> bool {
        ["value", "confirmed", "presumed", "complete"].contains(&field)
    }

    fn value(&self, field: &str, _: &Plan<'_>) -> Value {
        match field {
            "value" => self.value.into(),
            "confirmed" => self.confirmed.into(),
            "presumed" => self.presumed.into(),
            "complete" => self.complete.into(),
            _ => Value::Null,
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ParticipationKind", remote = "entity::participation::ParticipationKind")]
pub(crate) enum Kind {
    /// Memberships.
    Member,
    /// Partnerships.
    Partner,
}

/// A span of civil days in Brussels, half-open.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct DateRange {
    /// The first day.
    from: Date,
    /// The first day no longer; after `from`.
    to: Date,
}

impl From<DateRange> for statistics::Span {
    fn from(range: DateRange) -> Self {
        Self { from: range.from.0, to: range.to.0 }
    }
}

/// Members and partners at a point in time.
#[derive(SimpleObject)]
pub(crate) struct Headcount {
    /// Candidate members.
    candidates: Count,
    /// Effective (full) members.
    effective: Count,
    /// Memberships and candidacies that have ended.
    ended: Count,
    /// Partners.
    partners: Count,
}

impl Plain for Headcount {
    const NAME: &str = "Headcount";

    fn is_plain(field: &str, inner: &Plan<'_>) -> bool {
        ["candidates", "effective", "ended", "partners"].contains(&field) && inner.is_plain_for::<Count>()
    }

    fn value(&self, field: &str, inner: &Plan<'_>) -> Value {
        match field {
            "candidates" => self.candidates.written(inner),
            "effective" => self.effective.written(inner),
            "ended" => self.ended.written(inner),
            "partners" => self.partners.written(inner),
            _ => Value::Null,
        }
    }
}

/// What can be counted of memberships and partnerships. Each counts once: an organization in two clusters, or in a cluster
/// and in one of its working groups, counts for each.
pub(crate) struct Statistics {
    cluster: Option<Row<domain::cluster::Cluster>>,
    filter: Filter,
    headcounts: statistics::Headcounts,
}

/// What a page of clusters, or the register, answers to a question about each: rows of one level, and what else there is.
type Answered<R, X> = Vec<(Vec<Row<R>>, X)>;

impl Statistics {
    pub(crate) async fn of_cluster(
        ctx: &Context<'_>,
        cluster: Row<domain::cluster::Cluster>,
        filter: Option<ParticipationFilter>,
    ) -> Result<Self> {
        Self::new(ctx, Some(cluster), filter).await
    }

    async fn new(
        ctx: &Context<'_>,
        cluster: Option<Row<domain::cluster::Cluster>>,
        filter: Option<ParticipationFilter>,
    ) -> Result<Self> {
        let filter = filter.unwrap_or_default().parse(ctx).await?;
        let headcounts = statistics::Headcounts::new(cluster.as_ref().map(|cluster| cluster.id), filter.clone());
        Ok(Self { cluster, filter, headcounts })
    }

    /// The criteria that verdicts go by, of every cluster of the level, or of all.
    async fn criteria(
        &self,
        ctx: &Context<'_>,
        asked: &Asked,
        revision: entity::Revision,
    ) -> Result<Arc<[statistics::Applied]>> {
        match &self.cluster {
            None => asked.criteria(ctx, &ctx.image().cluster_ids(), revision).await,
            Some(cluster) => {
                let criteria = cluster.together(("criteria of", asked.clone()), |level| async move {
                    let clusters = level.distinct(|cluster| Some(cluster.id));
                    let found = asked.criteria(ctx, &clusters, revision).await?;
                    Ok(vec![found; level.rows().len()])
                });
                criteria.await
            }
        }
    }

    fn cluster_id(&self) -> Option<entity::id::ClusterId> {
        self.cluster.as_ref().map(|cluster| cluster.id)
    }

    /// Who is counted: of the kinds, those that satisfy both conditions. The cluster is left to whoever asks, so that every
    /// cluster of a level asks the same.
    async fn population(
        &self,
        ctx: &Context<'_>,
        kinds: Vec<ParticipationKind>,
        filter: Option<ParticipationFilter>,
    ) -> Result<statistics::Population> {
        let filter = Filter::all([self.filter.clone(), filter.unwrap_or_default().parse(ctx).await?]);
        Ok(statistics::Population { cluster: None, kinds, filter })
    }

    /// Answers a question for every cluster of the level at once, so that the rows of all of them read their children
    /// together.
    async fn together<R, X>(
        &self,
        key: impl Eq + std::hash::Hash + Send + Sync + 'static,
        answer: impl Fn(Option<entity::id::ClusterId>) -> Result<(Vec<R>, X)> + Send + Sync,
    ) -> Result<(Vec<Row<R>>, X)>
    where
        R: Send + Sync + 'static,
        X: Clone + Send + Sync + 'static,
    {
        let each = |ids: Vec<Option<entity::id::ClusterId>>| -> Result<Answered<R, X>> {
            let found = ids.into_iter().map(&answer).collect::<Result<Vec<_>>>()?;
            let (rows, rest): (Vec<Vec<R>>, Vec<X>) = found.into_iter().unzip();
            let counts: Vec<usize> = rows.iter().map(Vec::len).collect();
            let mut rows = level::level(rows.into_iter().flatten().collect()).into_iter();
            Ok(counts.into_iter().zip(rest).map(|(count, rest)| (rows.by_ref().take(count).collect(), rest)).collect())
        };
        match &self.cluster {
            None => Ok(each(vec![None])?.pop().expect("one question, one answer")),
            Some(cluster) => {
                let answers = cluster.together(key, |level| {
                    let answers = each(level.rows().iter().map(|row| Some(row.id)).collect());
                    std::future::ready(answers)
                });
                answers.await
            }
        }
    }
}

/// What can be counted of memberships and partnerships, at any date. Each counts once: an organization in two clusters, or in
/// a cluster and in one of its working groups, counts for each.
#[Object]
impl Statistics {
    /// Members and partners at a point in time.
    async fn headcount(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(desc = "Whether memberships and partnerships are counted, or their organizations.", default)]
        unit: StatisticsUnit,
    ) -> Result<Finished<Headcount>> {
        let at = ctx.basis().at(at);
        let _turn = ctx.turn().await;
        let head = self.headcounts.at(ctx.image(), unit.into(), at);
        Ok(Finished(Headcount {
            candidates: head.candidates.into(),
            effective: head.effective.into(),
            ended: head.ended.into(),
            partners: head.partners.into(),
        }))
    }

    /// How many there are at a point in time, by one or several dimensions.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn breakdown(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what: 1 to 4 different dimensions.")] by: Vec<Dimension>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(desc = "What is counted. Default: memberships; with `KIND` among the dimensions, both.")]
        kind: Option<Vec<Kind>>,
        #[graphql(
            desc = "Counts only those that satisfy it. Without a condition on the status: candidate and effective ones; by `STATUS`, all; by `EXIT_KIND` or `EXIT_REASON` and not `STATUS`, those that ended."
        )]
        filter: Option<ParticipationFilter>,
        #[graphql(desc = "Whether memberships and partnerships are counted, or their organizations.", default)]
        unit: StatisticsUnit,
        #[graphql(desc = "The code of the attribute that `ATTRIBUTE` counts by, such as `works_material`.")]
        attribute: Option<String>,
        #[graphql(
            desc = "The version of criteria that `VERDICT` goes by, of whatever cluster. Default: of each cluster the one in force."
        )]
        criteria: Option<ID>,
        #[graphql(desc = "In which order.", default_with = "crate::graphql::statistics::breakdown::largest_first()")]
        order_by: Vec<BreakdownOrder>,
        #[graphql(
            desc = "How many combinations of values are answered, from the first: 1 to 1000. What is beyond them is summed in one row, or in two where some values are unknown. By one dimension, the row of the unknown is answered besides.",
            default_with = "crate::graphql::statistics::breakdown::DEFAULT_LIMIT"
        )]
        limit: i32,
    ) -> Result<Breakdown> {
        let population = self.population(ctx, kinds_counted(kind, &by), filter).await?;
        let at = ctx.basis().at(at);
        let asked = Asked::new(population, &by, at, Parameters { unit, attribute, criteria, limit })?;
        let order = crate::graphql::statistics::breakdown::order(order_by);
        let applied = self.criteria(ctx, &asked, at.revision).await?;
        let answer =
            |cluster| Breakdown::answer(ctx.image(), asked.question_about(cluster, &applied), &order, asked.limit());
        let _turn = ctx.turn().await;
        let (rows, totals) = self.together(("breakdown", asked.clone(), order.clone()), answer).await?;
        Ok(Breakdown::new(rows, totals, asked.is_multivalued()))
    }

    /// How many there are on the first day of each calendar unit of a period, by dimensions or all together: `breakdown` on
    /// many days, in one answer. Conditions on organizations are taken on each day.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn series(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what: up to 4 different dimensions; none: all together.", default)] by: Vec<Dimension>,
        #[graphql(desc = "The days that are covered. The first is counted, whatever the interval.")] period: DateRange,
        #[graphql(desc = "The calendar unit on whose first days is counted. At most 1000 days.")] interval: Interval,
        #[graphql(desc = "What is counted. Default: memberships; with `KIND` among the dimensions, both.")]
        kind: Option<Vec<Kind>>,
        #[graphql(
            desc = "Counts only those that satisfy it. Without a condition on the status: candidate and effective ones; by `STATUS`, all; by `EXIT_KIND` or `EXIT_REASON` and not `STATUS`, those that ended."
        )]
        filter: Option<ParticipationFilter>,
        #[graphql(desc = "Whether memberships and partnerships are counted, or their organizations.", default)]
        unit: StatisticsUnit,
        #[graphql(desc = "The code of the attribute that `ATTRIBUTE` counts by, such as `works_material`.")]
        attribute: Option<String>,
        #[graphql(
            desc = "The version of criteria that `VERDICT` goes by on all days, of whatever cluster. Default: of each cluster the one in force on the day."
        )]
        criteria: Option<ID>,
        #[graphql(desc = "What the register held at this instant. Default: what it holds now.")] known_at: Option<
            Instant,
        >,
        #[graphql(
            desc = "How many groups are answered, the largest over all days first: 1 to 1000. What is beyond them is summed in one group, or in two where some values are unknown. By one dimension, the group of the unknown is answered besides.",
            default_with = "crate::graphql::statistics::series::DEFAULT_LIMIT"
        )]
        limit: i32,
    ) -> Result<Series> {
        let population = self.population(ctx, kinds_counted(kind, &by), filter).await?;
        let at = PointInTime { as_of: period.from.0, revision: ctx.basis().last_known(known_at) };
        let asked = Asked::new(population, &by, at, Parameters { unit, attribute, criteria, limit })?;
        let days: Arc<[_]> = statistics::CalendarUnit::from(interval).starts(period.into())?.into();
        let applied = self.criteria(ctx, &asked, at.revision).await?;
        let answer =
            |cluster| Series::answer(ctx.image(), &asked.question_about(cluster, &applied), &days, asked.limit());
        let _turn = ctx.turn().await;
        let (groups, totals) = self.together(("series", asked.clone(), days.clone()), answer).await?;
        Ok(Series::new(days, groups, totals, &asked))
    }

    /// What happened in each calendar unit of a period, in Brussels' civil days: who joined, was promoted, left. In every
    /// bucket, opening + joined - ended = closing.
    async fn flow(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The days that are covered.")] period: DateRange,
        #[graphql(
            desc = "The calendar unit of a bucket; the first and the last are cut to the period. At most 1000 buckets."
        )]
        interval: Interval,
        #[graphql(desc = "What is counted.", default_with = "vec![Kind::Member]")] kind: Vec<Kind>,
        #[graphql(
            desc = "Counts only those that satisfy it; no condition on the status. Conditions on organizations are taken on \
                    the last day of the period."
        )]
        filter: Option<ParticipationFilter>,
        #[graphql(desc = "What the register held at this instant. Default: what it holds now.")] known_at: Option<
            Instant,
        >,
    ) -> Result<FinishedList<FlowBucket>> {
        let population =
            statistics::Population { cluster: self.cluster_id(), ..self.population(ctx, kinds(kind), filter).await? };
        let revision = ctx.basis().last_known(known_at);
        let _turn = ctx.turn().await;
        let buckets = statistics::flow(ctx.image(), &population, period.into(), interval.into(), revision)?;
        ctx.basis().hold(buckets.len())?;
        Ok(FinishedList(buckets.into_iter().map(FlowBucket).collect()))
    }

    /// How memberships ended in a period. The exit is on the first day that the membership is neither candidate nor
    /// effective any more.
    async fn exits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The days that are covered.")] period: DateRange,
        #[graphql(desc = "What is counted.", default_with = "vec![Kind::Member]")] kind: Vec<Kind>,
        #[graphql(
            desc = "Counts only those that satisfy it; no condition on the status. Conditions on organizations are taken on \
                    the last day of the period."
        )]
        filter: Option<ParticipationFilter>,
        #[graphql(desc = "What the register held at this instant. Default: what it holds now.")] known_at: Option<
            Instant,
        >,
    ) -> Result<Exits> {
        let population = self.population(ctx, kinds(kind), filter).await?;
        let (span, revision) = (statistics::Span::from(period), ctx.basis().last_known(known_at));
        let key = ("exits", population.clone(), span, revision);
        let answer = |cluster| {
            let population = statistics::Population { cluster, ..population.clone() };
            Ok(statistics::exits(ctx.image(), &population, span, revision)?)
        };
        let _turn = ctx.turn().await;
        let (rows, total) = self.together(key, answer).await?;
        ctx.basis().hold(rows.len())?;
        Ok(Exits::new(rows, total))
    }

    /// What the effective members are made up of at a point in time.
    async fn composition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Result<Composition> {
        let at = ctx.basis().at(at);
        let _turn = ctx.turn().await;
        Ok(statistics::composition(ctx.image(), self.cluster_id(), &self.filter, at).into())
    }

    /// Of those that first became effective members in a year, how many were effective members after 1, 2, 3, … years, each
    /// on the anniversary of its own first day; by year. The anniversary of 29 February is 28 February in years without one.
    /// A year of joining is followed for the years that have passed, at the point in time, for those who joined on its last
    /// day. Members whose first day no source states belong to no year.
    async fn retention(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many years each is followed: 1 to 50.", default = 5)] years: i32,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Result<Vec<Cohort>> {
        let population = statistics::Population {
            cluster: self.cluster_id(),
            ..self.population(ctx, kinds_counted(None, &[]), None).await?
        };
        let at = ctx.basis().at(at);
        let _turn = ctx.turn().await;
        let cohorts = statistics::retention(ctx.image(), &population, years, at)?;
        ctx.basis().hold(cohorts.iter().map(|cohort| 1 + cohort.retained.len()).sum())?;
        Ok(cohorts.into_iter().map(Cohort).collect())
    }
}

/// What is counted, each kind once.
pub(crate) fn kinds(kinds: Vec<Kind>) -> Vec<ParticipationKind> {
    let mut kinds: Vec<ParticipationKind> = kinds.into_iter().map(Into::into).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// The kinds asked; where none are, those that are counted by some dimensions.
fn kinds_counted(asked: Option<Vec<Kind>>, by: &[Dimension]) -> Vec<ParticipationKind> {
    let by: Vec<_> = by.iter().map(|dimension| (*dimension).into()).collect();
    asked.map_or_else(|| statistics::kinds_counted(&by).to_vec(), kinds)
}

/// Statistics over all clusters.
#[derive(Default)]
pub(crate) struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// What can be counted of the memberships and partnerships of all clusters, at any date.
    async fn statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Counts only memberships and partnerships that satisfy it. Default: all.")] filter: Option<
            ParticipationFilter,
        >,
    ) -> Option<Result<Statistics>> {
        nullable(Statistics::new(ctx, None, filter)).await
    }
}

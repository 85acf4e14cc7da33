//! Breakdowns: counts by dimensions, with the rows behind each.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, ID, Object, Value as Answer, resolver_utils::enum_value};
use entity::{
    Revision,
    id::{ClusterId, CriteriaId, OrganizationId},
    participation::ParticipationKind,
};

use crate::{
    domain::{
        self,
        ledger::Image,
        participation::{self, Occurrence},
        statistics::{self, Applied, Group, GroupOrder, Keys, Part, Population, Question},
        time::PointInTime,
    },
    graphql::{
        node::GlobalId,
        organization::Organization,
        participation::{Listed, Membership, Partnership},
        request::{
            basis::ContextExt,
            error::{Error, Result},
            finished::{Finished, FinishedList, Plain, Plan},
            level::Row,
            pagination::{self, Arguments, Connection, Direction, OrderTerm, Ordered, order_term},
        },
        statistics::{
            Count,
            behind::{pages_behind, rows_behind},
            breakdown_key::{BreakdownKey, Key, keys, keys_of},
            share::Share,
        },
    },
};

/// What memberships and partnerships are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(name = "BreakdownDimension", remote = "statistics::Dimension")]
pub(crate) enum Dimension {
    /// Their status.
    Status,
    /// Memberships or partnerships.
    Kind,
    /// The sphere of the organization.
    Sphere,
    /// The sectors of the cluster that the organization has an activity of; multivalued. Unknown: none is recorded.
    Sector,
    /// The divisions of the organization's activities, in the version they are recorded in; multivalued. Unknown: no activity
    /// is recorded.
    NaceDivision,
    /// The municipalities of the organization's sites; multivalued. Unknown: none is recorded.
    Municipality,
    /// The size of the company. Unknown: not recorded, or no company.
    SizeClass,
    /// How they ended. Unknown: they have not; where the way is not known, the kind is `NOT_RECORDED`.
    ExitKind,
    /// Why they were excluded. Unknown: no reason is recorded, or they were not.
    ExitReason,
    /// The cluster.
    Cluster,
    /// The year in which they first became effective. Unknown: they did not yet, or no source states it.
    JoinYear,
    /// The verdict on the organization: under the version of the cluster's criteria in force that day, or under the one that
    /// `criteria` names. Unknown: no version applies.
    Verdict,
    /// Whether the attribute that `attribute` names holds of the organization; multivalued where sources contradict each
    /// other. Unknown: no source says so or denies it.
    Attribute,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "statistics::Unit")]
pub(crate) enum StatisticsUnit {
    /// Memberships and partnerships: an organization in two clusters counts twice.
    #[default]
    Participations,
    /// The organizations that have them: each once in a row, and once in the total. One is confirmed where any of its
    /// memberships or partnerships there is.
    Organizations,
}

/// What breakdowns can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "GroupOrder")]
pub(crate) enum BreakdownOrderField {
    /// How many they are.
    Count,
    /// The keys: enums in the order of the schema, codes and years ascending, clusters and sectors in the order of recording;
    /// unknown last. Descending, all of that is reversed: unknown first.
    Key,
}

order_term!(BreakdownOrder of BreakdownOrderField, "An order of the rows of a breakdown. Rows that are equal in every term are in the order of the keys.");

/// An order as the domain takes it; by default the largest first.
pub(crate) fn order(by: Vec<BreakdownOrder>) -> Vec<(GroupOrder, bool)> {
    let by = if by.is_empty() { largest_first() } else { by };
    by.iter().map(OrderTerm::term).map(|(field, to)| (field.into(), to.is_descending())).collect()
}

/// The order that rows are in by default.
pub(crate) fn largest_first() -> Vec<BreakdownOrder> {
    vec![BreakdownOrder::new(BreakdownOrderField::Count, Direction::Desc)]
}

/// What a breakdown or a series asks, whatever the order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    question: Question,
    /// The version that `VERDICT` is about, where it is not the one in force.
    version: Option<CriteriaId>,
    limit: usize,
}

/// The most groups that are answered.
pub(crate) const MAX_LIMIT: i32 = 1000;

/// How many groups a breakdown answers by default.
pub(crate) const DEFAULT_LIMIT: i32 = 100;

/// What the dimensions of a question take besides.
pub(crate) struct Parameters {
    pub(crate) unit: StatisticsUnit,
    pub(crate) attribute: Option<String>,
    pub(crate) criteria: Option<ID>,
    pub(crate) limit: i32,
}

impl Asked {
    pub(crate) fn new(
        mut population: Population,
        by: &[Dimension],
        at: PointInTime,
        parameters: Parameters,
    ) -> Result<Self> {
        let Parameters { unit, attribute, criteria, limit } = parameters;
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::input("limit", format!("`limit` must be from 1 to {MAX_LIMIT}, not {limit}")));
        }
        let goes_with = |argument: &'static str, dimension, word: &str| match by.contains(&dimension) {
            true => Ok(()),
            false => Err(Error::input(argument, format!("`{argument}` goes with `{word}` among the dimensions"))),
        };
        match &attribute {
            Some(_) => goes_with("attribute", Dimension::Attribute, "ATTRIBUTE")?,
            None if by.contains(&Dimension::Attribute) => {
                let message = "`ATTRIBUTE` counts by the attribute that `attribute` names; give its code";
                return Err(Error::input("attribute", message));
            }
            None => {}
        }
        let version = criteria.map(|id| CriteriaId::parse("criteria", &id)).transpose()?;
        if version.is_some() {
            goes_with("criteria", Dimension::Verdict, "VERDICT")?;
        }
        let by: Vec<_> = by.iter().map(|dimension| (*dimension).into()).collect();
        population.filter = participation::supposing(population.filter, statistics::statuses_counted(&by));
        let question = Question { unit: unit.into(), attribute, ..Question::new(population, by, at) };
        Ok(Self { question, version, limit: limit.unsigned_abs() as usize })
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn is_without_dimensions(&self) -> bool {
        self.question.by.is_empty()
    }

    pub(crate) fn is_multivalued(&self) -> bool {
        self.question.is_multivalued()
    }

    /// The criteria that the verdicts of some clusters go by, where they are asked for.
    pub(crate) async fn criteria(
        &self,
        ctx: &Context<'_>,
        clusters: &[ClusterId],
        revision: Revision,
    ) -> Result<Arc<[Applied]>> {
        if !self.question.by.contains(&statistics::Dimension::Verdict) {
            return Ok(Arc::new([]));
        }
        Ok(match self.version {
            Some(id) => statistics::criteria_named(ctx.db(), id, revision).await?.into(),
            None => statistics::criteria_in_force(ctx.db(), clusters, revision).await?.into(),
        })
    }

    /// The question about a cluster, or about all.
    pub(crate) fn question_about(&self, cluster: Option<ClusterId>, criteria: &[Applied]) -> Question {
        let mut question = self.question.clone();
        question.population.cluster = cluster;
        let applies = |applied: &&Applied| cluster.is_none() || applied.cluster.is_none() || applied.cluster == cluster;
        question.criteria = criteria.iter().filter(applies).cloned().collect();
        question
    }
}

/// A row, with what it is an answer to.
pub(crate) struct GroupRow {
    group: Group,
    question: Arc<Question>,
    total: statistics::Count,
}

impl GroupRow {
    fn keys(&self) -> impl Iterator<Item = Key> {
        keys_of(&self.question.by, &self.group.keys)
    }

    fn share(&self) -> Share {
        Share::new(self.group.count, self.total)
    }
}

/// What a breakdown answers besides its rows.
#[derive(Clone, Copy)]
pub(crate) struct Totals {
    total: statistics::Count,
    group_count: usize,
}

pub(crate) struct Breakdown {
    rows: Vec<Row<GroupRow>>,
    totals: Totals,
    multivalued: bool,
}

impl Breakdown {
    /// The rows of the answer to a question, and what else there is.
    pub(crate) fn answer(
        image: &Arc<Image>,
        question: Question,
        order: &[(GroupOrder, bool)],
        limit: usize,
    ) -> Result<(Vec<GroupRow>, Totals)> {
        let found = statistics::breakdown(image, &question, order, limit)?;
        let (question, total) = (Arc::new(question), found.total);
        let row = |group| GroupRow { group, question: question.clone(), total };
        let totals = Totals { total, group_count: found.group_count };
        Ok((found.groups.into_iter().map(row).collect(), totals))
    }

    pub(crate) fn new(rows: Vec<Row<GroupRow>>, totals: Totals, multivalued: bool) -> Self {
        Self { rows, totals, multivalued }
    }
}

/// Counts by dimensions.
#[Object]
impl Breakdown {
    /// Whether what is counted can stand in several rows, so that the rows may sum to more than the total. A
    /// membership does where its organization has several values of a dimension. An organization does where its
    /// memberships have different values, too.
    async fn multivalued(&self) -> bool {
        self.multivalued
    }

    /// The rows, in the order asked: each combination of values that has any, up to `limit`. A breakdown by one dimension
    /// that can be unknown always has the row of the unknown. After them come at most two rows for what is beyond the
    /// limit, so that the rows of a breakdown that is not multivalued sum to the total.
    async fn rows(&self, ctx: &Context<'_>) -> Result<FinishedList<BreakdownRow>> {
        Ok(FinishedList(ctx.list(self.rows.clone(), BreakdownRow)?))
    }

    /// How many combinations of values there are without `limit`.
    async fn row_count(&self) -> i32 {
        self.totals.group_count as i32
    }

    /// Everyone that is counted, each once.
    async fn total(&self) -> Finished<Count> {
        Finished(self.totals.total.into())
    }
}

/// What a row of a breakdown stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Part")]
pub(crate) enum BreakdownRowKind {
    /// One combination of values.
    Group,
    /// All combinations beyond the limit whose values are known, together.
    Rest,
    /// All combinations beyond the limit of which some value is unknown, together.
    UnknownRest,
}

pub(crate) struct BreakdownRow(Row<GroupRow>);

impl Plain for BreakdownRow {
    const NAME: &str = "BreakdownRow";

    fn is_plain(field: &str, inner: &Plan<'_>) -> bool {
        match field {
            "keys" => inner.is_plain_for::<Key>(),
            "count" => inner.is_plain_for::<Count>(),
            "share" => inner.is_plain_for::<Share>(),
            "kind" | "groupCount" => true,
            _ => false,
        }
    }

    fn value(&self, field: &str, inner: &Plan<'_>) -> Answer {
        match field {
            "keys" => Answer::List(self.0.keys().map(|key| key.written(inner)).collect()),
            "count" => Count::from(self.0.group.count).written(inner),
            "share" => self.0.share().written(inner),
            "kind" => enum_value(BreakdownRowKind::from(self.0.group.keys.part)),
            "groupCount" => (self.0.group.keys.groups as i32).into(),
            _ => Answer::Null,
        }
    }

    fn rows(&self, plan: &Plan<'_>) -> usize {
        plan.times("keys") * self.0.group.keys.values.len()
    }
}

impl BreakdownRow {
    async fn behind<N: Listed>(
        &self,
        ctx: &Context<'_>,
        kind: ParticipationKind,
        arguments: Arguments,
    ) -> Result<Connection<N>> {
        let image = ctx.image();
        rows_behind(ctx, &self.0, arguments, |rows| lists(image, rows, kind)).await
    }
}

/// The memberships, or partnerships, of each row; those of one breakdown are found together.
fn lists(image: &Image, rows: &[GroupRow], kind: ParticipationKind) -> Result<Vec<Vec<Occurrence>>> {
    each_behind(rows, |question, groups| {
        let mut question = question.clone();
        question.population.kinds.retain(|counted| *counted == kind);
        Ok(statistics::rows_behind(image, &question, groups)?)
    })
}

/// A list behind each row; those of one breakdown are found together.
fn each_behind<T: Clone>(
    rows: &[GroupRow],
    behind: impl Fn(&Question, &[&Keys]) -> Result<Vec<Vec<T>>>,
) -> Result<Vec<Vec<T>>> {
    let mut lists = vec![Vec::new(); rows.len()];
    let mut asked: HashMap<*const Question, Vec<usize>> = HashMap::new();
    for (position, row) in rows.iter().enumerate() {
        asked.entry(Arc::as_ptr(&row.question)).or_default().push(position);
    }
    for positions in asked.into_values() {
        let groups: Vec<_> = positions.iter().map(|position| &rows[*position].group.keys).collect();
        for (position, ids) in positions.iter().zip(behind(&rows[positions[0]].question, &groups)?) {
            lists[*position] = ids;
        }
    }
    Ok(lists)
}

/// A group of memberships or partnerships, or of their organizations, and how many they are.
#[Object]
impl BreakdownRow {
    /// What the group has in common: a key for each dimension, in the order asked.
    async fn keys(&self, ctx: &Context<'_>) -> Result<Vec<BreakdownKey>> {
        ctx.list(keys(&self.0, |row| row.keys().collect()).await?, BreakdownKey)
    }

    /// What it stands for: one combination of values, or those beyond the limit.
    async fn kind(&self) -> BreakdownRowKind {
        self.0.group.keys.part.into()
    }

    /// How many combinations of values it sums: 1, or those beyond the limit.
    async fn group_count(&self) -> i32 {
        self.0.group.keys.groups as i32
    }

    /// How many. In a row of several combinations, one that stands in several of them counts for each.
    async fn count(&self) -> Finished<Count> {
        Finished(self.0.group.count.into())
    }

    /// The number as a part of the total.
    async fn share(&self) -> Finished<Share> {
        Finished(self.0.share())
    }

    /// The memberships behind the number, in the order of recording. With the partnerships, as many as the count says, unless
    /// organizations are counted.
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
    /// The organizations behind the number, in the order of recording: as many as the count says where organizations are
    /// counted.
    async fn organizations(
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
    ) -> Result<Connection<Organization>> {
        let ordered = Ordered::new("organizations", "BEHIND", domain::store::known_ids::KEYS);
        let request = Arguments { first, after, last, before }.request::<Organization>(ctx, &ordered)?;
        let (image, revision) = (ctx.image(), ctx.basis().revision());
        let pages = |lists: Vec<Vec<OrganizationId>>, request: &_| {
            domain::organization::pages_of_ids(image, lists, revision, request)
        };
        let lists = |rows: &[GroupRow]| {
            each_behind(rows, |question, groups| Ok(statistics::organizations_behind(image, question, groups)?))
        };
        pages_behind(ctx, &self.0, ordered, request, lists, pages).await
    }
}

//! Breakdowns: counts by dimensions, with the rows behind each.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::{Context, Enum, InputObject, Object, Value as Answer, resolver_utils::enum_value};
use entity::{
    id::{ClusterId, SectorId},
    participation::ParticipationKind,
    participation_period::Status,
};

use super::{
    basis::ContextExt,
    cluster::Cluster,
    error::{Error, Result},
    finished::{Finished, FinishedList, Plain, Plan},
    language::Language,
    level::{self, Row},
    node::GlobalId,
    organization_filter::Sphere,
    organization_kinds::SizeClass,
    pagination::{Arguments, Connection, Direction, Node as _, word},
    participation::{Listed, Membership, MembershipStatus, Partnership},
    period::ExitKind,
    reference::{ActivityClass, Municipality},
    sector::Sector,
    statistics::{Count, Kind, rows_behind},
    words,
};
use crate::domain::{
    self,
    ledger::Image,
    participation::{Condition, Filter, Occurrence, is_on_status},
    reference::REFERENCE,
    statistics::{self, Group, GroupOrder, Population, Question, Value},
    time::PointInTime,
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
    /// The cluster.
    Cluster,
    /// The year in which they first became effective. Unknown: they did not yet, or no source states it.
    JoinYear,
}

/// What breakdowns can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "GroupOrder")]
pub(crate) enum BreakdownOrderField {
    /// How many they are; of equally many, by their keys, ascending in both directions.
    Count,
    /// The keys: enums in the order of the schema, codes and years ascending, clusters and sectors in the order of recording;
    /// unknown last. Descending, all of that is reversed: unknown first.
    Key,
}

/// An order of the rows of a breakdown.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct BreakdownOrder {
    /// By what.
    field: BreakdownOrderField,
    /// Default: ascending.
    #[graphql(default)]
    direction: Direction,
}

/// What a breakdown asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    question: Question,
    order: (GroupOrder, bool),
    limit: usize,
}

/// The most rows with known keys.
pub(super) const MAX_LIMIT: i32 = 1000;

/// How many rows with known keys a breakdown has by default.
pub(super) const DEFAULT_LIMIT: i32 = 100;

impl Asked {
    pub(super) fn new(
        mut population: Population,
        by: &[Dimension],
        at: PointInTime,
        order_by: Option<BreakdownOrder>,
        limit: i32,
    ) -> Result<Self> {
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::input("limit", format!("`limit` must be from 1 to {MAX_LIMIT}, not {limit}")));
        }
        if !is_on_status(&population.filter) {
            let statuses = match (by.contains(&Dimension::Status), by.contains(&Dimension::ExitKind)) {
                (true, _) => vec![Status::Candidate, Status::Effective, Status::Ended],
                (false, true) => vec![Status::Ended],
                (false, false) => vec![Status::Candidate, Status::Effective],
            };
            population.filter = Filter::all([population.filter, Condition::Status(statuses).into()]);
        }
        let order = order_by.map_or((GroupOrder::Count, true), |by| (by.field.into(), by.direction.is_descending()));
        let by = by.iter().map(|dimension| (*dimension).into()).collect();
        Ok(Self { question: Question { population, by, at }, order, limit: limit.unsigned_abs() as usize })
    }

    /// The rows of a cluster, or of all; everyone, and how many rows there are.
    pub(super) fn answer(
        &self,
        image: &Arc<Image>,
        cluster: Option<ClusterId>,
    ) -> Result<(Vec<GroupRow>, (statistics::Count, usize))> {
        let mut question = self.question.clone();
        question.population.cluster = cluster;
        let (order, descending) = self.order;
        let found = statistics::breakdown(image, &question, order, descending, self.limit)?;
        let question = Arc::new(question);
        let rows = found.groups.into_iter().map(|group| GroupRow { group, question: question.clone() }).collect();
        Ok((rows, (found.total, found.group_count)))
    }
}

/// A row, with what it is an answer to.
pub(crate) struct GroupRow {
    group: Group,
    question: Arc<Question>,
}

impl GroupRow {
    fn keys(&self) -> impl Iterator<Item = Key> {
        let keys = self.question.by.iter().zip(&self.group.keys);
        keys.map(|(dimension, value)| Key { dimension: *dimension, value: *value })
    }
}

pub(crate) struct Breakdown {
    rows: Vec<Row<GroupRow>>,
    total: statistics::Count,
    row_count: usize,
    multivalued: bool,
}

impl Breakdown {
    pub(super) fn new(rows: Vec<Row<GroupRow>>, total: statistics::Count, row_count: usize, by: &[Dimension]) -> Self {
        let multivalued = by.iter().any(|dimension| statistics::Dimension::from(*dimension).is_multivalued());
        Self { rows, total, row_count, multivalued }
    }
}

/// Counts by dimensions.
#[Object]
impl Breakdown {
    /// Whether one membership can stand in several rows, so that these may sum to more than the total.
    async fn multivalued(&self) -> bool {
        self.multivalued
    }

    /// The rows, in the order asked: each combination of keys that has any. A breakdown by one dimension that can be unknown
    /// always has the row of the unknown.
    async fn rows(&self) -> FinishedList<BreakdownRow> {
        FinishedList(self.rows.iter().cloned().map(BreakdownRow).collect())
    }

    /// How many rows there are without `limit`.
    async fn row_count(&self) -> i32 {
        self.row_count as i32
    }

    /// Everyone that is counted, each once.
    async fn total(&self) -> Finished<Count> {
        Finished(self.total.into())
    }
}

pub(crate) struct BreakdownRow(Row<GroupRow>);

impl Plain for BreakdownRow {
    const NAME: &str = "BreakdownRow";

    fn is_plain(field: &str, inner: &Plan<'_>) -> bool {
        match field {
            "keys" => inner.is_plain_for::<Key>(),
            "count" => inner.is_plain_for::<Count>(),
            _ => false,
        }
    }

    fn value(&self, field: &str, inner: &Plan<'_>) -> Answer {
        match field {
            "keys" => Answer::List(self.0.keys().map(|key| key.written(inner)).collect()),
            "count" => Count::from(self.0.group.count).written(inner),
            _ => Answer::Null,
        }
    }

    fn rows(&self, plan: &Plan<'_>) -> usize {
        plan.times("keys") * self.0.group.keys.len()
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
    let mut lists = vec![Vec::new(); rows.len()];
    let mut asked: HashMap<*const Question, Vec<usize>> = HashMap::new();
    for (position, row) in rows.iter().enumerate() {
        asked.entry(Arc::as_ptr(&row.question)).or_default().push(position);
    }
    for positions in asked.into_values() {
        let mut question = (*rows[positions[0]].question).clone();
        question.population.kinds.retain(|counted| *counted == kind);
        let groups: Vec<_> = positions.iter().map(|position| rows[*position].group.keys.as_slice()).collect();
        for (position, ids) in positions.iter().zip(statistics::rows_behind(image, &question, &groups)?) {
            lists[*position] = ids;
        }
    }
    Ok(lists)
}

/// A group of memberships or partnerships, and how many they are.
#[Object]
impl BreakdownRow {
    /// What the group has in common: a key for each dimension, in the order asked.
    async fn keys(&self, ctx: &Context<'_>) -> Result<Vec<BreakdownKey>> {
        let keys = self.0.together("keys", |level| {
            let keys: Vec<Vec<Key>> = level.rows().iter().map(|row| row.keys().collect()).collect();
            let counts: Vec<usize> = keys.iter().map(Vec::len).collect();
            let mut keys = level::level(keys.into_iter().flatten().collect()).into_iter();
            std::future::ready(Ok(counts
                .into_iter()
                .map(|count| keys.by_ref().take(count).collect::<Vec<_>>())
                .collect()))
        });
        ctx.list(keys.await?, BreakdownKey)
    }

    /// How many.
    async fn count(&self) -> Finished<Count> {
        Finished(self.0.group.count.into())
    }

    /// The memberships behind the number, in the order of recording. With the partnerships, as many as the count says.
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows from the start, or after `after`: 1 to 100. Default: 25.")] first: Option<i32>,
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
        #[graphql(desc = "How many rows from the start, or after `after`: 1 to 100. Default: 25.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Partnership>> {
        self.behind(ctx, ParticipationKind::Partner, Arguments { first, after, last, before }).await
    }
}

/// A dimension, and its value in a group.
#[derive(Clone, Copy)]
struct Key {
    dimension: statistics::Dimension,
    value: Option<Value>,
}

impl Key {
    /// The value as filters take it.
    fn written_value(self) -> Option<String> {
        Some(match self.value? {
            Value::Status(status) => word(MembershipStatus::from(status)).to_owned(),
            Value::Kind(kind) => word(Kind::from(kind)).to_owned(),
            Value::Sphere(sphere) => word(Sphere::from(sphere)).to_owned(),
            Value::SizeClass(size) => word(SizeClass::from(size)).to_owned(),
            Value::ExitKind(kind) => word(ExitKind::from(kind)).to_owned(),
            Value::Cluster(id) => id.global().to_string(),
            Value::Sector(id) => id.global().to_string(),
            Value::Municipality(position) => REFERENCE.nis_at(position).to_owned(),
            Value::JoinYear(year) => year.to_string(),
            Value::NaceDivision(position) => {
                let class = REFERENCE.class_at(position);
                format!("{}:{}", word(super::reference::NaceVersion::from(class.version)), class.code)
            }
        })
    }
}

impl Plain for Key {
    const NAME: &str = "BreakdownKey";

    fn is_plain(field: &str, _: &Plan<'_>) -> bool {
        ["dimension", "value"].contains(&field)
    }

    fn value(&self, field: &str, _: &Plan<'_>) -> Answer {
        match field {
            "dimension" => enum_value(Dimension::from(self.dimension)),
            "value" => self.written_value().map_or(Answer::Null, Answer::String),
            _ => Answer::Null,
        }
    }
}

pub(crate) struct BreakdownKey(Row<Key>);

impl BreakdownKey {
    async fn of_cluster(&self, ctx: &Context<'_>) -> Result<Option<Row<domain::cluster::Cluster>>> {
        let (image, revision) = (ctx.image(), ctx.basis().revision());
        let id = |key: &Key| if let Some(Value::Cluster(id)) = key.value { Some(id) } else { None };
        let found = self.0.together("cluster", |level| async move {
            let ids: Vec<ClusterId> = level.distinct(id);
            let rows = level::level(domain::cluster::by_ids(image, ids, revision).collect());
            let by_id: HashMap<ClusterId, _> = rows.into_iter().map(|row| (row.id, row)).collect();
            Ok(level.rows().iter().map(|key| id(key).and_then(|id| by_id.get(&id).cloned())).collect::<Vec<_>>())
        });
        found.await
    }

    async fn of_sector(&self, ctx: &Context<'_>) -> Result<Option<Row<domain::cluster::Sector>>> {
        let image = ctx.image();
        let id = |key: &Key| if let Some(Value::Sector(id)) = key.value { Some(id) } else { None };
        let found = self.0.together("sector", |level| async move {
            let ids: HashSet<SectorId> = level.rows().iter().filter_map(id).collect();
            let rows = level::level(domain::cluster::sectors_by_ids(image, &ids));
            let by_id: HashMap<SectorId, _> = rows.into_iter().map(|row| (row.id(), row)).collect();
            Ok(level.rows().iter().map(|key| id(key).and_then(|id| by_id.get(&id).cloned())).collect::<Vec<_>>())
        });
        found.await
    }
}

/// What a group has in common in one dimension.
#[Object]
impl BreakdownKey {
    /// The dimension.
    async fn dimension(&self) -> Dimension {
        self.0.dimension.into()
    }

    /// The value, as filters take it: the name of an enum's value, an id of a cluster or a sector, a NIS code, a year; of a
    /// division of activities, its version and code, as in `NACE_BEL_2008:38`. Null: unknown.
    async fn value(&self) -> Option<String> {
        self.0.written_value()
    }

    /// What the value is called; of the unknown, that it is.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> Result<String> {
        let language: entity::Language = language.into();
        Ok(match self.0.value {
            None => words::unknown(self.0.dimension, language).to_owned(),
            Some(Value::Status(status)) => words::status(status, language).to_owned(),
            Some(Value::Kind(kind)) => words::kind(kind, language).to_owned(),
            Some(Value::Sphere(sphere)) => words::sphere(sphere, language).to_owned(),
            Some(Value::SizeClass(size)) => words::size(size, language).to_owned(),
            Some(Value::ExitKind(kind)) => words::exit(kind, language).to_owned(),
            Some(Value::JoinYear(year)) => year.to_string(),
            Some(Value::Municipality(position)) => {
                let municipality = REFERENCE.municipality(REFERENCE.nis_at(position));
                municipality.and_then(|found| found.names.in_language(language)).unwrap_or_default().to_owned()
            }
            Some(Value::NaceDivision(position)) => {
                let class = REFERENCE.class_at(position);
                class.labels.in_language(language).unwrap_or(&class.code).to_owned()
            }
            Some(Value::Cluster(_)) => match self.of_cluster(ctx).await? {
                Some(row) => row.name(language).to_owned(),
                None => words::unknown(self.0.dimension, language).to_owned(),
            },
            Some(Value::Sector(_)) => match self.of_sector(ctx).await? {
                Some(row) => row.label(language).to_owned(),
                None => words::unknown(self.0.dimension, language).to_owned(),
            },
        })
    }

    /// The cluster; null unless the dimension is `CLUSTER`.
    async fn cluster(&self, ctx: &Context<'_>) -> Option<Result<Cluster>> {
        self.of_cluster(ctx).await.map(|row| row.map(Cluster::of)).transpose()
    }

    /// The sector; null unless the dimension is `SECTOR` and it is known.
    async fn sector(&self, ctx: &Context<'_>) -> Option<Result<Sector>> {
        self.of_sector(ctx).await.map(|row| row.map(Sector::of)).transpose()
    }

    /// The municipality; null unless the dimension is `MUNICIPALITY` and it is known.
    async fn municipality(&self) -> Option<Municipality> {
        let Some(Value::Municipality(position)) = self.0.value else { return None };
        Municipality::of_nis(REFERENCE.nis_at(position))
    }

    /// The division of activities; null unless the dimension is `NACE_DIVISION` and it is known.
    async fn activity_class(&self) -> Option<ActivityClass> {
        let Some(Value::NaceDivision(position)) = self.0.value else { return None };
        let class = REFERENCE.class_at(position);
        Some(ActivityClass::of_recorded(class.version, &class.code))
    }
}

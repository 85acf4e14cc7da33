//! Versions of the entry criteria of clusters.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    Revision, cluster,
    criteria_profile::{Column, CriteriaState, Entity, Model},
    id::{ClusterId, CriteriaId},
    participation_period,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

use crate::domain::{
    Result,
    store::{
        dialect,
        gathered::ended,
        page::{self, KeyKind, List, Page, PageRequest, Term},
    },
    time::{PointInTime, holding, known},
};

/// The adopted version in force in each cluster, where there is one.
pub async fn in_force(
    db: &impl ConnectionTrait,
    ids: &[ClusterId],
    at: PointInTime,
) -> Result<HashMap<ClusterId, Model>> {
    let of_these = dialect::any_of(db.get_database_backend(), Column::ClusterId.into_expr(), ids.iter().copied());
    let versions = Entity::find().filter(of_these).filter(holding::<Entity>(at));
    let versions = versions.filter(Column::State.eq(CriteriaState::Adopted)).all(db).await?;
    Ok(versions.into_iter().map(|version| (version.cluster_id, version)).collect())
}

/// A version of criteria, with everything that was ever recorded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its rows in the order of recording, at least one; each supersedes the one before.
    rows: Vec<Model>,
}

impl Version {
    /// Its cluster.
    pub fn cluster(&self) -> ClusterId {
        self.rows[0].cluster_id
    }

    /// Everything that was recorded of it, in the order of recording.
    pub fn rows(&self) -> &[Model] {
        &self.rows
    }

    /// Its number among the versions of its cluster.
    pub fn number(&self) -> i32 {
        self.rows[0].version
    }

    /// Whether an id is that of the version, or of any of its rows: those were answered before versions had an id.
    pub fn is(&self, id: CriteriaId) -> bool {
        self.rows.iter().any(|row| row.criteria_id == id || row.id.0 == id.0)
    }

    /// What was known of it at a revision: the row that stood, or of a version that was withdrawn the last one that
    /// did; `None` when it was recorded later.
    pub fn known(&self, revision: Revision) -> Option<&Model> {
        self.rows.iter().rev().find(|row| row.recorded_rev <= revision)
    }

    /// The row that stood at a revision; `None` when the version was recorded later, or withdrawn before.
    pub fn standing(&self, revision: Revision) -> Option<&Model> {
        self.known(revision).filter(|row| row.superseded_rev.is_none_or(|superseded| superseded > revision))
    }
}

impl Version {
    /// Whether it is adopted and its days cover one, as known at a revision.
    pub fn is_in_force(&self, at: PointInTime) -> bool {
        self.standing(at.revision).is_some_and(|row| {
            let is_open = row.valid_to.is_none_or(|to| to > at.as_of);
            row.state == CriteriaState::Adopted && row.valid_from <= at.as_of && is_open
        })
    }
}

/// The versions that some ids name.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[CriteriaId]) -> Result<Vec<Version>> {
    let any_of = |column: Column| dialect::any_of(db.get_database_backend(), column.into_expr(), ids.iter().copied());
    let named = Entity::find().filter(Condition::any().add(any_of(Column::CriteriaId)).add(any_of(Column::Id)));
    let named = named.select_only().column(Column::CriteriaId).into_query();
    versions(db, Column::CriteriaId.in_subquery(named)).await
}

/// All versions of some clusters, drafts included.
pub async fn of_clusters(db: &impl ConnectionTrait, ids: &[ClusterId]) -> Result<Vec<Version>> {
    let of_these = dialect::any_of(db.get_database_backend(), Column::ClusterId.into_expr(), ids.iter().copied());
    versions(db, of_these).await
}

/// The version that each of some former members failed, as known at a revision; `None` where no version is named.
pub async fn failed(
    db: &impl ConnectionTrait,
    ends: &[Option<participation_period::Model>],
    revision: Revision,
) -> Result<Vec<Option<Model>>> {
    let named = ends.iter().flatten().filter(|end| end.exit_criteria.is_some());
    let clusters: BTreeSet<ClusterId> = named.map(|end| end.cluster_id).collect();
    let versions = of_clusters(db, &Vec::from_iter(clusters)).await?;
    let version = |end: &Option<participation_period::Model>| {
        let end = end.as_ref()?;
        let (cluster, number) = (end.cluster_id, end.exit_criteria?);
        let failed = versions.iter().find(|version| version.cluster() == cluster && version.number() == number)?;
        failed.known(revision).cloned()
    };
    Ok(ends.iter().map(version).collect())
}

/// What a version is compared with where none is named: of the same cluster's versions, the adopted one with the next
/// lower number, as known at a revision.
pub fn before<'a>(versions: &'a [Version], of: &Model, revision: Revision) -> Option<&'a Model> {
    let earlier = versions.iter().filter(|other| other.cluster() == of.cluster_id && other.number() < of.version);
    let standing = earlier.filter_map(|other| other.standing(revision));
    standing.filter(|other| other.state == CriteriaState::Adopted).max_by_key(|other| other.version)
}

/// By cluster and number.
async fn versions(db: &impl ConnectionTrait, which: Expr) -> Result<Vec<Version>> {
    let rows = Entity::find().filter(which).order_by_asc(Column::RecordedRev).all(db).await?;
    let mut versions: BTreeMap<(ClusterId, i32), Vec<Model>> = BTreeMap::new();
    for row in rows {
        versions.entry((row.cluster_id, row.version)).or_default().push(row);
    }
    Ok(versions.into_values().map(|rows| Version { rows }).collect())
}

/// Which versions to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Of these clusters; `None`: of all.
    pub clusters: Option<Vec<ClusterId>>,
    /// In one of these states.
    pub states: Option<Vec<CriteriaState>>,
}

/// An order of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the cluster's slug.
    Cluster,
    /// By the number among the versions of the cluster.
    Version,
    /// By when they were first recorded.
    Recorded,
}

/// What the cursors of an order carry.
pub fn kinds(order: &[(Order, bool)]) -> Vec<KeyKind> {
    ended(order, Order::Recorded).iter().map(|(field, _)| kind(*field)).collect()
}

fn kind(field: Order) -> KeyKind {
    match field {
        Order::Cluster => KeyKind::Text,
        Order::Version => KeyKind::Number,
        Order::Recorded => KeyKind::Id,
    }
}

/// The versions of all clusters as known at a revision.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    order: &[(Order, bool)],
    revision: Revision,
    request: &PageRequest,
) -> Result<Page<Model>> {
    let mut condition = Condition::all().add(known::<Entity>(revision));
    if let Some(ids) = &filter.clusters {
        let cluster = Column::ClusterId.into_expr();
        condition = condition.add(dialect::any_of(db.get_database_backend(), cluster, ids.iter().copied()));
    }
    if let Some(states) = &filter.states {
        condition = condition.add(Column::State.is_in(states.iter().copied()));
    }
    let mut select = Entity::find().filter(condition);
    QueryTrait::query(&mut select)
        .inner_join(cluster::Entity, cluster::Column::Id.into_expr().eq(Column::ClusterId.into_expr()));
    let term = |(field, descends): &(Order, bool)| {
        let column = match field {
            Order::Cluster => cluster::Column::Slug.into_expr(),
            Order::Version => Column::Version.into_expr(),
            Order::Recorded => Column::CriteriaId.into_expr(),
        };
        Term::new(column, kind(*field), *descends)
    };
    let order = ended(order, Order::Recorded).iter().map(term).collect();
    let list = List::new(select, order).texts([Column::Label, Column::Rationale]);
    page::read(db, list, request).await
}

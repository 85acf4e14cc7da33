//! Versions of the entry criteria of clusters.

use std::collections::HashMap;

use entity::{
    Revision, cluster,
    criteria::{Column, CriteriaState, Entity, Model},
    id::{ClusterId, CriteriaId},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryTrait, sea_query::ExprTrait};
use uuid::Uuid;

use super::{
    Result, dialect,
    page::{self, KeyKind, List, Page, PageRequest, Term},
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

/// The versions with these ids, while they are part of the register.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[CriteriaId], revision: Revision) -> Result<Vec<Model>> {
    super::facts_known::<Entity>(db, Column::Id, ids.iter().copied(), revision).await
}

/// All versions of each cluster as known at a revision, drafts included, by number.
pub async fn versions(
    db: &impl ConnectionTrait,
    ids: &[ClusterId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<Model>>> {
    let order = vec![Term::new(Column::Version.into_expr(), KeyKind::Number, false)];
    let list = List::of(Entity::find().filter(known::<Entity>(revision)), order);
    page::read_whole(db, list.each(Column::ClusterId, ids.iter().copied())).await
}

/// Which versions to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Of these clusters; none given: of all.
    pub clusters: Option<Vec<ClusterId>>,
    /// In one of these states.
    pub states: Option<Vec<CriteriaState>>,
}

/// What the cursors of the list carry: the cluster's slug, the version, the id.
pub const KEYS: [KeyKind; 3] = [KeyKind::Text, KeyKind::Number, KeyKind::Id];

/// The versions of all clusters as known at a revision, by cluster and number.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
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
    let order = vec![
        Term::new(cluster::Column::Slug.into_expr(), KEYS[0], false),
        Term::new(Column::Version.into_expr(), KEYS[1], false),
        Term::new(Column::Id.into_expr(), KEYS[2], false),
    ];
    let list = List::of(select, order).texts([Column::Label, Column::Rationale]);
    page::read(db, list, request).await
}

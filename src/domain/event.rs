//! What happened to clusters.

use std::collections::HashMap;

pub use entity::cluster_event::Model;
use entity::{
    Revision,
    cluster_event::{Column, Entity, EventKind},
    id::ClusterId,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

pub use crate::domain::store::by_date::{Order, kinds};
use crate::domain::{
    Result,
    store::{
        by_date, dialect,
        page::{self, List, Page, PageRequest},
    },
    time::known,
};

/// Which events to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Of these kinds; `None`: of all.
    pub kinds: Option<Vec<EventKind>>,
    /// Of these clusters; `None`: of all.
    pub clusters: Option<Vec<ClusterId>>,
}

/// The date that is stated, as a text. Undated events come last in time.
pub(super) fn on() -> Expr {
    Expr::cust(r#"coalesce(cluster_event."on", '9999-12-31')"#)
}

fn select(backend: DbBackend, filter: &Filter, order: &[(Order, bool)], revision: Revision) -> List {
    let mut condition = Condition::all().add(known::<Entity>(revision));
    if let Some(kinds) = &filter.kinds {
        condition = condition.add(Column::Kind.is_in(kinds.iter().copied()));
    }
    if let Some(ids) = &filter.clusters {
        condition = condition.add(dialect::any_of(backend, Column::ClusterId.into_expr(), ids.iter().copied()));
    }
    let order = by_date::terms(order, &on(), &Column::Id.into_expr());
    List::new(Entity::find().filter(condition), order).texts([Column::Text])
}

/// The events of all clusters as known at a revision, by date.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    order: &[(Order, bool)],
    revision: Revision,
    request: &PageRequest,
) -> Result<Page<Model>> {
    page::read(db, select(db.get_database_backend(), filter, order, revision), request).await
}

/// The same page of the events of each cluster.
pub async fn list_each(
    db: &impl ConnectionTrait,
    filter: &Filter,
    order: &[(Order, bool)],
    ids: &[ClusterId],
    revision: Revision,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<Model>>> {
    let list = select(db.get_database_backend(), filter, order, revision);
    page::read_each(db, list.each(Column::ClusterId, ids.iter().copied()), request).await
}

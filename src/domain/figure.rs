//! Figures asserted in public.

use std::collections::HashMap;

pub use entity::published_figure::Model;
use entity::{
    Revision,
    id::ClusterId,
    published_figure::{Column, Disclosure, Entity, Metric, Nature},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    Result, dialect,
    gathered::ended,
    page::{self, KeyKind, List, Page, PageRequest, Term},
    time::known,
};

/// Which figures to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Of these metrics; none given: of all.
    pub metrics: Option<Vec<Metric>>,
    /// Of these natures.
    pub natures: Option<Vec<Nature>>,
    /// Disclosed, or not.
    pub disclosures: Option<Vec<Disclosure>>,
    /// Of these clusters.
    pub clusters: Option<Vec<ClusterId>>,
}

/// An order of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the date that is stated, undated ones as the latest.
    On,
    /// By when they were recorded.
    Recorded,
}

/// What the cursors of an order carry.
pub fn kinds(order: &[(Order, bool)]) -> Vec<KeyKind> {
    let kind = |(field, _): &(Order, bool)| if *field == Order::On { KeyKind::Text } else { KeyKind::Id };
    ended(order, Order::Recorded).iter().map(kind).collect()
}

/// The date that is stated, as a text. Undated figures come last in time.
pub(super) fn on() -> Expr {
    Expr::cust(r#"coalesce(published_figure."on", '9999-12-31')"#)
}

fn select(backend: DbBackend, filter: &Filter, order: &[(Order, bool)], revision: Revision) -> List {
    let mut condition = Condition::all().add(known::<Entity>(revision));
    if let Some(metrics) = &filter.metrics {
        condition = condition.add(Column::Metric.is_in(metrics.iter().copied()));
    }
    if let Some(natures) = &filter.natures {
        condition = condition.add(Column::Nature.is_in(natures.iter().copied()));
    }
    if let Some(disclosures) = &filter.disclosures {
        condition = condition.add(Column::Disclosure.is_in(disclosures.iter().copied()));
    }
    if let Some(ids) = &filter.clusters {
        condition = condition.add(dialect::any_of(backend, Column::ClusterId.into_expr(), ids.iter().copied()));
    }
    let term = |(field, descends): &(Order, bool)| match field {
        Order::On => Term::new(on(), KeyKind::Text, *descends),
        Order::Recorded => Term::new(Column::Id.into_expr(), KeyKind::Id, *descends),
    };
    let order = ended(order, Order::Recorded).iter().map(term).collect();
    List::of(Entity::find().filter(condition), order).texts([Column::Explanation])
}

/// The figures of all clusters as known at a revision, by date.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    order: &[(Order, bool)],
    revision: Revision,
    request: &PageRequest,
) -> Result<Page<Model>> {
    page::read(db, select(db.get_database_backend(), filter, order, revision), request).await
}

/// The same page of the figures of each cluster.
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

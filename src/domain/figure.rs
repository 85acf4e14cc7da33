//! Figures asserted in public.

use std::collections::HashMap;

pub use entity::published_figure::Model;
use entity::{
    Revision,
    id::{ClusterId, ProgrammeId, PublishedFigureId},
    published_figure::{Column, Disclosure, Entity, FigureUnit, Metric, Nature, Qualifier},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
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
    /// In these units.
    pub units: Option<Vec<FigureUnit>>,
    /// About these clusters.
    pub clusters: Option<Vec<ClusterId>>,
    /// About these programmes.
    pub programmes: Option<Vec<ProgrammeId>>,
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
    if let Some(units) = &filter.units {
        condition = condition.add(Column::Unit.is_in(units.iter().copied()));
    }
    if let Some(ids) = &filter.programmes {
        condition = condition.add(dialect::any_of(backend, Column::ProgrammeId.into_expr(), ids.iter().copied()));
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

/// The figures of all clusters and programmes as known at a revision, by date.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    order: &[(Order, bool)],
    revision: Revision,
    request: &PageRequest,
) -> Result<Page<Model>> {
    page::read(db, select(db.get_database_backend(), filter, order, revision), request).await
}

/// What the figures of several lists are about.
#[derive(Clone, Debug)]
pub enum Of {
    /// Each of these clusters.
    Clusters(Vec<ClusterId>),
    /// Each of these programmes.
    Programmes(Vec<ProgrammeId>),
}

/// The same page of the figures of each cluster or programme.
pub async fn list_each(
    db: &impl ConnectionTrait,
    filter: &Filter,
    order: &[(Order, bool)],
    of: Of,
    revision: Revision,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<Model>>> {
    let list = select(db.get_database_backend(), filter, order, revision);
    let list = match of {
        Of::Clusters(ids) => list.each(Column::ClusterId, ids),
        Of::Programmes(ids) => list.each(Column::ProgrammeId, ids),
    };
    page::read_each(db, list, request).await
}

/// The figures that are known at a revision and have one of some keys, or are a part of those that have; the first recorded
/// first.
async fn keyed(
    db: &impl ConnectionTrait,
    column: Column,
    keys: impl IntoIterator<Item = String>,
    revision: Revision,
) -> Result<Vec<Model>> {
    let named = dialect::any_of_texts(db.get_database_backend(), column.into_expr(), keys);
    let found = Entity::find().filter(named).filter(known::<Entity>(revision));
    Ok(found.order_by_asc(Column::Id).all(db).await?)
}

/// The figure that each of some figures is a part of, by the id of the part. One that is known no longer is not there.
pub async fn wholes(
    db: &impl ConnectionTrait,
    figures: &[Model],
    revision: Revision,
) -> Result<HashMap<PublishedFigureId, Model>> {
    let named = keyed(db, Column::Key, figures.iter().filter_map(|figure| figure.part_of.clone()), revision).await?;
    let whole = |figure: &Model| {
        let is_whole = |whole: &&Model| whole.key == figure.part_of && whole.subject() == figure.subject();
        Some((figure.id, named.iter().filter(|_| figure.part_of.is_some()).find(is_whole)?.clone()))
    };
    Ok(figures.iter().filter_map(whole).collect())
}

/// The figures that are a part of each of some figures, by the id of the whole, in the order in which they were recorded.
pub async fn parts(
    db: &impl ConnectionTrait,
    figures: &[Model],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<Model>>> {
    let named = keyed(db, Column::PartOf, figures.iter().filter_map(|figure| figure.key.clone()), revision).await?;
    let parts = |figure: &Model| {
        let is_part = |part: &&Model| part.part_of == figure.key && part.subject() == figure.subject();
        let parts = named.iter().filter(|_| figure.key.is_some()).filter(is_part).cloned();
        (figure.id.0, parts.collect())
    };
    Ok(figures.iter().map(parts).collect())
}

/// Whether the parts of a figure sum to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sums {
    /// Their sum is the whole.
    Equal,
    /// Their sum is less: some parts are not stated.
    Less,
    /// Their sum is more: parts overlap, or a number is wrong.
    More,
    /// Nobody can say: a number is not given, or not exactly, or not for the date of the whole.
    Undetermined,
}

/// The sum of the parts of a figure, and how it stands to the whole; no sum where a number is not given.
pub fn sums(whole: &Model, parts: &[Model]) -> (Option<f64>, Sums) {
    let sum = parts.iter().map(|part| part.value).sum::<Option<f64>>();
    let (Some(sum), Some(value)) = (sum, whole.value) else { return (sum, Sums::Undetermined) };
    let is_exact = |figure: &Model| figure.qualifier == Qualifier::Exactly;
    let is_like = |part: &Model| part.nature == whole.nature && part.on == whole.on;
    let how = match sum.total_cmp(&value) {
        _ if parts.is_empty() || !is_exact(whole) || !parts.iter().all(|part| is_exact(part) && is_like(part)) => {
            Sums::Undetermined
        }
        std::cmp::Ordering::Equal => Sums::Equal,
        std::cmp::Ordering::Less => Sums::Less,
        std::cmp::Ordering::Greater => Sums::More,
    };
    (Some(sum), how)
}

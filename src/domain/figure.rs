//! Figures asserted in public.

use std::collections::{BTreeSet, HashMap};

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

pub use crate::domain::store::by_date::{Order, kinds};
use crate::domain::{
    Result,
    store::{
        by_date, dialect,
        page::{self, List, Page, PageRequest},
    },
    time::known,
};

/// Which figures to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Of these metrics; `None`: of all.
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
    let order = by_date::terms(order, &on(), &Column::Id.into_expr());
    List::new(Entity::find().filter(condition), order).texts([Column::Explanation])
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
pub enum Whose {
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
    whose: Whose,
    revision: Revision,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<Model>>> {
    let list = select(db.get_database_backend(), filter, order, revision);
    let list = match whose {
        Whose::Clusters(ids) => list.each(Column::ClusterId, ids),
        Whose::Programmes(ids) => list.each(Column::ProgrammeId, ids),
    };
    page::read_each(db, list, request).await
}

/// The figures about the same clusters and programmes as some others that have one of some keys in a column, as known
/// at a revision; the first recorded first.
async fn keyed(
    db: &impl ConnectionTrait,
    column: Column,
    (figures, key): (&[Model], impl Fn(&Model) -> Option<String>),
    revision: Revision,
) -> Result<Vec<Model>> {
    let with_keys = || figures.iter().filter_map(|figure| Some((figure, key(figure)?)));
    if with_keys().next().is_none() {
        return Ok(Vec::new());
    }
    let backend = db.get_database_backend();
    let any_of = |column: Column, ids| dialect::any_of(backend, column.into_expr(), ids);
    // Keys are short, and those of different clusters alike.
    let clusters: BTreeSet<Uuid> = with_keys().filter_map(|(figure, _)| Some(figure.cluster_id?.0)).collect();
    let programmes: BTreeSet<Uuid> = with_keys().filter_map(|(figure, _)| Some(figure.programme_id?.0)).collect();
    let named = dialect::any_of_texts(backend, column.into_expr(), with_keys().map(|(_, key)| key));
    let about = Condition::any().add(any_of(Column::ClusterId, clusters)).add(any_of(Column::ProgrammeId, programmes));
    let found = Entity::find().filter(named).filter(about).filter(known::<Entity>(revision));
    Ok(found.order_by_asc(Column::Id).all(db).await?)
}

/// The figure that each of some figures is a part of, by the id of the part; none where it is no longer known.
pub async fn wholes(
    db: &impl ConnectionTrait,
    figures: &[Model],
    revision: Revision,
) -> Result<HashMap<PublishedFigureId, Model>> {
    let found = keyed(db, Column::Key, (figures, |figure| figure.part_of.clone()), revision).await?;
    let named: HashMap<_, _> = found.iter().map(|whole| ((whole.subject(), whole.key.as_deref()), whole)).collect();
    let with_whole = figures.iter().filter(|figure| figure.part_of.is_some());
    let whole = |part: &Model| Some((part.id, (*named.get(&(part.subject(), part.part_of.as_deref()))?).clone()));
    Ok(with_whole.filter_map(whole).collect())
}

/// The figures that are a part of each of some figures, by the id of the whole, in the order in which they were
/// recorded.
pub async fn parts(
    db: &impl ConnectionTrait,
    figures: &[Model],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<Model>>> {
    let found = keyed(db, Column::PartOf, (figures, |figure| figure.key.clone()), revision).await?;
    let mut of_key: HashMap<_, Vec<Model>> = HashMap::new();
    for part in found {
        of_key.entry((part.subject(), part.part_of.clone())).or_default().push(part);
    }
    let with_key = figures.iter().filter(|figure| figure.key.is_some());
    let parts = |whole: &Model| Some((whole.id.0, of_key.get(&(whole.subject(), whole.key.clone()))?.clone()));
    Ok(with_key.filter_map(parts).collect())
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

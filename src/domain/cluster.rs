//! Clusters, their sectors, and the services of their hosts.

use std::collections::HashMap;

use entity::{
    Revision, cluster,
    cluster_profile::{Column, Entity, Model},
    id::{ClusterId, OrganizationId, SectorId},
    sector, sector_nace, service,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait,
    Select, sea_query::IntoCondition,
};
use uuid::Uuid;

use super::{
    Result,
    condition::Tree,
    dialect,
    page::{self, KeyKind, List, Page, PageRequest, Term},
    search,
    time::known,
};

/// A cluster: what it is, under the slug that never changes.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Cluster {
    /// Name in addresses.
    pub slug: String,
    /// The rest.
    #[sea_orm(nested)]
    pub profile: Model,
}

impl Cluster {
    /// The id that never changes, not that of the profile's row.
    pub fn id(&self) -> ClusterId {
        self.profile.cluster_id
    }
}

/// Which clusters.
pub type Filter = Tree<Condition>;

/// One condition on clusters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Has one of these slugs.
    Slug(Vec<String>),
    /// Is run by one of these organizations.
    Host(Vec<OrganizationId>),
    /// The name contains this, whatever the accents and the case.
    Name(String),
}

impl Condition {
    fn sql(&self, backend: DbBackend) -> sea_orm::Condition {
        match self {
            Self::Slug(slugs) => cluster::Column::Slug.is_in(slugs).into_condition(),
            // A cluster without a known host is not run by them, rather than neither run nor not.
            Self::Host(ids) => sea_orm::Condition::all().add(Column::HostId.is_not_null()).add(dialect::any_of(
                backend,
                Column::HostId.into_expr(),
                ids.iter().copied(),
            )),
            Self::Name(text) => {
                let written = sea_orm::sea_query::ExprTrait::cast_as(Column::Name.into_expr(), "text");
                search::contains(Column::SortName.as_column_ref(), Some(&written), text)
            }
        }
    }
}

/// An order of clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the search form of the name.
    Name,
    /// By slug.
    Slug,
    /// By when they were first recorded.
    Recorded,
}

/// The terms of an order, and what its cursors carry.
pub fn terms(order: &[(Order, bool)]) -> (Vec<Term>, Vec<KeyKind>) {
    let mut columns: Vec<_> = order
        .iter()
        .map(|(field, descending)| match field {
            Order::Name => (Column::SortName.into_expr(), KeyKind::Text, *descending),
            Order::Slug => (cluster::Column::Slug.into_expr(), KeyKind::Text, *descending),
            Order::Recorded => (Column::ClusterId.into_expr(), KeyKind::Id, *descending),
        })
        .collect();
    let descending = order.last().is_some_and(|(_, descending)| *descending);
    columns.push((Column::ClusterId.into_expr(), KeyKind::Id, descending));
    columns.into_iter().map(|(column, kind, descending)| (Term::new(column, kind, descending), kind)).unzip()
}

fn select(revision: Revision) -> Select<Entity> {
    let mut select = Entity::find().filter(known::<Entity>(revision));
    let same = cluster::Column::Id.into_expr();
    let same = sea_orm::sea_query::ExprTrait::eq(same, Column::ClusterId.into_expr());
    QueryTrait::query(&mut select).inner_join(cluster::Entity, same);
    select.column(cluster::Column::Slug)
}

/// The clusters that satisfy a condition.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    order: &[(Order, bool)],
    revision: Revision,
    request: &PageRequest,
) -> Result<Page<Cluster>> {
    let select = select(revision).filter(filter.sql(&|condition| condition.sql(db.get_database_backend())));
    let list = List::of(select, terms(order).0).with(cluster::Column::Slug).texts([Column::Description]);
    page::read(db, list, request).await
}

/// The clusters with these ids.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[ClusterId], revision: Revision) -> Result<Vec<Cluster>> {
    let wanted = dialect::any_of(db.get_database_backend(), Column::ClusterId.into_expr(), ids.iter().copied());
    Ok(select(revision).filter(wanted).into_model().all(db).await?)
}

/// The cluster with a slug.
pub async fn by_slug(db: &impl ConnectionTrait, slug: &str, revision: Revision) -> Result<Option<Cluster>> {
    Ok(select(revision).filter(cluster::Column::Slug.eq(slug)).into_model().one(db).await?)
}

/// The sectors of each cluster, by code.
pub async fn sectors(
    db: &impl ConnectionTrait,
    ids: &[ClusterId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<sector::Model>>> {
    use sector::{Column, Entity};
    let order = vec![Term::new(Column::Code.into_expr(), KeyKind::Text, false)];
    let list = List::of(Entity::find().filter(known::<Entity>(revision)), order);
    page::read_whole(db, list.each(Column::ClusterId, ids.iter().copied())).await
}

/// The classes of activities of each sector, by version and code.
pub async fn sector_classes(
    db: &impl ConnectionTrait,
    ids: &[SectorId],
) -> Result<HashMap<Uuid, Vec<sector_nace::Model>>> {
    use sector_nace::{Column, Entity};
    let order = vec![
        Term::new(Column::NaceVersion.into_expr(), KeyKind::Text, false),
        Term::new(Column::NaceCode.into_expr(), KeyKind::Text, false),
    ];
    page::read_whole(db, List::of(Entity::find(), order).each(Column::SectorId, ids.iter().copied())).await
}

/// The services of each cluster's host, by key.
pub async fn services(
    db: &impl ConnectionTrait,
    ids: &[ClusterId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<service::Model>>> {
    use service::{Column, Entity};
    let order = vec![Term::new(Column::Key.into_expr(), KeyKind::Text, false)];
    let list = List::of(Entity::find().filter(known::<Entity>(revision)), order);
    page::read_whole(db, list.each(Column::ClusterId, ids.iter().copied())).await
}

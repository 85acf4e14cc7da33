//! Organizations, and the facts recorded of them.

use std::cell::Cell;
use std::collections::HashMap;

use entity::{
    Recorded, Revision, activity, attribute,
    id::{ClusterId, OrganizationId, SectorId},
    organization_identifier::{self, Scheme},
    organization_name,
    organization_profile::{Column, Entity, Model, SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{self, Status},
    sector, sector_nace, site,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, IntoCondition, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    Result,
    condition::Tree,
    dialect, enumerated,
    page::{self, KeyKind, List, Page, PageRequest, Term},
    positions::{ClassAt, MunicipalityAt},
    reference::REFERENCE,
    search,
    time::{PointInTime, covering, holding, known},
};

/// Which organizations. Conditions on dated facts ask about the point in time of the list.
pub type Filter = Tree<Condition>;

/// One condition on organizations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Belongs to one of these spheres.
    Sphere(Vec<Sphere>),
    /// Is a company of one of these sizes.
    SizeClass(Vec<SizeClass>),
    /// Has a site in one of these municipalities, by their positions in the reference data.
    Municipality(Vec<MunicipalityAt>),
    /// Has an activity under a class, by its position in the reference data.
    Activity(ClassAt),
    /// Has an activity of one of these sectors.
    Sector(Vec<SectorId>),
    /// An attribute is recorded with this value.
    Attribute(String, bool),
    /// Has an identifier of one of these schemes.
    Identifier(Vec<Scheme>),
    /// Takes part in one of these clusters (`None`: in any) with one of these statuses.
    Participation(ParticipationKind, Option<Vec<ClusterId>>, Vec<Status>),
}

/// How many conditions of one filter PostgreSQL may join the list with. It plans every join with every other one, and
/// takes seconds for thirty; the other conditions it asks for each row.
const MOST_JOINED: usize = 4;

/// The condition of a statement that a filter makes.
fn condition_of(filter: &Filter, backend: DbBackend, at: PointInTime) -> sea_orm::Condition {
    let joined = Cell::new(0);
    filter.sql(&|condition| condition.sql(backend, at, &joined))
}

impl Condition {
    /// The condition of a statement that joins as many lists so far.
    fn sql(&self, backend: DbBackend, at: PointInTime, joined: &Cell<usize>) -> sea_orm::Condition {
        let among = |select: SelectStatement| {
            joined.set(joined.get() + 1);
            let is_among = Column::OrganizationId.in_subquery(select);
            let is_joined = joined.get() <= MOST_JOINED || backend != DbBackend::Postgres;
            if is_joined { is_among.into_condition() } else { dialect::not_joined(is_among).into_condition() }
        };
        match self {
            Self::Sphere(spheres) => Column::Sphere.is_in(spheres.iter().copied()).into_condition(),
            // An organization without a known size is of none of these, rather than neither.
            Self::SizeClass(sizes) => sea_orm::Condition::all()
                .add(Column::SizeClass.is_not_null())
                .add(Column::SizeClass.is_in(sizes.iter().copied())),
            Self::Municipality(places) => among(
                organizations_of::<site::Entity>(site::Column::OrganizationId)
                    .filter(site::Column::Municipality.is_in(places.iter().map(|place| REFERENCE.nis_at(*place))))
                    .filter(holding::<site::Entity>(at))
                    .into_query(),
            ),
            Self::Activity(class) => {
                let class = REFERENCE.class_at(*class);
                let codes = REFERENCE.under(class);
                among(
                    organizations_of::<activity::Entity>(activity::Column::OrganizationId)
                        .filter(activity::Column::NaceVersion.eq(class.version))
                        .filter(activity::Column::NaceCode.gte(codes.start))
                        .filter(activity::Column::NaceCode.lt(codes.end))
                        .filter(holding::<activity::Entity>(at))
                        .into_query(),
                )
            }
            Self::Sector(sectors) => among(organizations_of_sectors(backend, sectors, at)),
            Self::Attribute(code, value) => among(
                organizations_of::<attribute::Entity>(attribute::Column::OrganizationId)
                    .filter(attribute::Column::Code.eq(code))
                    .filter(attribute::Column::Value.eq(*value))
                    .filter(holding::<attribute::Entity>(at))
                    .into_query(),
            ),
            Self::Identifier(schemes) => among(
                organizations_of::<organization_identifier::Entity>(organization_identifier::Column::OrganizationId)
                    .filter(organization_identifier::Column::Scheme.is_in(schemes.iter().copied()))
                    .filter(known::<organization_identifier::Entity>(at.revision))
                    .into_query(),
            ),
            Self::Participation(kind, clusters, statuses) => {
                let mut periods =
                    organizations_of::<participation_period::Entity>(participation_period::Column::OrganizationId)
                        .filter(participation_period::Column::Kind.eq(*kind))
                        .filter(participation_period::Column::Status.is_in(statuses.iter().copied()))
                        .filter(covering(at));
                if let Some(clusters) = clusters {
                    let cluster = participation_period::Column::ClusterId.into_expr();
                    periods = periods.filter(dialect::any_of(backend, cluster, clusters.iter().copied()));
                }
                among(periods.into_query())
            }
        }
    }
}

/// The organizations that satisfy a filter, as a list of ids for the condition of another list.
pub(super) fn among(filter: &Filter, backend: DbBackend, at: PointInTime) -> SelectStatement {
    let known = organizations_of::<Entity>(Column::OrganizationId).filter(known::<Entity>(at.revision));
    known.filter(condition_of(filter, backend, at)).into_query()
}

fn organizations_of<E: EntityTrait>(column: E::Column) -> Select<E> {
    E::find().select_only().column(column)
}

/// The organizations with an activity under a code of one of the sectors.
fn organizations_of_sectors(backend: DbBackend, sectors: &[SectorId], at: PointInTime) -> SelectStatement {
    let code = || activity::Column::NaceCode.into_expr();
    let belongs = sea_orm::Condition::all()
        .add(sector_nace::Column::NaceVersion.into_expr().eq(activity::Column::NaceVersion.into_expr()))
        .add(code().gte(sector_nace::Column::NaceCode.into_expr()))
        .add(code().lt(Expr::cust("sector_nace.nace_code || ':'")));
    let of_sector = sector_nace::Column::SectorId.into_expr().eq(sector::Column::Id.into_expr());
    Query::select()
        .column((activity::Entity, activity::Column::OrganizationId))
        .from(activity::Entity)
        .inner_join(sector_nace::Entity, belongs)
        .inner_join(sector::Entity, of_sector)
        .cond_where(dialect::any_of(backend, sector::Column::Id.into_expr(), sectors.iter().copied()))
        .cond_where(known::<sector::Entity>(at.revision))
        .cond_where(holding::<activity::Entity>(at))
        .to_owned()
}

/// An order of organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the search form of the name shown.
    Name,
    /// By when they were first recorded.
    Recorded,
}

/// The terms of an order, and what its cursors carry.
pub fn terms(order: &[(Order, bool)]) -> (Vec<Term>, Vec<KeyKind>) {
    let mut terms = Vec::new();
    let mut kinds = Vec::new();
    let last = order.last().is_some_and(|(_, descending)| *descending);
    for (field, descending) in order {
        if *field == Order::Name {
            terms.push(Term::new(Column::SortName.into_expr(), KeyKind::Text, *descending));
            kinds.push(KeyKind::Text);
        } else {
            terms.push(Term::new(Column::OrganizationId.into_expr(), KeyKind::Id, *descending));
            kinds.push(KeyKind::Id);
            return (terms, kinds);
        }
    }
    terms.push(Term::new(Column::OrganizationId.into_expr(), KeyKind::Id, last));
    kinds.push(KeyKind::Id);
    (terms, kinds)
}

/// The organizations that satisfy a condition, and one of whose names contains `search`.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    search: Option<&str>,
    order: &[(Order, bool)],
    at: PointInTime,
    request: &PageRequest,
) -> Result<Page<Model>> {
    let backend = db.get_database_backend();
    let mut select = Entity::find().filter(known::<Entity>(at.revision)).filter(condition_of(filter, backend, at));
    if let Some(text) = search {
        let named = organizations_of::<organization_name::Entity>(organization_name::Column::OrganizationId)
            .filter(search::contains(
                organization_name::Column::Search.as_column_ref(),
                Some(&organization_name::Column::Name.into_expr()),
                text,
            ))
            .filter(known::<organization_name::Entity>(at.revision));
        select = select.filter(Column::OrganizationId.in_subquery(named.into_query()));
    }
    let list = List::of(select, terms(order).0).texts([Column::Description]);
    page::read(db, list, request).await
}

/// The same page, with each organization as it is known at another, later revision.
pub async fn as_known(db: &impl ConnectionTrait, page: Page<Model>, revision: Revision) -> Result<Page<Model>> {
    let ids: Vec<_> = page.rows.iter().map(|row| row.model.organization_id).collect();
    let known = by_ids(db, &ids, revision).await?.into_iter().map(|row| (row.organization_id, row));
    let mut known: HashMap<_, _> = known.collect();
    Ok(page.map(|row| known.remove(&row.organization_id).unwrap_or(row)))
}

/// The organizations with these ids.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[OrganizationId], revision: Revision) -> Result<Vec<Model>> {
    let wanted = dialect::any_of(db.get_database_backend(), Column::OrganizationId.into_expr(), ids.iter().copied());
    Ok(Entity::find().filter(wanted).filter(known::<Entity>(revision)).all(db).await?)
}

/// The same page of lists that are known by id.
pub async fn pages(
    db: &impl ConnectionTrait,
    lists: Vec<Vec<OrganizationId>>,
    revision: Revision,
    request: &PageRequest,
) -> Result<Vec<Page<Model>>> {
    enumerated::pages(lists, request, async |ids| {
        let found = by_ids(db, &ids, revision).await?;
        Ok(found.into_iter().map(|row| (row.organization_id, row)).collect())
    })
    .await
}

/// The organization that another register knows by an identifier. Enterprise numbers may be punctuated.
pub async fn by_identifier(
    db: &impl ConnectionTrait,
    scheme: Scheme,
    value: &str,
    revision: Revision,
) -> Result<Option<Model>> {
    use organization_identifier::{Column as Identifier, Entity as Identifiers};
    let identified = organizations_of::<Identifiers>(Identifier::OrganizationId)
        .filter(Identifier::Scheme.eq(scheme))
        .filter(Identifier::Value.eq(value))
        .filter(known::<Identifiers>(revision));
    let query = Entity::find().filter(Column::OrganizationId.in_subquery(identified.into_query()));
    Ok(query.filter(known::<Entity>(revision)).one(db).await?)
}

/// The names of each organization: those it is known by first, former ones last.
pub async fn names(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<organization_name::Model>>> {
    use organization_name::{Column, Entity};
    let rank = Expr::cust(
        "CASE organization_name.kind WHEN 'trade' THEN 0 WHEN 'legal' THEN 1 WHEN 'abbreviation' THEN 2 ELSE 3 END",
    );
    let order = vec![Term::new(rank, KeyKind::Number, false), Term::new(Column::Id.into_expr(), KeyKind::Id, false)];
    facts(db, Entity::find().filter(known::<Entity>(revision)), Column::OrganizationId, ids, order).await
}

/// The identifiers of each organization, by scheme and value.
pub async fn identifiers(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<organization_identifier::Model>>> {
    use organization_identifier::{Column, Entity};
    let order = vec![
        Term::new(Column::Scheme.into_expr(), KeyKind::Text, false),
        Term::new(Column::Value.into_expr(), KeyKind::Text, false),
    ];
    facts(db, Entity::find().filter(known::<Entity>(revision)), Column::OrganizationId, ids, order).await
}

/// The sites of each organization: seats first.
pub async fn sites(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    at: PointInTime,
) -> Result<HashMap<Uuid, Vec<site::Model>>> {
    use site::{Column, Entity};
    let rank = Expr::cust("CASE site.kind WHEN 'seat' THEN 0 ELSE 1 END");
    let order = vec![Term::new(rank, KeyKind::Number, false), Term::new(Column::Id.into_expr(), KeyKind::Id, false)];
    facts(db, Entity::find().filter(holding::<Entity>(at)), Column::OrganizationId, ids, order).await
}

/// The activities of each organization: the main ones first, then by version and code.
pub async fn activities(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    at: PointInTime,
) -> Result<HashMap<Uuid, Vec<activity::Model>>> {
    use activity::{Column, Entity};
    let rank = Expr::cust("CASE activity.rank WHEN 'main' THEN 0 WHEN 'secondary' THEN 1 ELSE 2 END");
    let order = vec![
        Term::new(rank, KeyKind::Number, false),
        Term::new(Column::NaceVersion.into_expr(), KeyKind::Text, false),
        Term::new(Column::NaceCode.into_expr(), KeyKind::Text, false),
        Term::new(Column::Id.into_expr(), KeyKind::Id, false),
    ];
    facts(db, Entity::find().filter(holding::<Entity>(at)), Column::OrganizationId, ids, order).await
}

/// The attributes of each organization, by code.
pub async fn attributes(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    at: PointInTime,
) -> Result<HashMap<Uuid, Vec<attribute::Model>>> {
    use attribute::{Column, Entity};
    let order = vec![
        Term::new(Column::Code.into_expr(), KeyKind::Text, false),
        Term::new(Column::Id.into_expr(), KeyKind::Id, false),
    ];
    facts(db, Entity::find().filter(holding::<Entity>(at)), Column::OrganizationId, ids, order).await
}

async fn facts<E: Recorded>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    parent: E::Column,
    ids: &[OrganizationId],
    order: Vec<Term>,
) -> Result<HashMap<Uuid, Vec<E::Model>>> {
    page::read_whole(db, List::of(select, order).each(parent, ids.iter().copied())).await
}

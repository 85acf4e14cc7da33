//! When something was last recorded of organizations and of clusters.

use std::collections::HashMap;

use entity::{
    About, Revision, activity, attribute, cluster_event, cluster_profile, criteria_profile,
    id::{ClusterId, OrganizationId, ProgrammeId},
    organization_identifier, organization_name, organization_profile, programme_cluster, programme_profile,
    published_figure, sector, service, site,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait,
    sea_query::{CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use crate::domain::{Result, store::dialect, time::by_then};

const SUBJECT: &str = "subject";
const LAST: &str = "last_rev";

/// The last revision by which rows of a table about some subjects were recorded or superseded, by subject.
fn last_of<E: About>(db: &impl ConnectionTrait, ids: &[Uuid], revision: Revision) -> SelectStatement {
    last_by::<E>(db, E::SUBJECT, ids, revision)
}

/// The same by another column.
fn last_by<E: About>(
    db: &impl ConnectionTrait,
    subject: E::Column,
    ids: &[Uuid],
    revision: Revision,
) -> SelectStatement {
    let (recorded, superseded) = (E::RECORDED.into_expr(), E::SUPERSEDED.into_expr());
    let changed = CaseStatement::new().case(superseded.clone().lte(revision), superseded).finally(recorded.clone());
    let mut select = Query::select();
    select
        .expr_as(subject.into_expr(), SUBJECT)
        .expr_as(Func::max(Expr::Case(Box::new(changed))), LAST)
        .from(E::default())
        .and_where(dialect::any_of(db.get_database_backend(), subject.into_expr(), ids.iter().copied()))
        .and_where(by_then::<E>().lte(revision))
        .add_group_by([subject.into_expr()]);
    select
}

async fn last(
    db: &impl ConnectionTrait,
    statements: impl IntoIterator<Item = SelectStatement>,
) -> Result<HashMap<Uuid, Revision>> {
    let together = statements.into_iter().reduce(|mut all, one| all.union(UnionType::All, one).take());
    let mut found: HashMap<Uuid, Revision> = HashMap::new();
    for row in db.query_all(&together.expect("there are tables")).await? {
        let last = found.entry(row.try_get("", SUBJECT)?).or_default();
        *last = std::cmp::max(*last, row.try_get("", LAST)?);
    }
    Ok(found)
}

/// The last revision that changed what is recorded of each organization, its participations apart.
pub async fn organizations(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    revision: Revision,
) -> Result<HashMap<Uuid, Revision>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let statements = [
        last_of::<organization_profile::Entity>(db, &ids, revision),
        last_of::<organization_name::Entity>(db, &ids, revision),
        last_of::<organization_identifier::Entity>(db, &ids, revision),
        last_of::<site::Entity>(db, &ids, revision),
        last_of::<activity::Entity>(db, &ids, revision),
        last_of::<attribute::Entity>(db, &ids, revision),
    ];
    last(db, statements).await
}

/// The last revision that changed what is recorded of each cluster, its participations apart.
pub async fn clusters(
    db: &impl ConnectionTrait,
    ids: &[ClusterId],
    revision: Revision,
) -> Result<HashMap<Uuid, Revision>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let statements = [
        last_of::<cluster_profile::Entity>(db, &ids, revision),
        last_of::<cluster_event::Entity>(db, &ids, revision),
        last_of::<sector::Entity>(db, &ids, revision),
        last_of::<service::Entity>(db, &ids, revision),
        last_of::<criteria_profile::Entity>(db, &ids, revision),
        last_of::<published_figure::Entity>(db, &ids, revision),
    ];
    last(db, statements).await
}

/// The last revision that changed what is recorded of each programme.
pub async fn programmes(
    db: &impl ConnectionTrait,
    ids: &[ProgrammeId],
    revision: Revision,
) -> Result<HashMap<Uuid, Revision>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let statements = [
        last_of::<programme_profile::Entity>(db, &ids, revision),
        last_of::<programme_cluster::Entity>(db, &ids, revision),
        last_by::<published_figure::Entity>(db, published_figure::Column::ProgrammeId, &ids, revision),
    ];
    last(db, statements).await
}

//! What is recorded of organizations and not held in the ledger, or asked for with its source.

use std::collections::HashMap;

use entity::{
    Recorded, Revision, activity, attribute,
    id::{OrganizationId, SourceId},
    organization_identifier, organization_name,
    organization_profile::{Column, Entity, Model},
    site,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select, sea_query::Expr};
use uuid::Uuid;

use crate::domain::{
    Result,
    organization::Activity,
    store::{
        dialect,
        page::{self, KeyKind, List, Term},
    },
    time::{PointInTime, holding, known},
};

/// The records of organizations with everything that they hold.
pub async fn records(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    revision: Revision,
) -> Result<HashMap<OrganizationId, Model>> {
    let wanted = dialect::any_of(db.get_database_backend(), Column::OrganizationId.into_expr(), ids.iter().copied());
    let rows = Entity::find().filter(wanted).filter(known::<Entity>(revision)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.organization_id, row)).collect())
}

/// The document that attests each of some activities, all of one point in time.
pub async fn sources_of_activities(db: &impl ConnectionTrait, of: &[Activity]) -> Result<Vec<Option<SourceId>>> {
    let Some(at) = of.first().map(|activity| activity.at) else { return Ok(Vec::new()) };
    let mut ids: Vec<_> = of.iter().map(|activity| activity.organization).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut rows = activities(db, &ids, at).await?;
    // Of two that say the same by different sources, each is shown once.
    let mut source = |activity: &Activity| {
        let rows = rows.get_mut(&activity.organization.0)?;
        let said = |row: &activity::Model| activity.is_said_by(&Activity::of_row(row, at));
        let found = rows.iter().position(said)?;
        Some(rows.remove(found).source_id)
    };
    Ok(of.iter().map(&mut source).collect())
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
    page::read_whole(db, List::new(select, order).each(parent, ids.iter().copied())).await
}

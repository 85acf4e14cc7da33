//! How many participations clusters have on a day, before a write and with it: what the write changes for who reads
//! counts.
//!
//! Counted in SQL, within the transaction of the write, where no ledger is.

use chrono::NaiveDate;
use entity::{
    Revision, cluster,
    id::ClusterId,
    participation::ParticipationKind,
    participation_period::{Column, Entity, Status},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use crate::domain::{
    Result,
    store::dialect,
    time::{PointInTime, covering},
};

/// How many participations a cluster has on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Present {
    /// Candidate members.
    pub candidates: u64,
    /// Full members.
    pub effective: u64,
    /// Partners.
    pub partners: u64,
}

/// The clusters whose periods a revision recorded or superseded, by slug, with how many participations they have on a
/// day as known before it and with it.
pub async fn touched(
    db: &impl ConnectionTrait,
    revision: Revision,
    as_of: NaiveDate,
) -> Result<Vec<(String, Present, Present)>> {
    let changed = Condition::any().add(Column::RecordedRev.eq(revision)).add(Column::SupersededRev.eq(revision));
    let clusters = Entity::find().filter(changed).select_only().column(Column::ClusterId).distinct();
    let ids: Vec<ClusterId> = clusters.into_tuple().all(db).await?;
    let of_these = |column: Expr| dialect::any_of(db.get_database_backend(), column, ids.iter().copied());
    let slugs = cluster::Entity::find().filter(of_these(cluster::Column::Id.into_expr())).all(db).await?;
    let mut found: Vec<_> = slugs.into_iter().map(|row| (row.slug, row.id, [Present::default(); 2])).collect();
    found.sort_unstable_by(|(one, ..), (other, ..)| one.cmp(other));
    for (side, revision) in [revision - 1, revision].into_iter().enumerate() {
        let counts: Vec<(ClusterId, ParticipationKind, Status, i64)> = Entity::find()
            .filter(of_these(Column::ClusterId.into_expr()))
            .filter(covering(PointInTime { as_of, revision }))
            .select_only()
            .columns([Column::ClusterId, Column::Kind, Column::Status])
            .column_as(Column::Id.count(), "rows")
            .group_by(Column::ClusterId)
            .group_by(Column::Kind)
            .group_by(Column::Status)
            .into_tuple()
            .all(db)
            .await?;
        for (id, kind, status, count) in counts {
            let Some((_, _, present)) = found.iter_mut().find(|(_, of, _)| *of == id) else { continue };
            let count = u64::try_from(count).unwrap_or_default();
            match (kind, status) {
                (ParticipationKind::Member, Status::Candidate) => present[side].candidates += count,
                (ParticipationKind::Member, Status::Effective) => present[side].effective += count,
                (ParticipationKind::Partner, Status::Effective) => present[side].partners += count,
                _ => {}
            }
        }
    }
    Ok(found.into_iter().map(|(slug, _, [before, after])| (slug, before, after)).collect())
}

//! Clusters, and what is recorded of them besides participations.

use std::collections::HashMap;

use entity::{
    TextEnum, cluster_event, cluster_profile, criteria_profile, criterion,
    id::{ClusterEventId, SectorId},
    sector, sector_nace, service, term,
};
use sea_orm::{Condition, ConnectionTrait, EntityTrait, IntoSimpleExpr, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Reading, Rows, labels, next, shown, text};
use crate::{
    dataset::package::criteria::{Criterion, Version},
    domain::{Result, any_of},
};

impl Reading {
    pub(super) async fn cluster_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &cluster_profile::Model| (row.host_id, Some(row.source_id));
        self.table::<cluster_profile::Entity>(db, after, Condition::all(), cited, |row, keys| {
            let host = row.host_id.map(|host| keys.organization(host)).unwrap_or_default();
            let mut line = vec![self.slug(row.cluster_id), host, text(&row.website), shown(row.complete_from)];
            line.extend(labels(&row.name).chain(labels(&row.description)));
            line.push(keys.source(row.source_id));
            line
        })
        .await
    }

    pub(super) async fn event_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &cluster_event::Model| (None, Some(row.source_id));
        self.table::<cluster_event::Entity>(db, after, Condition::all(), cited, |row, keys| {
            let mut line = vec![self.slug(row.cluster_id), row.key.clone(), row.kind.text(), shown(row.on)];
            line.extend(labels(&row.text));
            line.push(keys.source(row.source_id));
            line
        })
        .await
    }

    pub(super) async fn sector_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &sector::Model| (None, Some(row.source_id));
        self.table::<sector::Entity>(db, after, Condition::all(), cited, |row, keys| {
            let mut line = vec![self.slug(row.cluster_id), row.code.clone()];
            line.extend(labels(&row.label));
            line.push(keys.source(row.source_id));
            line
        })
        .await
    }

    pub(super) async fn sector_class_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let sectors = self.standing::<sector::Entity>(db, after, Condition::all()).await?;
        let of_sectors = any_of(
            db.get_database_backend(),
            sector_nace::Column::SectorId.into_simple_expr(),
            sectors.iter().map(|sector| sector.id),
        );
        let classes =
            sector_nace::Entity::find().filter(of_sectors).order_by_asc(sector_nace::Column::Id).all(db).await?;
        let by_id: HashMap<SectorId, &sector::Model> = sectors.iter().map(|sector| (sector.id, sector)).collect();
        let lines = classes.iter().map(|class| {
            let sector = by_id[&class.sector_id];
            vec![self.slug(sector.cluster_id), sector.code.clone(), class.nace_version.text(), class.nace_code.clone()]
        });
        Ok(Rows { lines: lines.collect(), next: next(&sectors, |sector| sector.id.into()) })
    }

    pub(super) async fn service_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &service::Model| (None, Some(row.source_id));
        self.table::<service::Entity>(db, after, Condition::all(), cited, |row, keys| {
            let mut line = vec![self.slug(row.cluster_id), row.key.clone()];
            line.extend(labels(&row.name).chain(labels(&row.description)));
            line.push(keys.source(row.source_id));
            line
        })
        .await
    }

    pub(super) async fn term_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &term::Model| (None, Some(row.source_id));
        self.table::<term::Entity>(db, after, Condition::all(), cited, |row, keys| {
            let cluster = row.cluster_id.map_or_else(String::new, |id| self.slug(id));
            let mut line = vec![row.kind.text(), cluster, row.code.clone()];
            line.extend(labels(&row.label));
            line.push(keys.source(row.source_id));
            line
        })
        .await
    }

    /// The versions of criteria that stand; all of them, since exits name some that are no longer
    /// in force.
    pub(in super::super) async fn criteria(&self, db: &impl ConnectionTrait) -> Result<Vec<Version>> {
        let (mut versions, mut after) = (Vec::new(), None);
        loop {
            let rows = self.standing::<criteria_profile::Entity>(db, after, Condition::all()).await?;
            let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
            let backend = db.get_database_backend();
            let events = rows.iter().filter_map(|row| row.event_id);
            let events = any_of(backend, cluster_event::Column::Id.into_simple_expr(), events);
            let events = cluster_event::Entity::find().filter(events).all(db).await?;
            let events: HashMap<ClusterEventId, String> = events.into_iter().map(|row| (row.id, row.key)).collect();
            let column = criterion::Column::CriteriaProfileId.into_simple_expr();
            let criteria = any_of(backend, column, rows.iter().map(|row| row.id));
            let criteria = criterion::Entity::find().filter(criteria).order_by_asc(criterion::Column::Position);
            let mut of: HashMap<_, Vec<Criterion>> = HashMap::new();
            for criterion::Model { criteria_profile_id, required, rule, .. } in criteria.all(db).await? {
                of.entry(criteria_profile_id).or_default().push(Criterion { required, rule });
            }
            after = next(&rows, |row| row.id.into());
            versions.extend(rows.into_iter().map(|row| Version {
                cluster: self.slug(row.cluster_id),
                version: row.version,
                state: row.state,
                label: row.label,
                rationale: row.rationale,
                from: row.from_stated,
                to: row.to_stated,
                source: sources[&row.source_id].clone(),
                event: row.event_id.map(|event| events[&event].clone()),
                criteria: of.remove(&row.id).unwrap_or_default(),
            }));
            if after.is_none() {
                return Ok(versions);
            }
        }
    }
}

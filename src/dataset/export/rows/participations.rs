//! Memberships, partnerships, referrals of former members, and what clusters found of
//! organizations.

use std::collections::{BTreeSet, HashMap};

use entity::{
    TextEnum,
    id::{ParticipationId, ServiceId},
    judgement, participation, participation_period, referral, service,
};
use sea_orm::{Condition, ConnectionTrait, EntityTrait, IntoSimpleExpr, QueryFilter};
use uuid::Uuid;

use super::{Reading, Rows, established, next, shown, text, word};
use crate::domain::{Result, any_of};

impl Reading {
    pub(super) async fn period_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.periods(db, after).await?;
        Ok(Rows { lines: self.period_lines(db, &rows).await?, next: next(&rows, |row| row.id.into()) })
    }

    /// A page of periods.
    pub(in super::super) async fn periods(
        &self,
        db: &impl ConnectionTrait,
        after: Option<Uuid>,
    ) -> Result<Vec<participation_period::Model>> {
        let on_the_day = self.on_the_day::<participation_period::Entity>();
        self.standing::<participation_period::Entity>(db, after, on_the_day).await
    }

    /// Periods as lines.
    pub(in super::super) async fn period_lines(
        &self,
        db: &impl ConnectionTrait,
        rows: &[participation_period::Model],
    ) -> Result<Vec<Vec<String>>> {
        let keys = self.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        let scopes = self.participations(db, rows.iter().map(|row| row.participation_id)).await?;
        let line = |row: &participation_period::Model| {
            vec![
                self.slug(row.cluster_id),
                keys[&row.organization_id].clone(),
                row.kind.text(),
                text(&scopes[&row.participation_id].scope),
                row.status.text(),
                shown(row.from_stated),
                shown(row.to_stated),
                shown(row.first_confirmed_on),
                shown(row.last_confirmed_on),
                word(row.exit_kind),
                word(row.exit_reason),
                shown(row.exit_criteria),
                self.audience.note(row).unwrap_or_default().to_owned(),
                sources[&row.source_id].clone(),
            ]
        };
        Ok(rows.iter().map(line).collect())
    }

    pub(super) async fn judgement_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let on_the_day = self.on_the_day::<judgement::Entity>();
        let cited = |row: &judgement::Model| (Some(row.organization_id), Some(row.source_id));
        self.table::<judgement::Entity>(db, after, on_the_day, cited, |row, keys| {
            vec![
                self.slug(row.cluster_id),
                keys.organization(row.organization_id),
                row.code.clone(),
                established(row.value),
                shown(row.from_stated),
                shown(row.to_stated),
                keys.source(row.source_id),
            ]
        })
        .await
    }

    pub(super) async fn referral_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<referral::Entity>(db, after, Condition::all()).await?;
        let participations = self.participations(db, rows.iter().map(|row| row.participation_id)).await?;
        let keys = self.organizations(db, participations.values().map(|row| row.organization_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        let services = any_of(
            db.get_database_backend(),
            service::Column::Id.into_simple_expr(),
            rows.iter().map(|row| row.service_id),
        );
        let services = service::Entity::find().filter(services).all(db).await?;
        let services: HashMap<ServiceId, String> = services.into_iter().map(|row| (row.id, row.key)).collect();
        let present = self.with_periods(db, &participations).await?;
        let shown = rows.iter().filter(|row| present.contains(&row.participation_id.into())).map(|row| {
            let participation = &participations[&row.participation_id];
            vec![
                self.slug(participation.cluster_id),
                keys[&participation.organization_id].clone(),
                services[&row.service_id].clone(),
                shown(row.on),
                sources[&row.source_id].clone(),
            ]
        });
        Ok(Rows { lines: shown.collect(), next: next(&rows, |row| row.id.into()) })
    }

    /// The participations that have a period in the package: a referral of another one has nothing
    /// to refer to.
    pub(in super::super) async fn with_periods(
        &self,
        db: &impl ConnectionTrait,
        participations: &HashMap<ParticipationId, participation::Model>,
    ) -> Result<BTreeSet<Uuid>> {
        use participation_period::{Column, Entity};
        let column = Column::ParticipationId.into_simple_expr();
        let these = any_of(db.get_database_backend(), column, participations.keys().copied());
        let periods = Entity::find().filter(these).filter(self.stands::<Entity>()).filter(self.on_the_day::<Entity>());
        Ok(periods.all(db).await?.into_iter().map(|period| period.participation_id.into()).collect())
    }
}

//! What the register holds now, as far as an import must know it.

use std::collections::{HashMap, HashSet};

use entity::{
    Recorded, Revision, cluster, cluster_event, cluster_profile, criteria, criteria_profile,
    id::{ClusterId, CriteriaId, OrganizationId, ParticipationId},
    organization, organization_identifier, organization_profile,
    participation::{self, ParticipationKind},
    participation_period, revision, sector, service, source,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::domain::Result;

/// What makes a participation the same.
pub(super) type ParticipationKey = (ClusterId, OrganizationId, ParticipationKind, Option<String>);

/// The register as the import finds it, under the lock of its write.
pub(super) struct Snapshot {
    own: HashSet<Revision>,
    pub(super) organizations: HashMap<String, OrganizationId>,
    pub(super) clusters: HashMap<String, ClusterId>,
    pub(super) participations: HashMap<ParticipationKey, ParticipationId>,
    pub(super) profiles: HashMap<OrganizationId, organization_profile::Model>,
    pub(super) cluster_profiles: HashMap<ClusterId, cluster_profile::Model>,
    pub(super) identifiers: Vec<organization_identifier::Model>,
    pub(super) periods: Vec<participation_period::Model>,
    pub(super) criteria: HashMap<(ClusterId, i32), CriteriaId>,
    pub(super) criteria_profiles: Vec<criteria_profile::Model>,
    pub(super) sources: HashMap<String, source::Model>,
    pub(super) events: HashMap<(ClusterId, String), cluster_event::Model>,
    pub(super) sectors: HashMap<(ClusterId, String), sector::Model>,
    pub(super) services: HashMap<(ClusterId, String), service::Model>,
}

impl Snapshot {
    /// Reads it. What was recorded by `actor` is the package's own.
    pub(super) async fn load(db: &DatabaseTransaction, actor: &str) -> Result<Self> {
        let own = revision::Entity::find().filter(revision::Column::Actor.eq(actor)).all(db).await?;
        let organizations = organization::Entity::find().all(db).await?;
        let clusters = cluster::Entity::find().all(db).await?;
        let versions = criteria::Entity::find().all(db).await?;
        let participations = participation::Entity::find().all(db).await?;
        let profiles = current::<organization_profile::Entity>(db).await?;
        let cluster_profiles = current::<cluster_profile::Entity>(db).await?;
        let key = |row: &participation::Model| (row.cluster_id, row.organization_id, row.kind, row.scope.clone());
        Ok(Self {
            own: own.into_iter().map(|row| row.number).collect(),
            organizations: organizations.into_iter().map(|row| (row.key, row.id)).collect(),
            clusters: clusters.into_iter().map(|row| (row.slug, row.id)).collect(),
            participations: participations.iter().map(|row| (key(row), row.id)).collect(),
            profiles: profiles.into_iter().map(|row| (row.organization_id, row)).collect(),
            cluster_profiles: cluster_profiles.into_iter().map(|row| (row.cluster_id, row)).collect(),
            identifiers: current::<organization_identifier::Entity>(db).await?,
            periods: current::<participation_period::Entity>(db).await?,
            criteria: versions.into_iter().map(|row| ((row.cluster_id, row.version), row.id)).collect(),
            criteria_profiles: current::<criteria_profile::Entity>(db).await?,
            sources: current::<source::Entity>(db).await?.into_iter().map(|row| (row.key.clone(), row)).collect(),
            events: keyed(current::<cluster_event::Entity>(db).await?, |row| (row.cluster_id, row.key.clone())),
            sectors: keyed(current::<sector::Entity>(db).await?, |row| (row.cluster_id, row.code.clone())),
            services: keyed(current::<service::Entity>(db).await?, |row| (row.cluster_id, row.key.clone())),
        })
    }

    /// Whether a row came with an earlier import of the same package: then this import decides whether it stays.
    pub(super) fn is_own(&self, recorded: Revision) -> bool {
        self.own.contains(&recorded)
    }
}

fn keyed<M>(rows: Vec<M>, key: impl Fn(&M) -> (ClusterId, String)) -> HashMap<(ClusterId, String), M> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// The rows of a table that are part of the register now.
pub(super) async fn current<E: Recorded>(db: &DatabaseTransaction) -> Result<Vec<E::Model>> {
    Ok(E::find().filter(E::SUPERSEDED.is_null()).all(db).await?)
}

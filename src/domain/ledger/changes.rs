//! What changed between two revisions, before the image takes it: ids of the database, whose positions are not known
//! yet.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use entity::{
    id::{ClusterId, OrganizationId, ParticipationId, SourceId},
    organization_identifier::Scheme,
    participation::ParticipationKind,
    source,
};
use uuid::Uuid;

use super::{
    columns::{Day, Fact, Rev},
    undated::Worded,
    values::{Activity, ClusterProfile, Particulars, PeriodValue, Sector, Site},
};

/// What was recorded or superseded after one revision and up to another.
#[derive(Default)]
pub(super) struct Changes {
    /// The id of the database.
    pub(super) register: Option<Uuid>,
    pub(super) revisions: Vec<(Rev, DateTime<Utc>)>,
    /// New ones.
    pub(super) organizations: Vec<OrganizationId>,
    /// With the source of each, whose position is not known yet.
    pub(super) profiles: Vec<(OrganizationId, SourceId, Worded<Particulars>)>,
    pub(super) names: Vec<(OrganizationId, Worded<()>)>,
    pub(super) identifiers: Vec<(OrganizationId, Worded<Scheme>)>,
    pub(super) sites: Vec<(OrganizationId, Fact<Site>)>,
    pub(super) activities: Vec<(OrganizationId, Fact<Activity>)>,
    pub(super) attributes: Vec<(OrganizationId, String, Fact<Option<bool>>)>,
    /// New ones, and those that were superseded.
    pub(super) sources: Vec<source::Model>,
    pub(super) clusters: HashMap<ClusterId, ClusterChanges>,
}

impl Changes {
    /// Takes what another reading found, of other tables.
    pub(super) fn add(&mut self, other: Self) {
        self.organizations.extend(other.organizations);
        self.profiles.extend(other.profiles);
        self.names.extend(other.names);
        self.identifiers.extend(other.identifiers);
        self.sites.extend(other.sites);
        self.activities.extend(other.activities);
        self.attributes.extend(other.attributes);
        self.sources.extend(other.sources);
        for (id, changes) in other.clusters {
            self.clusters.entry(id).or_default().add(changes);
        }
    }

    pub(super) fn cluster_mut(&mut self, cluster: ClusterId) -> &mut ClusterChanges {
        self.clusters.entry(cluster).or_default()
    }
}

/// What changes in a cluster.
#[derive(Debug, Default)]
pub(super) struct ClusterChanges {
    pub(super) slug: Option<Arc<str>>,
    pub(super) profiles: Vec<ClusterProfile>,
    pub(super) foundings: Vec<Fact<Day>>,
    pub(super) sectors: Vec<Sector>,
    pub(super) scopes: Vec<(ParticipationId, Box<str>)>,
    pub(super) periods: Vec<PeriodChange>,
    pub(super) judgements: Vec<(OrganizationId, String, Fact<Option<bool>>)>,
}

impl ClusterChanges {
    /// Takes what another reading found, of other tables.
    pub(super) fn add(&mut self, other: Self) {
        self.slug = other.slug.or(self.slug.take());
        self.profiles.extend(other.profiles);
        self.foundings.extend(other.foundings);
        self.sectors.extend(other.sectors);
        self.scopes.extend(other.scopes);
        self.periods.extend(other.periods);
        self.judgements.extend(other.judgements);
    }
}

/// A period that was recorded or superseded.
#[derive(Debug)]
pub(super) struct PeriodChange {
    pub(super) participation: ParticipationId,
    pub(super) organization: OrganizationId,
    pub(super) kind: ParticipationKind,
    pub(super) source: SourceId,
    /// Its owner and the position of its source are not known yet.
    pub(super) fact: Fact<PeriodValue>,
}

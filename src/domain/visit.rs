//! A participation in the ledger's image, while it is looked at.

use entity::{id::ParticipationId, participation::ParticipationKind};

use super::{
    ledger::{Image, segment::Segment},
    positions::{ClusterAt, OrganizationAt, ParticipationAt},
};

/// A participation that is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'a> {
    pub(crate) segment: &'a Segment,
    /// The position of its cluster in the image.
    pub(crate) cluster: ClusterAt,
    /// Its own position in the cluster.
    pub(crate) position: ParticipationAt,
    /// The row of its period, when one is in question.
    pub(crate) row: Option<usize>,
}

impl<'a> Visit<'a> {
    /// A participation of an image, whatever its status.
    pub(crate) fn at(image: &'a Image, cluster: ClusterAt, position: ParticipationAt) -> Self {
        Self { segment: image.segment(cluster), cluster, position, row: None }
    }

    pub(crate) fn id(&self) -> ParticipationId {
        self.segment.ids[self.position.index()]
    }

    pub(crate) fn organization(&self) -> OrganizationAt {
        self.segment.organizations[self.position.index()]
    }

    pub(crate) fn kind(&self) -> ParticipationKind {
        self.segment.kinds[self.position.index()]
    }
}

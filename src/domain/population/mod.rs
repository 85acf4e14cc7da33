//! Who is counted: the participations of some clusters that satisfy a condition.
//!
//! A [`Population`] says who is meant, in the words of the question. `resolved` makes it ready for the ledger's image
//! at a point, and visits those who are meant.

mod in_order;
pub(crate) mod resolved;

use entity::{id::ClusterId, participation::ParticipationKind};

use self::resolved::ResolvedPopulation;
use super::{
    ledger::{Image, columns::Point},
    organization_set::set_of,
    participation::Filter,
    positions::ClusterAt,
};

/// Participations to count, of which kinds, in which clusters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Population {
    /// Of this cluster; `None`: of every one.
    pub cluster: Option<ClusterId>,
    /// Memberships, partnerships, or both.
    pub kinds: Vec<ParticipationKind>,
    /// Which of them.
    pub filter: Filter,
}

impl Population {
    /// Makes the filter ready.
    pub(crate) fn on<'a>(&self, image: &'a Image, at: Point) -> ResolvedPopulation<'a> {
        match self.cluster {
            Some(id) => self.in_clusters(image, at, image.cluster_at(id)),
            None => self.in_clusters(image, at, (0..image.clusters().len()).map(ClusterAt::at)),
        }
    }

    /// Makes the filter ready for some of the clusters.
    pub(crate) fn in_clusters<'a>(
        &self,
        image: &'a Image,
        at: Point,
        clusters: impl IntoIterator<Item = ClusterAt>,
    ) -> ResolvedPopulation<'a> {
        let set_of = |condition: &_| set_of(condition, image, at);
        ResolvedPopulation::new((image, at), clusters, self.kinds.clone(), &self.filter, &set_of)
    }
}

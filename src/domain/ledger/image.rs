//! The image itself: what is held of organizations and clusters, and how changes bring it forward.

use std::{
    collections::BTreeMap,
    ops::{Range, RangeInclusive},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    Revision,
    id::{ClusterId, ParticipationId, SectorId},
};
use uuid::Uuid;

use super::{
    changes::Changes,
    columns::{self, Rev},
    organizations::Organizations,
    recent::{Kept, Participations, Recent},
    search::{Found, search},
    segment::Segment,
    sources::Sources,
};
use crate::domain::{
    positions::{ClassAt, ClusterAt, ParticipationAt},
    search::Needle,
};

/// An immutable image of the register's dated facts, up to a revision.
///
/// It answers for its own revision and for every earlier one, as its rows carry both axes of time. The next image
/// shares with it whatever a write did not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The id of the database; `None`: the register was empty.
    register: Option<Uuid>,
    /// The writes, with their instants, in order.
    revisions: Arc<Vec<(Rev, DateTime<Utc>)>>,
    /// The clusters, by id.
    clusters: Vec<Arc<Segment>>,
    /// The positions of the clusters, by slug.
    by_slug: Arc<Vec<ClusterAt>>,
    /// From which id to which the participations of each cluster reach.
    ranges: Arc<Vec<RangeInclusive<ParticipationId>>>,
    organizations: Organizations,
    sources: Arc<Sources>,
    /// What was made of it lately.
    recent: Arc<Recent>,
}

impl Image {
    /// The last write it holds, with its instant; `None`: the register was empty.
    pub fn head(&self) -> Option<(Revision, DateTime<Utc>)> {
        self.revisions.last().map(|(rev, at)| (Revision::from(*rev), *at))
    }

    /// The last write at or before an instant.
    pub fn known_at(&self, instant: DateTime<Utc>) -> Option<(Revision, DateTime<Utc>)> {
        let count = self.revisions.partition_point(|(_, at)| *at <= instant);
        let (rev, at) = self.revisions.get(count.checked_sub(1)?)?;
        Some((Revision::from(*rev), *at))
    }

    /// The id of the database that it was read from; `None`: the register was empty.
    pub fn register(&self) -> Option<Uuid> {
        self.register
    }

    /// The first day on which it holds that anybody took part in a cluster; `None`: nobody did.
    pub fn first_day(&self) -> Option<NaiveDate> {
        let of_segment = |segment: &Segment| {
            let known = (0..segment.periods.len()).filter(|row| segment.periods.is_known(*row, self.rev()));
            known.map(|row| segment.periods.from(row)).min()
        };
        self.clusters.iter().filter_map(|segment| of_segment(segment)).min().map(columns::date)
    }

    /// The instant of a write that it holds.
    pub fn instant(&self, revision: Revision) -> Option<DateTime<Utc>> {
        let found = self.revisions.binary_search_by_key(&columns::rev(revision), |(rev, _)| *rev).ok()?;
        Some(self.revisions[found].1)
    }

    /// The number of the last write.
    pub(super) fn rev(&self) -> Rev {
        self.revisions.last().map_or(0, |(rev, _)| *rev)
    }

    /// The clusters, by id.
    pub(crate) fn clusters(&self) -> &[Arc<Segment>] {
        &self.clusters
    }

    /// A cluster, if the register holds it.
    pub(crate) fn cluster(&self, id: ClusterId) -> Option<&Segment> {
        self.clusters.binary_search_by_key(&id, |segment| segment.id).ok().map(|found| &*self.clusters[found])
    }

    /// The ids of all clusters, ascending.
    pub fn cluster_ids(&self) -> Vec<ClusterId> {
        self.clusters.iter().map(|segment| segment.id).collect()
    }

    /// The position of a cluster, if the register holds it.
    pub(crate) fn cluster_at(&self, id: ClusterId) -> Option<ClusterAt> {
        self.clusters.binary_search_by_key(&id, |segment| segment.id).ok().map(ClusterAt::at)
    }

    /// The cluster at a position.
    pub(crate) fn segment(&self, at: ClusterAt) -> &Segment {
        &self.clusters[at.index()]
    }

    /// The position of the cluster with a slug, if the register holds it.
    pub(crate) fn cluster_of_slug(&self, slug: &str) -> Option<ClusterAt> {
        let found = self.by_slug.binary_search_by(|at| (*self.segment(*at).slug).cmp(slug)).ok()?;
        Some(self.by_slug[found])
    }

    /// Where a participation is, if the register holds it.
    pub(crate) fn participation(&self, id: ParticipationId) -> Option<(ClusterAt, ParticipationAt)> {
        let ranges = self.ranges.iter().enumerate().filter(|(_, range)| range.contains(&id));
        let mut found = ranges.filter_map(|(cluster, _)| {
            let cluster = ClusterAt::at(cluster);
            Some((cluster, self.segment(cluster).position(id)?))
        });
        found.next()
    }

    pub(crate) fn organizations(&self) -> &Organizations {
        &self.organizations
    }

    pub(super) fn recent(&self) -> &Recent {
        &self.recent
    }

    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// What is kept with the image, by default nothing. It is of one type.
    pub(crate) fn kept<K: Kept + Default>(&self) -> &K {
        self.recent.kept(|| Box::new(K::default())).as_any().downcast_ref().expect("one type is kept")
    }

    /// The participations of each organization.
    pub(crate) fn participations(&self) -> &Participations {
        self.recent.participations(&self.clusters, self.organizations.len())
    }

    /// The organizations one of whose names contains what is searched, as known at a revision.
    pub(crate) fn named(&self, needle: &Needle, rev: Rev) -> Arc<Found> {
        self.recent.search(needle, rev, || search(&self.organizations, self.recent.words(), needle, rev))
    }

    /// The ranges of classes of activities of some sectors, as known at a revision; ids ascending.
    pub(crate) fn classes_of_sectors(&self, ids: &[SectorId], rev: Rev) -> impl Iterator<Item = Range<ClassAt>> {
        let sectors = self.clusters.iter().flat_map(move |segment| segment.sectors(rev));
        let wanted = sectors.filter(|sector| ids.binary_search(&sector.id).is_ok());
        wanted.flat_map(|sector| sector.classes.iter().cloned())
    }

    /// How many periods it holds, superseded ones too.
    pub fn periods(&self) -> usize {
        self.clusters.iter().map(|segment| segment.periods.len()).sum()
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.bytes_by_part().iter().map(|(_, bytes)| bytes).sum()
    }

    /// How many bytes it takes, by what they hold; of what is made on demand, once it is made.
    pub fn bytes_by_part(&self) -> Vec<(&'static str, usize)> {
        let segments = self.clusters.iter().map(|segment| segment.bytes());
        let (participations, others) = segments.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let others =
            others + size_of_val(&**self.revisions) + size_of_val(&**self.by_slug) + size_of_val(&**self.ranges);
        let own = [
            ("participations", participations),
            ("participations_by_organization", self.recent.participations_bytes()),
            ("words", self.recent.words().bytes()),
            ("every_day", self.recent.kept_bytes()),
            ("clusters", others),
            ("sources", self.sources.bytes()),
        ];
        self.organizations.bytes().into_iter().chain(own).collect()
    }

    /// The image after the changes; `None` when they do not fit what is held, and it must be built anew.
    pub(super) fn forward(&self, mut changes: Changes) -> Option<Self> {
        let seen = self.rev();
        let mut revisions = (*self.revisions).clone();
        revisions.append(&mut changes.revisions);
        let sources = match std::mem::take(&mut changes.sources) {
            none if none.is_empty() => self.sources.clone(),
            changed => Arc::new(self.sources.forward(changed)),
        };
        let organizations = self.organizations.forward(&mut changes, &sources, seen)?;
        let mut clusters: BTreeMap<ClusterId, Arc<Segment>> =
            self.clusters.iter().map(|segment| (segment.id, segment.clone())).collect();
        for (id, changes) in std::mem::take(&mut changes.clusters) {
            let segment = clusters.entry(id).or_insert_with(|| Arc::new(Segment::new(id)));
            *segment = Arc::new(segment.forward(changes, &organizations, &sources, seen)?);
        }
        let clusters: Vec<_> = clusters.into_values().collect();
        let mut by_slug: Vec<_> = (0..clusters.len()).map(ClusterAt::at).collect();
        by_slug.sort_unstable_by_key(|at| &*clusters[at.index()].slug);
        let ranges = clusters.iter().map(|segment| segment.range()).collect();
        Some(Self {
            ranges: Arc::new(ranges),
            register: changes.register,
            revisions: Arc::new(revisions),
            by_slug: Arc::new(by_slug),
            clusters,
            recent: Arc::new(self.recent.of_next(&organizations)),
            organizations,
            sources,
        })
    }
}

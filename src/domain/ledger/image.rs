//! The image itself: what is held of organizations and clusters, and how changes bring it forward.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    Revision,
    id::{ClusterId, SectorId},
};
use uuid::Uuid;

use super::{
    columns::{self, Point, Rev},
    index::{Recent, Snapshot},
    organizations::Organizations,
    read::Changes,
    segment::Segment,
};
use crate::domain::positions::ClassAt;

/// An immutable image of the register's dated facts, up to a revision.
///
/// It answers for its own revision and for every earlier one, as its rows carry both axes of time. The next image shares
/// with it whatever a write did not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The id of the database; none: the register was empty.
    register: Option<Uuid>,
    /// The writes, with their instants, in order.
    revisions: Arc<Vec<(Rev, DateTime<Utc>)>>,
    /// The clusters, by id.
    clusters: Vec<Arc<Segment>>,
    organizations: Organizations,
    /// What was made of it lately.
    recent: Arc<Recent>,
}

impl Image {
    /// The last write it holds, with its instant; none: the register was empty.
    pub fn head(&self) -> Option<(Revision, DateTime<Utc>)> {
        self.revisions.last().map(|(rev, at)| (Revision::from(*rev), *at))
    }

    /// The last write at or before an instant.
    pub fn known_at(&self, instant: DateTime<Utc>) -> Option<(Revision, DateTime<Utc>)> {
        let count = self.revisions.partition_point(|(_, at)| *at <= instant);
        let (rev, at) = self.revisions.get(count.checked_sub(1)?)?;
        Some((Revision::from(*rev), *at))
    }

    /// The id of the database that it was read from; none: the register was empty.
    pub fn register(&self) -> Option<Uuid> {
        self.register
    }

    /// The first day on which it holds that anybody took part in a cluster; none: nobody did.
    pub fn first_day(&self) -> Option<NaiveDate> {
        let of_segment = |segment: &Segment| {
            let known = (0..segment.periods.len()).filter(|row| segment.periods.is_known(*row, self.rev()));
            known.map(|row| segment.periods.from(row)).min()
        };
        self.clusters.iter().filter_map(|segment| of_segment(segment)).min().map(columns::date)
    }

    /// The number of the last write.
    pub(super) fn rev(&self) -> Rev {
        self.revisions.last().map_or(0, |(rev, _)| *rev)
    }

    /// The clusters, by id.
    pub(in crate::domain) fn clusters(&self) -> &[Arc<Segment>] {
        &self.clusters
    }

    /// A cluster, if the register holds it.
    pub(in crate::domain) fn cluster(&self, id: ClusterId) -> Option<&Segment> {
        self.clusters.binary_search_by_key(&id, |segment| segment.id).ok().map(|found| &*self.clusters[found])
    }

    pub(in crate::domain) fn organizations(&self) -> &Organizations {
        &self.organizations
    }

    /// Its organizations at a point in time.
    pub(in crate::domain) fn snapshot(&self, at: Point) -> Snapshot<'_> {
        Snapshot::new(self, self.recent.index(at))
    }

    /// The ranges of classes of activities of some sectors, as known at a revision; ids ascending.
    pub(in crate::domain) fn classes_of_sectors(
        &self,
        ids: &[SectorId],
        rev: Rev,
    ) -> impl Iterator<Item = Range<ClassAt>> {
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
        let clusters: usize = self.clusters.iter().map(|segment| segment.bytes()).sum();
        clusters + self.organizations.bytes() + size_of_val(&**self.revisions)
    }

    /// The image after the changes; none when they do not fit what is held, and it must be built anew.
    pub(super) fn forward(&self, mut changes: Changes) -> Option<Self> {
        let seen = self.rev();
        let mut revisions = (*self.revisions).clone();
        revisions.append(&mut changes.revisions);
        let organizations = self.organizations.forward(&mut changes, seen)?;
        let mut clusters: BTreeMap<ClusterId, Arc<Segment>> =
            self.clusters.iter().map(|segment| (segment.id, segment.clone())).collect();
        for (id, changes) in std::mem::take(&mut changes.clusters) {
            let segment = clusters.entry(id).or_insert_with(|| Arc::new(Segment::new(id)));
            *segment = Arc::new(segment.forward(changes, &organizations, seen)?);
        }
        Some(Self {
            register: changes.register,
            revisions: Arc::new(revisions),
            clusters: clusters.into_values().collect(),
            organizations,
            recent: Arc::default(),
        })
    }
}

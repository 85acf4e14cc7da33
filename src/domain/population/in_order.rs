//! The participations of several clusters in the order of recording: the clusters are merged by a heap, as each has its
//! own in order.

use std::{
    cmp::Ordering,
    collections::{BinaryHeap, binary_heap::PeekMut},
    ops::Range,
};

use entity::id::ParticipationId;

use super::resolved::ResolvedPopulation;
use crate::domain::{
    ledger::segment::Segment,
    positions::{ClusterAt, ParticipationAt},
    visit::Visit,
};

impl<'a> ResolvedPopulation<'a> {
    /// Every participation of the clusters by id, from the first whose id is not before one;
    /// backwards: from the last whose id is not after it.
    pub(crate) fn in_order(&self, from: Option<ParticipationId>, backwards: bool) -> impl Iterator<Item = Visit<'a>> {
        let of_cluster = |&(cluster, segment): &(ClusterAt, &'a Segment)| {
            let (start, end) = match (from, backwards) {
                (None, _) => (0, segment.ids.len()),
                (Some(from), false) => (segment.ids.partition_point(|id| *id < from), segment.ids.len()),
                (Some(from), true) => (0, segment.ids.partition_point(|id| *id <= from)),
            };
            Rest { cluster, segment, rest: start..end, backwards }
        };
        let mut rests: BinaryHeap<Rest<'a>> =
            self.clusters.iter().map(of_cluster).filter(|rest| !rest.rest.is_empty()).collect();
        std::iter::from_fn(move || {
            let mut first = rests.peek_mut()?;
            let (cluster, segment) = (first.cluster, first.segment);
            let position = if backwards { first.rest.next_back() } else { first.rest.next() };
            let position = ParticipationAt::at(position.expect("what is left is not empty"));
            if first.rest.is_empty() {
                PeekMut::pop(first);
            }
            Some(Visit { segment, cluster, position, row: None })
        })
    }
}

/// What is left of the participations of a cluster, of which the next one by id comes first in a
/// heap.
struct Rest<'a> {
    cluster: ClusterAt,
    segment: &'a Segment,
    rest: Range<usize>,
    backwards: bool,
}

impl Rest<'_> {
    fn next(&self) -> ParticipationId {
        self.segment.ids[if self.backwards { self.rest.end - 1 } else { self.rest.start }]
    }
}

impl Ord for Rest<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let ordering = self.next().cmp(&other.next());
        if self.backwards { ordering } else { ordering.reverse() }
    }
}

impl PartialOrd for Rest<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Rest<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Rest<'_> {}

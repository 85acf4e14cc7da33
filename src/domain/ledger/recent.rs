//! What is made of an image when it is asked for, and kept for the next question.

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, OnceLock},
};

use super::{
    columns::{Point, Rev},
    index::Index,
    organizations::Organizations,
    search::Found,
    segment::Segment,
    words::Words,
};
use crate::domain::{
    positions::{ClusterAt, OrganizationAt, ParticipationAt},
    search::Needle,
};

/// How many points in time are kept.
const KEPT: usize = 4;

/// How many searches are kept: of a few that type, each with the letters so far.
const SEARCHES_KEPT: usize = 16;

/// What others make of an image and keep with it.
pub(crate) trait Kept: Any + Send + Sync {
    /// How many bytes it takes.
    fn bytes(&self) -> usize;
    /// The value itself, to be downcast.
    fn as_any(&self) -> &dyn Any;
}

/// What was made of an image when it was asked for: the indexes that were asked for last, the
/// latest first. It says nothing that the image does not: all are equal.
#[derive(Default)]
pub(super) struct Recent {
    /// The words of names, perhaps of an earlier image.
    words: Arc<Words>,
    indexes: Mutex<Vec<Arc<Index>>>,
    participations: OnceLock<Participations>,
    /// The organizations that the last searches found, the latest search first.
    searches: Mutex<Vec<(Needle, Rev, Arc<Found>)>>,
    kept: OnceLock<Box<dyn Kept>>,
}

impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recent")
    }
}

impl PartialEq for Recent {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Recent {}

impl Recent {
    /// What is made of the next image, so far.
    pub(super) fn of_next(&self, organizations: &Organizations) -> Self {
        Self { words: Words::after(&self.words, organizations), ..Self::default() }
    }

    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    pub(super) fn index(&self, at: Point) -> Arc<Index> {
        let mut kept = self.indexes.lock().expect("no panic while the lock is held");
        let index = match kept.iter().position(|index| index.at == at) {
            Some(found) => kept.remove(found),
            None => Arc::new(Index::at(at)),
        };
        kept.insert(0, index.clone());
        kept.truncate(KEPT);
        index
    }

    /// The organizations that a search finds: as they were found before, or found now.
    pub(super) fn search(&self, needle: &Needle, rev: Rev, find: impl FnOnce() -> Found) -> Arc<Found> {
        let lock = || self.searches.lock().expect("no panic while the lock is held");
        let held = {
            let mut kept = lock();
            let found = kept.iter().position(|(other, then, _)| (other, *then) == (needle, rev));
            found.map(|found| kept.remove(found).2)
        };
        // Others search meanwhile.
        let found = held.unwrap_or_else(|| Arc::new(find()));
        let mut kept = lock();
        kept.insert(0, (needle.clone(), rev, found.clone()));
        kept.truncate(SEARCHES_KEPT);
        found
    }

    pub(super) fn participations(&self, clusters: &[Arc<Segment>], organizations: usize) -> &Participations {
        self.participations.get_or_init(|| Participations::build(clusters, organizations))
    }

    pub(super) fn kept(&self, new: impl FnOnce() -> Box<dyn Kept>) -> &dyn Kept {
        &**self.kept.get_or_init(new)
    }

    pub(super) fn kept_bytes(&self) -> usize {
        self.kept.get().map_or(0, |kept| kept.bytes())
    }

    pub(super) fn participations_bytes(&self) -> usize {
        let bytes = |made: &Participations| size_of_val(&*made.starts) + size_of_val(&*made.all);
        self.participations.get().map_or(0, bytes)
    }
}

/// The participations of each organization, whenever they were recorded.
#[derive(Debug)]
pub(crate) struct Participations {
    /// Where those of each organization begin; one more for the end.
    starts: Vec<u32>,
    all: Vec<(ClusterAt, ParticipationAt)>,
}

impl Participations {
    /// The participations in some clusters, of the first `organizations` organizations.
    fn build(clusters: &[Arc<Segment>], organizations: usize) -> Self {
        let mut starts = vec![0; organizations + 1];
        for of in clusters.iter().flat_map(|segment| &segment.organizations) {
            starts[of.index() + 1] += 1;
        }
        for of in 1..starts.len() {
            starts[of] += starts[of - 1];
        }
        let mut next = starts.clone();
        let nowhere = (ClusterAt::at(0), ParticipationAt::at(0));
        let mut all = vec![nowhere; starts.last().map_or(0, |count| *count as usize)];
        for (cluster, segment) in clusters.iter().enumerate() {
            for (participation, of) in segment.organizations.iter().enumerate() {
                let slot = &mut next[of.index()];
                all[*slot as usize] = (ClusterAt::at(cluster), ParticipationAt::at(participation));
                *slot += 1;
            }
        }
        Self { starts, all }
    }

    /// The participations of an organization, by cluster.
    pub(crate) fn of_organization(&self, of: OrganizationAt) -> &[(ClusterAt, ParticipationAt)] {
        &self.all[self.starts[of.index()] as usize..self.starts[of.index() + 1] as usize]
    }
}

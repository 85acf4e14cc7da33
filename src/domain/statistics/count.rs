//! A number, with what it rests on.

use crate::domain::{ledger::columns::Day, population::resolved::ResolvedPopulation};

/// A number of participations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Those that a source attests for the day.
    pub confirmed: u32,
    /// Those that were attested earlier and are not known to have ended.
    pub presumed: u32,
    /// Whether the register is complete for what is counted; else the number is a lower bound.
    pub complete: bool,
}

impl Count {
    /// All of them.
    pub fn value(self) -> u32 {
        self.confirmed + self.presumed
    }

    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            confirmed: self.confirmed + other.confirmed,
            presumed: self.presumed + other.presumed,
            complete: self.complete && other.complete,
        }
    }

    /// One more.
    pub(super) fn add(&mut self, is_confirmed: bool) {
        if is_confirmed {
            self.confirmed += 1;
        } else {
            self.presumed += 1;
        }
    }
}

impl ResolvedPopulation<'_> {
    /// Whether the register holds every participation of the days from the given one, and `with_ended` those that ended
    /// before, of every cluster that is counted; of none, nothing is complete.
    ///
    /// Every number's `complete` is asked here, or of `Segment::is_complete` where it is about one cluster.
    pub(super) fn is_complete(&self, day: Day, with_ended: bool) -> bool {
        let mut segments = self.clusters.iter().map(|(_, segment)| segment);
        !self.clusters.is_empty() && segments.all(|segment| segment.is_complete(day, with_ended, self.at.rev))
    }
}

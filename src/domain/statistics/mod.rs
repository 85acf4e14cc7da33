//! Statistics that can be trusted: counts with what they rest on, counted from the ledger at a point in time.
//!
//! What is counted are participations, each once: an organization that takes part in two clusters, or in a cluster and in
//! one of its working groups, counts for each. `population` says who is counted, here `breakdown` how many they are by what,
//! `flow` what happened to them over time.

mod breakdown;
mod comparison;
mod composition;
mod distinct;
mod flow;
mod headcount;

pub(super) use self::flow::refuse_status;
pub use self::{
    breakdown::{
        Applied, Breakdown, Dimension, EveryDay, Group, GroupOrder, Keys, Line, MAX_DIMENSIONS, Part, Question, Series,
        Unit, Value, breakdown, criteria_in_force, criteria_named, kinds_counted, organizations_behind, rows_behind,
        series, statuses_counted,
    },
    comparison::{Comparison, Incomparable, compare},
    composition::{Composition, CompositionCondition, ConditionCode, composition},
    flow::{Bucket, Cohort, Exits, Interval, MAX_YEARS, Span, Stock, exits, flow, retention},
    headcount::{Headcount, Headcounts, headcount},
};
pub use super::population::Population;
use super::{ledger::columns::Day, population::Counted};

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
    fn and(self, other: Self) -> Self {
        Self {
            confirmed: self.confirmed + other.confirmed,
            presumed: self.presumed + other.presumed,
            complete: self.complete && other.complete,
        }
    }

    fn add(&mut self, is_confirmed: bool) {
        *(if is_confirmed { &mut self.confirmed } else { &mut self.presumed }) += 1;
    }
}

impl Counted<'_> {
    /// Whether the register holds every participation of the days from the given one, and `with_ended` those that ended
    /// before, of every cluster that is counted; of none, nothing is complete.
    ///
    /// Every number's `complete` is asked here, or of `Segment::is_complete` where it is about one cluster.
    fn is_complete(&self, day: Day, with_ended: bool) -> bool {
        let mut segments = self.clusters.iter().map(|(_, segment)| segment);
        !self.clusters.is_empty() && segments.all(|segment| segment.is_complete(day, with_ended, self.at.rev))
    }
}

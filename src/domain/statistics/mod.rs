//! Statistics that can be trusted: counts with what they rest on, counted from the ledger at a point in time.
//!
//! What is counted are participations, each once: an organization that takes part in two clusters, or in a cluster and
//! in one of its working groups, counts for each. `population` says who is counted, here `breakdown` how many they are
//! by what, `flow` what happened to them over time.

mod breakdown;
mod calendar;
mod comparison;
mod composition;
mod count;
mod distinct;
mod exits;
mod flow;
mod headcount;
mod retention;

pub(super) use self::flow::refuse_status;
pub use self::{
    breakdown::{
        Applied, Breakdown, Dimension, EveryDay, Group, GroupOrder, Keys, Line, MAX_DIMENSIONS, Part, Question, Series,
        Unit, Value, breakdown, criteria_in_force, criteria_named, kinds_counted, organizations_behind, rows_behind,
        series, statuses_counted,
    },
    calendar::{CalendarUnit, Span},
    comparison::{Comparison, Incomparable, compare},
    composition::{Composition, CompositionCondition, ConditionCode, composition},
    count::Count,
    exits::{Exits, exits},
    flow::{Bucket, Stock, flow},
    headcount::{Headcount, Headcounts, headcount},
    retention::{Cohort, MAX_YEARS, retention},
};
pub use super::population::Population;

//! Published figures against the register.

use async_graphql::{Enum, SimpleObject};

use crate::{
    domain::statistics::{Comparison, Incomparable},
    graphql::request::scalars::Date,
};

/// A published figure against what the register counts.
#[derive(SimpleObject)]
pub(crate) struct FigureComparison {
    /// What the register counts on the same definition; null where it has no such count.
    recorded: Option<i32>,
    /// The published number less the recorded one; null where there is nothing to compare: `reason` says why.
    difference: Option<f64>,
    /// Whether the register was complete for what is compared. If not, `recorded` is a lower bound.
    complete: bool,
    /// The day at whose end it is counted. Of a figure that counts what happened, the last day of its period. It is the last day
    /// of the date that the figure is stated for, or the day of `at`. Null when there is neither, and for a target.
    as_of: Option<Date>,
    /// Why there is no difference; null when there is one.
    reason: Option<IncomparableReason>,
}

impl From<Comparison> for FigureComparison {
    fn from(found: Comparison) -> Self {
        Self {
            recorded: found.recorded.map(|count| count as i32),
            difference: found.difference,
            complete: found.complete,
            as_of: found.as_of.map(Date),
            reason: found.reason.map(Into::into),
        }
    }
}

/// Why a published figure has no difference from the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Incomparable")]
pub(crate) enum IncomparableReason {
    /// The number was asked for and not given.
    NotDisclosed,
    /// It says what was aimed at, not what was.
    Target,
    /// It is stated for no date; or it counts founding members, and is stated for no day.
    NoDate,
    /// It counts what happened in a period, and is stated for none.
    NoPeriod,
    /// The register does not record what it counts, or its source does not say what that is.
    NotRecorded,
}

//! What a list of changes asks.

use chrono::NaiveDate;
use entity::Revision;

use crate::domain::{
    Error, Result,
    ledger::columns::{Point, day, rev},
    population::Population,
    statistics::Span,
};

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Became candidate or effective for the first time.
    Joined,
    /// Became candidate or effective, and something is recorded of an earlier time.
    Rejoined,
    /// A candidate became effective.
    Promoted,
    /// An effective one became candidate.
    BecameCandidate,
    /// Was candidate or effective, and no longer is.
    Ended,
    /// An end of which no status before is recorded.
    EndRecorded,
    /// A source attests a status on a later day than was known.
    Confirmed,
    /// What was known is known otherwise, or no longer.
    Corrected,
    /// Something happened to a cluster.
    Event,
    /// A version of criteria came into force.
    CriteriaInForce,
    /// A figure was asserted in public.
    FigurePublished,
}

/// The days or the revisions between which changes are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Between {
    /// What became true on some days, as known at a revision.
    Days(Span, Revision),
    /// What was learnt after a revision, up to another one.
    Revisions(Revision, Revision),
}

/// What a list of changes asks, apart from whose and of the page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Listing {
    /// Whose participations.
    pub population: Population,
    /// Of these kinds; `None`: of all.
    pub kinds: Option<Vec<Kind>>,
    /// Between what.
    pub between: Between,
    /// The day on which conditions on organizations are taken, where revisions are asked.
    pub today: NaiveDate,
}

impl Listing {
    /// Whether changes of a kind are asked for.
    pub(super) fn wants(&self, kind: Kind) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }

    /// The point at which organizations are looked at.
    pub(super) fn point(&self) -> Result<Point> {
        match self.between {
            Between::Days(span, revision) => Ok(span.check()?.last(revision)),
            Between::Revisions(from, to) if from < to => Ok(Point { day: day(self.today), rev: rev(to) }),
            Between::Revisions(from, to) => Err(Error::invalid(
                "between",
                format!("`from` is revision {from} and `to` is {to}; `to` has to be a later one"),
            )),
        }
    }
}

//! A change: as it is found, light enough to be put in order among all others, and as it is told.

use chrono::NaiveDate;
use entity::{
    Revision,
    id::{ClusterId, SourceId},
    participation_period::{ExitKind, ExitReason, Status},
};
use uuid::Uuid;

use crate::domain::{
    change::{
        facts::{ClusterFact, Fact},
        listing::Kind,
    },
    ledger::{
        Image,
        columns::{Day, Rev, date, day, rev},
    },
    participation::{Happened, Participation, Period, Turn},
    store::gathered::{Keys, Term},
    visit::Visit,
};

/// A change as it is found: what a list is ordered by, and what its page is made of.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) kind: Kind,
    pub(super) on: Option<Day>,
    pub(super) revision: Rev,
    pub(super) exit: Option<(ExitKind, Option<ExitReason>)>,
    pub(super) subject: Subject<'a>,
    /// Its number among the changes of its participation.
    pub(super) nth: u32,
}

#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// A participation, with the rows of the periods before and after.
    Status(Visit<'a>, Option<usize>, Option<usize>),
    Fact(&'a Fact),
}

/// A change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What kind it is.
    pub kind: Kind,
    /// The day on which it became true; `None`: no source states it.
    pub on: Option<NaiveDate>,
    /// The revision that recorded it, or that took away what was known.
    pub revision: Revision,
    /// What changed.
    pub what: What,
}

/// What changed.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A status.
    Status {
        /// The participation.
        participation: Participation,
        /// The period before; `None`: nothing is recorded, or was.
        before: Option<Period>,
        /// The period from then on; `None`: nothing is recorded, or no longer.
        after: Option<Period>,
        /// How it ended, of an end.
        exit: Option<(ExitKind, Option<ExitReason>)>,
    },
    /// Something that is recorded of a cluster: as it was known, and as it is.
    Fact(Option<ClusterFact>, Option<ClusterFact>),
}

impl Turn {
    pub(super) fn kind(&self) -> Kind {
        match self.happened {
            Happened::Joined { is_again: false, .. } => Kind::Joined,
            Happened::Joined { is_again: true, .. } => Kind::Rejoined,
            Happened::Moved(Status::Effective) => Kind::Promoted,
            Happened::Moved(_) => Kind::BecameCandidate,
            Happened::Ended(..) => Kind::Ended,
            Happened::EndedUnseen(..) => Kind::EndRecorded,
        }
    }

    pub(super) fn exit(&self) -> Option<(ExitKind, Option<ExitReason>)> {
        match self.happened {
            Happened::Ended(_, kind, reason) | Happened::EndedUnseen(kind, reason) => Some((kind, reason)),
            Happened::Joined { .. } | Happened::Moved(_) => None,
        }
    }
}

impl<'a> Entry<'a> {
    pub(super) fn of_fact(fact: &'a Fact) -> Self {
        let (on, revision) = (fact.on.map(day), rev(fact.revision));
        Self { kind: fact.kind, on, revision, exit: None, subject: Subject::Fact(fact), nth: 0 }
    }

    pub(super) fn of_turn(visit: Visit<'a>, turn: &Turn) -> Self {
        let row = turn.after.or(turn.before).expect("something is recorded");
        Self {
            kind: turn.kind(),
            on: Some(turn.day),
            revision: visit.segment.periods.recorded(row),
            exit: turn.exit(),
            subject: Subject::Status(visit, turn.before, turn.after),
            nth: 0,
        }
    }

    /// The rows of the periods before and after.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> + use<> {
        let (before, after) = match self.subject {
            Subject::Status(_, before, after) => (before, after),
            Subject::Fact(_) => (None, None),
        };
        before.into_iter().chain(after)
    }

    /// The sort key of the change. Changes without a day come last; those of one participation and
    /// day keep the order in which they were found.
    pub(super) fn keys(&self, by_revision: bool) -> Keys<'a> {
        let revision = if by_revision { i64::from(self.revision) } else { 0 };
        let id: Uuid = match self.subject {
            Subject::Status(visit, ..) => visit.id().0,
            Subject::Fact(fact) => fact.id,
        };
        let on = self.on.map_or(NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day"), date);
        [Term::Number(revision), Term::Day(on), Term::Id(id), Term::Number(i64::from(self.nth))].into_iter().collect()
    }

    pub(super) fn change(&self, image: &Image) -> Change {
        let what = match self.subject {
            Subject::Status(visit, before, after) => {
                let participation = Participation::from_visit(image, visit);
                let period = |row: usize| Period::from_row(participation, visit.segment, row);
                let (before, after) = (before.map(period), after.map(period));
                What::Status { participation, before, after, exit: self.exit }
            }
            Subject::Fact(fact) => What::Fact(fact.before.clone(), fact.after.clone()),
        };
        Change { kind: self.kind, on: self.on.map(date), revision: self.revision.into(), what }
    }
}

impl Change {
    /// The cluster that it is about.
    pub fn cluster(&self) -> ClusterId {
        match &self.what {
            What::Status { participation, .. } => participation.cluster_id,
            What::Fact(before, after) => after.as_ref().or(before.as_ref()).expect("one of both").cluster(),
        }
    }

    /// The source of a fact of a cluster; `None` for a change of status, whose period names its
    /// source.
    pub fn source(&self) -> Option<SourceId> {
        match &self.what {
            What::Status { .. } => None,
            What::Fact(before, after) => after.as_ref().or(before.as_ref()).map(ClusterFact::source),
        }
    }
}

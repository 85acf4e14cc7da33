//! What happened to a participation over time, in order.
//!
//! For example, a candidate from 2018 that became effective in 2019, left in 2021 and came back in 2023:
//!
//! | day  | what happened |
//! |------|---------------|
//! | 2018 | joined, as a candidate |
//! | 2019 | became effective |
//! | 2021 | ended: left |
//! | 2023 | joined again, as effective |

use entity::participation_period::{ExitKind, ExitReason, Status};

use crate::domain::{
    ledger::columns::{Day, OPEN, Rev},
    visit::Visit,
};

/// A change of the stock of candidates and effective participations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    /// With which status, whether a source states the day, and whether something is recorded before.
    Joined { status: Status, is_stated: bool, is_again: bool },
    /// From one to the other.
    Moved(Status),
    /// What it was, and how it ended.
    Ended(Status, ExitKind, Option<ExitReason>),
    /// An end of which no status before is recorded.
    EndedUnseen(ExitKind, Option<ExitReason>),
}

/// A change on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) day: Day,
    pub(crate) happened: Happened,
    /// The row of the period before; `None`: nothing is recorded, or what is does not touch it.
    pub(crate) before: Option<usize>,
    /// The row of the period that begins with it; `None`: nothing is recorded from then on.
    pub(crate) after: Option<usize>,
}

/// What happened to a participation as known at a revision, in order.
pub(crate) fn turns(visit: Visit<'_>, rev: Rev) -> Vec<Turn> {
    let periods = &visit.segment.periods;
    let mut turns = Vec::new();
    let mut push = |day, happened, before, after| turns.push(Turn { day, happened, before, after });
    // The status in the stock, and the row of its period.
    let mut stock: Option<(Status, usize)> = None;
    // The row of the last period, and whether it was an end.
    let (mut last, mut is_ended): (Option<usize>, bool) = (None, false);
    for row in visit.segment.periods_of(visit.position, rev) {
        let (from, standing) = (periods.from(row), periods.value(row));
        let exit = (standing.exit_kind().unwrap_or(ExitKind::NotRecorded), standing.exit_reason());
        if let Some((status, before)) = stock.filter(|(_, before)| periods.to(*before) < from) {
            // Nothing is recorded of the days between: how it ended is known if the next period is an end.
            let (kind, reason) = if standing.status() == Status::Ended { exit } else { (ExitKind::NotRecorded, None) };
            push(periods.to(before), Happened::Ended(status, kind, reason), Some(before), None);
            stock = None;
            is_ended = standing.status() == Status::Ended;
        }
        match (standing.status(), stock) {
            (Status::Ended, Some((status, before))) => {
                push(from, Happened::Ended(status, exit.0, exit.1), Some(before), Some(row));
            }
            (Status::Ended, None) if !is_ended => {
                push(from, Happened::EndedUnseen(exit.0, exit.1), None, Some(row));
            }
            (Status::Ended, None) => {}
            (status, None) => {
                let joined = Happened::Joined { status, is_stated: standing.has_start(), is_again: last.is_some() };
                push(from, joined, last.filter(|last| periods.to(*last) == from), Some(row));
            }
            (status, Some((before, of))) if before != status => {
                push(from, Happened::Moved(status), Some(of), Some(row));
            }
            (_, Some(_)) => {}
        }
        is_ended = standing.status() == Status::Ended;
        stock = (!is_ended).then(|| (standing.status(), row));
        last = Some(row);
    }
    if let Some((status, row)) = stock.filter(|(_, row)| periods.to(*row) != OPEN) {
        push(periods.to(row), Happened::Ended(status, ExitKind::NotRecorded, None), Some(row), None);
    }
    turns
}

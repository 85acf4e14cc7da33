//! What the register learnt of a participation from one revision to another.
//!
//! What happened to it as known at the later revision is set against what was known at the earlier one. What is new is
//! told as what happened. What is gone was corrected: where something new of the same kind takes its place, to that.
//! Rows that differ besides were confirmed, or corrected in what they say beside the status.
//!
//! For example, known first: joined in 2018, left in 2021; known then: joined in 2019, excluded in 2021, and the same
//! again in 2023. The register learnt three things: two corrections, and that it joined again.

use super::{
    entry::{Entry, Subject},
    listing::Kind,
};
use crate::domain::{
    ledger::columns::Rev,
    participation::{Turn, turns},
    visit::Visit,
};

/// Each thing learnt.
pub(super) fn learnt(visit: Visit<'_>, from: Rev, to: Rev) -> Vec<Entry<'_>> {
    let periods = &visit.segment.periods;
    let rows = || periods.of_owner(visit.position.number());
    let changed = || rows().filter(|row| periods.is_known(*row, from) != periods.is_known(*row, to));
    if changed().next().is_none() {
        return Vec::new();
    }
    let (known, knows) = (turns(visit, from), turns(visit, to));
    let says_the_same = |one: &Turn, other: &Turn| one.day == other.day && one.happened == other.happened;
    let gone: Vec<&Turn> = known.iter().filter(|one| !knows.iter().any(|other| says_the_same(one, other))).collect();
    let new = knows.iter().filter(|one| !known.iter().any(|other| says_the_same(one, other)));
    let mut new: Vec<Option<&Turn>> = new.map(Some).collect();
    let mut found: Vec<Entry<'_>> = Vec::new();
    for was in gone {
        // What takes its place: of the same kind, and nearest in time.
        let same = new.iter_mut().filter(|turn| turn.is_some_and(|turn| turn.is_like(was)));
        let is = same.min_by_key(|turn| turn.map_or(0, |turn| turn.day.abs_diff(was.day))).and_then(Option::take);
        let row = |turn: &Turn| turn.after.or(turn.before);
        let (before, after) = (row(was), is.and_then(row));
        let subject = Subject::Status(visit, before, after);
        let turn = is.unwrap_or(was);
        let revision = match (after, before) {
            (Some(after), _) => periods.recorded(after),
            (None, before) => before.and_then(|row| periods.superseded(row)).unwrap_or(to),
        };
        found.push(Entry {
            kind: Kind::Corrected,
            on: Some(turn.day),
            revision,
            exit: is.and_then(Turn::exit),
            subject,
            nth: 0,
        });
    }
    found.extend(new.into_iter().flatten().map(|turn| Entry::of_turn(visit, turn)));
    // Rows that differ and of which nothing is told yet.
    let told: Vec<usize> = found.iter().flat_map(Entry::rows).collect();
    for after in changed().filter(|row| periods.is_known(*row, to) && !told.contains(row)) {
        let same_days = |row: &usize| periods.from(*row) == periods.from(after);
        let before = rows().filter(|row| periods.is_known(*row, from)).find(same_days);
        // A period that goes on with a status is part of what is told of its beginning.
        if before.is_none() && !found.is_empty() {
            continue;
        }
        let attested = |row: usize| periods.presumed_from(row);
        let is_confirmed = before.is_some_and(|before| attested(before) < attested(after));
        let kind = if is_confirmed { Kind::Confirmed } else { Kind::Corrected };
        let (on, revision) = (attested(after).filter(|_| is_confirmed), periods.recorded(after));
        let on = on.map(|day| day - 1).or(Some(periods.from(after)));
        found.push(Entry {
            kind,
            on,
            revision,
            exit: None,
            subject: Subject::Status(visit, before, Some(after)),
            nth: 0,
        });
    }
    // What happened can be told by a row that the earlier revision knew: where the next one is what is new.
    found.iter_mut().for_each(|entry| entry.revision = entry.revision.clamp(from + 1, to));
    found
}

impl Turn {
    fn is_like(&self, other: &Self) -> bool {
        self.kind() == other.kind()
    }
}

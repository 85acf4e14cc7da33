//! How participations ended in a span of time.

use entity::{
    Revision, TextEnum,
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason},
};

use super::{Count, calendar::Span, flow::over_time};
use crate::domain::{
    Result,
    ledger::{Image, columns::day},
    participation::{Happened, Occurrence, turns},
    population::Population,
};

/// How a number of participations ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exits {
    /// The way in which they ended.
    pub kind: ExitKind,
    /// For which reason, of exclusions, where it is recorded.
    pub reason: Option<ExitReason>,
    /// How many.
    pub count: Count,
    /// The participations that ended, each with the period that begins with the end. One that ended
    /// twice stands twice.
    pub of: Vec<(ParticipationKind, Occurrence)>,
}

/// The exits of a span, as known at a revision: one row for each kind, whether there are any or not, and one more for
/// each recorded reason.
pub fn exits(image: &Image, population: &Population, span: Span, revision: Revision) -> Result<(Vec<Exits>, Count)> {
    let counted = over_time(image, population, span, revision)?;
    let complete = counted.is_complete(day(span.from), false);
    let none = |kind| Exits { kind, reason: None, count: Count { complete, ..Count::default() }, of: Vec::new() };
    let mut rows: Vec<Exits> = ExitKind::ALL.iter().copied().map(none).collect();
    let days = day(span.from)..day(span.to);
    for met in counted.participations().filter(|met| counted.satisfies(*met)) {
        for turn in turns(met, counted.at.rev) {
            let (Happened::Ended(_, kind, reason) | Happened::EndedUnseen(kind, reason)) = turn.happened else {
                continue;
            };
            if !days.contains(&turn.day) {
                continue;
            }
            let found = rows.iter().position(|row| (row.kind, row.reason) == (kind, reason));
            let found = found.unwrap_or_else(|| {
                rows.push(Exits { reason, ..none(kind) });
                rows.len() - 1
            });
            rows[found].count.confirmed += 1;
            rows[found].of.push((met.kind(), Occurrence::new(met, turn.after)));
        }
    }
    rows.sort_by_key(|row| (row.kind, row.reason));
    let confirmed = rows.iter().map(|row| row.count.confirmed).sum();
    Ok((rows, Count { confirmed, presumed: 0, complete }))
}

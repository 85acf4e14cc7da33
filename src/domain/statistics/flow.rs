//! What happened from one calendar unit to the next: who joined, was promoted, left.
//!
//! For example, by year: one joins as a candidate in 2019, becomes effective in 2020 and leaves in 2021.
//!
//! | unit | opening | joined | promoted | ended | closing |
//! |------|---------|--------|----------|-------|---------|
//! | 2019 | 0       | 1      | 0        | 0     | 1       |
//! | 2020 | 1       | 0      | 1        | 0     | 1       |
//! | 2021 | 1       | 0      | 0        | 1     | 0       |
//!
//! **Invariant:** in every unit, opening + joined - ended = closing, and the opening is the closing of the unit before.

use entity::{
    Revision,
    participation_period::{ExitKind, Status},
};

use super::calendar::{CalendarUnit, Span};
use crate::domain::{
    Error, Result,
    ledger::{
        Image,
        columns::{Day, day},
    },
    participation::{Condition, Filter, Happened, Turn, turns},
    population::{Population, resolved::ResolvedPopulation},
};

/// What happened in a unit of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Which days.
    pub span: Span,
    /// Candidates and effective ones on the day before.
    pub opening: Stock,
    /// Those that came, by the status they came with.
    pub joined: Stock,
    /// Of these, the ones that count from their first confirmation, as no source states when they came.
    pub joined_unstated: u32,
    /// Candidates that became effective.
    pub promoted: u32,
    /// Those that went, by how.
    pub ended: Vec<(ExitKind, u32)>,
    /// Candidates and effective ones on the last day.
    pub closing: Stock,
    /// Whether the register holds every participation of these days.
    pub complete: bool,
}

impl Bucket {
    fn empty(span: Span) -> Self {
        let none = Stock::default();
        Self {
            span,
            opening: none,
            joined: none,
            joined_unstated: 0,
            promoted: 0,
            ended: Vec::new(),
            closing: none,
            complete: false,
        }
    }

    fn add(&mut self, happened: Happened) {
        match happened {
            Happened::Joined { status, is_stated, .. } => {
                *self.joined.count_mut(status) += 1;
                self.joined_unstated += u32::from(!is_stated);
            }
            Happened::Moved(status) => self.promoted += u32::from(status == Status::Effective),
            Happened::Ended(_, kind, _) => match self.ended.iter_mut().find(|(of, _)| *of == kind) {
                Some((_, count)) => *count += 1,
                None => self.ended.push((kind, 1)),
            },
            Happened::EndedUnseen(..) => {}
        }
    }
}

/// Candidates and effective participations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Candidates.
    pub candidates: u32,
    /// Full members, or partners.
    pub effective: u32,
}

impl Stock {
    /// Both.
    pub fn total(self) -> u32 {
        self.candidates + self.effective
    }

    fn count_mut(&mut self, status: Status) -> &mut u32 {
        if status == Status::Candidate { &mut self.candidates } else { &mut self.effective }
    }
}

/// By how much the number with either status changes.
#[derive(Clone, Copy, Default)]
struct Net {
    candidates: i64,
    effective: i64,
}

impl Net {
    fn count_mut(&mut self, status: Status) -> &mut i64 {
        if status == Status::Candidate { &mut self.candidates } else { &mut self.effective }
    }

    fn and(self, other: Self) -> Self {
        Self { candidates: self.candidates + other.candidates, effective: self.effective + other.effective }
    }

    /// The stock that the changes of all days up to one leave; it is never negative.
    fn stock(self) -> Stock {
        let number = |net: i64| u32::try_from(net).unwrap_or_default();
        Stock { candidates: number(self.candidates), effective: number(self.effective) }
    }
}

/// The flow of a population through the units of a span, as known at a revision.
pub fn flow(
    image: &Image,
    population: &Population,
    span: Span,
    unit: CalendarUnit,
    revision: Revision,
) -> Result<Vec<Bucket>> {
    let resolved = over_time(image, population, span, revision)?;
    let spans = unit.buckets(span)?;
    let ends: Vec<Day> = spans.iter().map(|span| day(span.to)).collect();
    let mut buckets: Vec<Bucket> = spans.into_iter().map(Bucket::empty).collect();
    // What changed before the span, and in each bucket.
    let (mut before, mut within) = (Net::default(), vec![Net::default(); buckets.len()]);
    for met in resolved.participations().filter(|met| resolved.satisfies(*met)) {
        let mut status = None;
        for Turn { day: at, happened, .. } in turns(met, resolved.at.rev) {
            if at >= day(span.to) {
                break;
            }
            let previous = status;
            status = match happened {
                Happened::Joined { status: next, .. } | Happened::Moved(next) => Some(next),
                Happened::Ended(..) => None,
                Happened::EndedUnseen(..) => continue,
            };
            let bucket = (at >= day(span.from)).then(|| ends.partition_point(|end| *end <= at));
            let net = bucket.map_or(&mut before, |bucket| &mut within[bucket]);
            previous.into_iter().for_each(|status| *net.count_mut(status) -= 1);
            status.into_iter().for_each(|status| *net.count_mut(status) += 1);
            if let Some(bucket) = bucket {
                buckets[bucket].add(happened);
            }
        }
    }
    let mut stock = before;
    for (bucket, net) in buckets.iter_mut().zip(within) {
        bucket.opening = stock.stock();
        stock = stock.and(net);
        bucket.closing = stock.stock();
        bucket.ended.sort_unstable_by_key(|(kind, _)| *kind);
        bucket.complete = resolved.is_complete(day(bucket.span.from), false);
    }
    Ok(buckets)
}

/// The population of a span of time. Statuses change in it, so the condition may not be on them.
pub(super) fn over_time<'a>(
    image: &'a Image,
    population: &'a Population,
    span: Span,
    revision: Revision,
) -> Result<ResolvedPopulation<'a>> {
    refuse_status(&population.filter)?;
    Ok(population.on(image, span.check()?.last(revision)))
}

/// Refuses a condition on what changes within a span of time.
pub(crate) fn refuse_status(filter: &Filter) -> Result<()> {
    let changes = |condition: &Condition| condition.is_on_status() || condition.is_of_a_day();
    if filter.has(&changes) {
        let message = "statuses change within a period; leave `status`, `exitKind`, `exitReason`, `confirmation`, `joined` \
                       and `ended` out of the filter";
        return Err(Error::invalid("filter", message));
    }
    Ok(())
}

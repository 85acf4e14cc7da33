//! What happened over time: who joined, was promoted, left; and who stayed.

use chrono::{Datelike, Days, Months, NaiveDate};
use entity::{
    Revision, TextEnum,
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};

use super::Count;
use crate::domain::{
    Error, Result,
    ledger::{
        Image,
        columns::{Day, Point, date, day, rev},
    },
    participation::{Condition, Filter, Happened, Occurrence, Turn, turns},
    population::{Counted, Met, Population},
};

/// The most buckets of one flow.
const MAX_BUCKETS: usize = 1000;

/// A span of civil days `[from, to)` in Brussels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The first day no longer.
    pub to: NaiveDate,
}

impl Span {
    pub(in crate::domain) fn check(self) -> Result<Self> {
        if self.from < self.to {
            return Ok(self);
        }
        let Self { from, to } = self;
        Err(Error::invalid(
            "period",
            format!("the period ends on {to}, before or as it begins on {from}; `to` is the first day after it"),
        ))
    }

    /// The point at which conditions on organizations are taken: the last day.
    pub(in crate::domain) fn last(self, revision: Revision) -> Point {
        Point { day: day(self.to) - 1, rev: rev(revision) }
    }
}

/// A unit of the civil calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interval {
    /// A civil day.
    Day,
    /// From Monday.
    Week,
    /// A calendar month.
    Month,
    /// From January, April, July, October.
    Quarter,
    /// A calendar year.
    Year,
}

impl Interval {
    /// The first day of the unit after the one that a day belongs to.
    fn next(self, date: NaiveDate) -> Option<NaiveDate> {
        let month = date.with_day(1)?;
        match self {
            Self::Day => date.succ_opt(),
            Self::Week => date.checked_add_days(Days::new(7 - u64::from(date.weekday().num_days_from_monday()))),
            Self::Month => month.checked_add_months(Months::new(1)),
            Self::Quarter => month.checked_add_months(Months::new(3 - date.month0() % 3)),
            Self::Year => month.with_month(1)?.checked_add_months(Months::new(12)),
        }
    }

    /// The first days of the units of a span: the span's own, then that of each unit that begins in it.
    pub fn starts(self, span: Span) -> Result<Vec<NaiveDate>> {
        Ok(self.buckets(span.check()?)?.into_iter().map(|bucket| bucket.from).collect())
    }

    /// The units of a span, the first and the last cut to it.
    fn buckets(self, span: Span) -> Result<Vec<Span>> {
        let mut buckets = Vec::new();
        let mut from = span.from;
        while from < span.to {
            if buckets.len() == MAX_BUCKETS {
                let message = format!(
                    "the period has more than {MAX_BUCKETS} buckets; ask for a coarser interval or a shorter period"
                );
                return Err(Error::invalid("interval", message));
            }
            let to = self.next(from).unwrap_or(span.to).min(span.to);
            buckets.push(Span { from, to });
            from = to;
        }
        Ok(buckets)
    }
}

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

    fn of(&mut self, status: Status) -> &mut u32 {
        if status == Status::Candidate { &mut self.candidates } else { &mut self.effective }
    }
}

/// The flow of a population through the units of a span, as known at a revision.
pub fn flow(
    image: &Image,
    population: &Population,
    span: Span,
    interval: Interval,
    revision: Revision,
) -> Result<Vec<Bucket>> {
    let counted = over_time(image, population, span, revision)?;
    let spans = interval.buckets(span)?;
    let ends: Vec<Day> = spans.iter().map(|span| day(span.to)).collect();
    let first = day(span.from);
    let mut opening = Stock::default();
    let empty = Bucket {
        span,
        opening,
        joined: opening,
        joined_unstated: 0,
        promoted: 0,
        ended: Vec::new(),
        closing: opening,
        complete: false,
    };
    let mut buckets: Vec<Bucket> = spans.into_iter().map(|span| Bucket { span, ..empty.clone() }).collect();
    // The signed change of either status within each bucket.
    let mut net = vec![(0_i64, 0_i64); buckets.len()];
    for met in counted.participations().filter(|met| counted.satisfies(*met)) {
        let mut status = None;
        for Turn { day: at, happened, .. } in turns(met, counted.at.rev) {
            let Some(bucket) = (at < ends[ends.len() - 1]).then(|| ends.partition_point(|end| *end <= at)) else {
                break;
            };
            let before = status;
            status = match happened {
                Happened::Joined { status: next, .. } | Happened::Moved(next) => Some(next),
                Happened::Ended(..) => None,
                Happened::EndedUnseen(..) => continue,
            };
            if at < first {
                before.into_iter().for_each(|status| *opening.of(status) -= 1);
                status.into_iter().for_each(|status| *opening.of(status) += 1);
                continue;
            }
            for (status, step) in before.map(|status| (status, -1)).into_iter().chain(status.map(|status| (status, 1)))
            {
                let net = &mut net[bucket];
                *(if status == Status::Candidate { &mut net.0 } else { &mut net.1 }) += step;
            }
            let bucket = &mut buckets[bucket];
            match happened {
                Happened::Joined { status, is_stated, .. } => {
                    *bucket.joined.of(status) += 1;
                    bucket.joined_unstated += u32::from(!is_stated);
                }
                Happened::Moved(status) => bucket.promoted += u32::from(status == Status::Effective),
                Happened::Ended(_, kind, _) => match bucket.ended.iter_mut().find(|(of, _)| *of == kind) {
                    Some((_, count)) => *count += 1,
                    None => bucket.ended.push((kind, 1)),
                },
                Happened::EndedUnseen(..) => {}
            }
        }
    }
    for (bucket, (candidates, effective)) in buckets.iter_mut().zip(net) {
        bucket.opening = opening;
        opening.candidates = opening.candidates.saturating_add_signed(candidates as i32);
        opening.effective = opening.effective.saturating_add_signed(effective as i32);
        bucket.closing = opening;
        bucket.ended.sort_unstable_by_key(|(kind, _)| *kind);
        bucket.complete = counted.is_complete(day(bucket.span.from), false);
    }
    Ok(buckets)
}

/// The population of a span of time. Statuses change in it, so the condition may not be on them.
fn over_time<'a>(image: &'a Image, population: &'a Population, span: Span, revision: Revision) -> Result<Counted<'a>> {
    refuse_status(&population.filter)?;
    Ok(population.on(image, span.check()?.last(revision)))
}

pub(in crate::domain) fn refuse_status(filter: &Filter) -> Result<()> {
    let changes = |condition: &Condition| condition.is_on_status() || condition.is_of_a_day();
    if filter.has(&changes) {
        let message = "statuses change within a period; leave `status`, `exitKind`, `exitReason`, `confirmation`, `joined` \
                       and `ended` out of the filter";
        return Err(Error::invalid("filter", message));
    }
    Ok(())
}

/// How a number of participations ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exits {
    /// In which way.
    pub kind: ExitKind,
    /// For which reason, of exclusions, where it is recorded.
    pub reason: Option<ExitReason>,
    /// How many.
    pub count: Count,
    /// Whose, each with the period that begins with the end; one that ended twice stands twice.
    pub of: Vec<(ParticipationKind, Occurrence)>,
}

/// The exits of a span, as known at a revision: one row for each kind, whether there are any or not, and one more for each
/// recorded reason.
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

/// Those that became effective in a year, and how many of them still were after some years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// The year in which they first became effective.
    pub year: i32,
    /// How many.
    pub size: Count,
    /// After 1, 2, 3, … years, for as long as all of them have had so many.
    pub retained: Vec<Count>,
}

/// The most years that a cohort is followed.
pub const MAX_YEARS: u32 = 50;

/// The cohorts of a population up to a point. Members whose start no source states belong to none.
pub fn retention(
    image: &Image,
    population: &Population,
    years: i32,
    at: crate::domain::time::PointInTime,
) -> Result<Vec<Cohort>> {
    refuse_status(&population.filter)?;
    let refused = || Error::invalid("years", format!("`years` must be from 1 to {MAX_YEARS}, not {years}"));
    let years = u32::try_from(years).ok().filter(|years| (1..=MAX_YEARS).contains(years)).ok_or_else(refused)?;
    let point = Point::from(at);
    let counted = population.on(image, point);
    let mut cohorts: std::collections::BTreeMap<i32, Cohort> = std::collections::BTreeMap::new();
    // All of a year's cohort have had so many years when the last day of the year has.
    let reached = |year: i32, after: u32| {
        let last =
            NaiveDate::from_ymd_opt(year, 12, 31).and_then(|last| last.checked_add_months(Months::new(12 * after)));
        last.is_some_and(|last| last <= at.as_of)
    };
    for met in counted.participations().filter(|met| counted.satisfies(*met)) {
        let Some((first, row)) = first_effective(met, point) else { continue };
        let year = date(first).year();
        let cohort = cohorts.entry(year).or_insert_with(|| {
            let first = NaiveDate::from_ymd_opt(year, 1, 1);
            let complete = first.is_some_and(|first| counted.is_complete(day(first), false));
            let none = Count { complete, ..Count::default() };
            let followed = (1..=years).take_while(|after| reached(year, *after)).map(|_| none);
            Cohort { year, size: none, retained: followed.collect() }
        });
        let periods = &met.segment.periods;
        cohort.size.add(periods.is_confirmed(row, first));
        for (after, count) in (1..).zip(&mut cohort.retained) {
            let Some(anniversary) = date(first).checked_add_months(Months::new(12 * after)) else { break };
            let then = Point { day: day(anniversary), rev: point.rev };
            if let Some(row) = periods.holding(met.position.number(), then).next()
                && periods.value(row).status() == Status::Effective
            {
                count.add(periods.is_confirmed(row, then.day));
            }
        }
    }
    Ok(cohorts.into_values().collect())
}

/// The day on which a participation first became effective, up to a point, with the row that says so; none when it did
/// not, or when no source states the day.
pub(super) fn first_effective(met: Met<'_>, at: Point) -> Option<(Day, usize)> {
    let periods = &met.segment.periods;
    let mut rows = met.segment.periods_of(met.position, at.rev);
    let first = rows.find(|row| periods.value(*row).status() == Status::Effective)?;
    (periods.from(first) <= at.day && periods.value(first).has_start()).then(|| (periods.from(first), first))
}

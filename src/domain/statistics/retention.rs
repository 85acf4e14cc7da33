//! Who stayed: of those who became effective members in a year, how many still were after some years.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use entity::participation_period::Status;

use super::{Count, flow::refuse_status};
use crate::domain::{
    Error, Result,
    ledger::{
        Image,
        columns::{Day, Point, date, day},
    },
    population::Population,
    time::PointInTime,
    visit::Visit,
};

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
pub fn retention(image: &Image, population: &Population, years: i32, at: PointInTime) -> Result<Vec<Cohort>> {
    refuse_status(&population.filter)?;
    let refused = || Error::invalid("years", format!("`years` must be from 1 to {MAX_YEARS}, not {years}"));
    let years = u32::try_from(years).ok().filter(|years| (1..=MAX_YEARS).contains(years)).ok_or_else(refused)?;
    let point = Point::from(at);
    let counted = population.on(image, point);
    let mut cohorts: BTreeMap<i32, Cohort> = BTreeMap::new();
    // All of a year's cohort have had so many years when the last day of the year has.
    let reached = |year: i32, after: u32| {
        let last =
            NaiveDate::from_ymd_opt(year, 12, 31).and_then(|last| last.checked_add_months(Months::new(12 * after)));
        last.is_some_and(|last| last <= at.as_of)
    };
    for visit in counted.participations().filter(|visit| counted.satisfies(*visit)) {
        let Some((first, row)) = first_effective(visit, point) else { continue };
        let year = date(first).year();
        let cohort = cohorts.entry(year).or_insert_with(|| {
            let first = NaiveDate::from_ymd_opt(year, 1, 1);
            let complete = first.is_some_and(|first| counted.is_complete(day(first), false));
            let none = Count { complete, ..Count::default() };
            let followed = (1..=years).take_while(|after| reached(year, *after)).map(|_| none);
            Cohort { year, size: none, retained: followed.collect() }
        });
        let periods = &visit.segment.periods;
        cohort.size.add(periods.is_confirmed(row, first));
        for (after, count) in (1..).zip(&mut cohort.retained) {
            let Some(anniversary) = date(first).checked_add_months(Months::new(12 * after)) else { break };
            let then = Point { day: day(anniversary), rev: point.rev };
            if let Some(row) = periods.holding(visit.position.number(), then).next()
                && periods.value(row).status() == Status::Effective
            {
                count.add(periods.is_confirmed(row, then.day));
            }
        }
    }
    Ok(cohorts.into_values().collect())
}

/// The day on which a participation first became effective, up to a point, with the row that says so; `None` when it
/// did not, or when no source states the day.
pub(super) fn first_effective(visit: Visit<'_>, at: Point) -> Option<(Day, usize)> {
    let periods = &visit.segment.periods;
    let mut rows = visit.segment.periods_of(visit.position, at.rev);
    let first = rows.find(|row| periods.value(*row).status() == Status::Effective)?;
    (periods.from(first) <= at.day && periods.value(first).has_start()).then(|| (periods.from(first), first))
}

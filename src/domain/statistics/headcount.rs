//! How many members and partners there are, on one day or on many.
//!
//! On one day they are counted. Whoever asks for a cluster again, on another day, is answered from
//! the days on which a number of it changes: a year of months costs little more than two. The
//! numbers of a cluster are few enough to be kept after every change; those of a breakdown of all
//! clusters are not (`breakdown::every_day`).
//!
//! For example, a member from 2018 to the end of 2019, attested until June 2018:
//!
//! | day        | confirmed | presumed |
//! |------------|-----------|----------|
//! | 2018-01-01 | 1         | 0        |
//! | 2018-07-01 | 0         | 1        |
//! | 2020-01-01 | 0         | 0        |

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use entity::{id::ClusterId, participation::ParticipationKind, participation_period::Status};

use super::{Count, Population, Unit, distinct::Distinct};
use crate::domain::{
    ledger::{
        Image,
        columns::{Day, OPEN, Point, Rev},
        segment::Segment,
    },
    participation::{Condition, Filter},
    population::resolved::ResolvedPopulation,
    time::PointInTime,
    visit::Visit,
};

/// How many there are at a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headcount {
    /// Candidate members.
    pub candidates: Count,
    /// Full members.
    pub effective: Count,
    /// Former members and candidates.
    pub ended: Count,
    /// Partners.
    pub partners: Count,
}

/// The numbers of a headcount: confirmed and presumed of each.
type Numbers = [[u32; 2]; 4];

impl Headcount {
    /// The place among the numbers of those with a status; `None`: they are not counted.
    fn place(kind: ParticipationKind, status: Status) -> Option<usize> {
        match (kind, status) {
            (ParticipationKind::Member, Status::Candidate) => Some(0),
            (ParticipationKind::Member, Status::Effective) => Some(1),
            (ParticipationKind::Member, Status::Ended) => Some(2),
            (ParticipationKind::Partner, Status::Effective) => Some(3),
            (ParticipationKind::Partner, _) => None,
        }
    }

    /// The numbers, and whether all are complete that have not ended, and that have.
    fn new(numbers: Numbers, complete: bool, ended_too: bool) -> Self {
        let [candidates, effective, ended, partners] =
            numbers.map(|[confirmed, presumed]| Count { confirmed, presumed, complete });
        Self { candidates, effective, ended: Count { complete: ended_too, ..ended }, partners }
    }
}

fn population(cluster: Option<ClusterId>, filter: &Filter) -> Population {
    let kinds = vec![ParticipationKind::Member, ParticipationKind::Partner];
    Population { cluster, kinds, filter: filter.clone() }
}

/// How many members and partners there are, in a cluster or in all.
pub fn headcount(image: &Image, cluster: Option<ClusterId>, filter: &Filter, unit: Unit, at: PointInTime) -> Headcount {
    let (population, point) = (population(cluster, filter), Point::from(at));
    let resolved = population.on(image, point);
    let (mut numbers, mut distinct) = (Numbers::default(), Distinct::default());
    for (visit, row) in resolved.present() {
        let periods = &visit.segment.periods;
        if let Some(place) = Headcount::place(visit.kind(), periods.value(row).status()) {
            let is_confirmed = periods.is_confirmed(row, point.day);
            match unit {
                Unit::Participations => numbers[place][usize::from(!is_confirmed)] += 1,
                Unit::Organizations => distinct.add(place, visit.organization(), is_confirmed),
            }
        }
    }
    if unit == Unit::Organizations {
        let counts = distinct.counts(numbers.len()).into_iter();
        numbers.iter_mut().zip(counts).for_each(|(number, count)| *number = [count.confirmed, count.presumed]);
    }
    Headcount::new(numbers, resolved.is_complete(point.day, false), resolved.is_complete(point.day, true))
}

/// The headcounts of one cluster, or of all, that somebody asks for one after the other.
pub struct Headcounts {
    cluster: Option<ClusterId>,
    filter: Filter,
    /// By revision: nothing until it is asked for the second time.
    by_day: Mutex<HashMap<Rev, Option<Arc<NumbersByDay>>>>,
}

impl Headcounts {
    /// Of a cluster or of all; of those that satisfy a condition.
    pub fn new(cluster: Option<ClusterId>, filter: Filter) -> Self {
        Self { cluster, filter, by_day: Mutex::default() }
    }

    /// How many there are at a point in time.
    pub fn at(&self, image: &Image, unit: Unit, at: PointInTime) -> Headcount {
        let by_day = (unit == Unit::Participations).then(|| self.numbers_by_day(image, Point::from(at)));
        match by_day.flatten() {
            None => headcount(image, self.cluster, &self.filter, unit, at),
            Some(by_day) => by_day.on(Point::from(at).day),
        }
    }

    /// The days on which a number changes; `None` where they are not worth it, or where conditions
    /// are that hold on days of their own.
    fn numbers_by_day(&self, image: &Image, at: Point) -> Option<Arc<NumbersByDay>> {
        let has_days = |condition: &Condition| matches!(condition, Condition::Of(_)) || condition.is_of_a_day();
        if self.cluster.is_none() || self.filter.has(&has_days) {
            return None;
        }
        let mut asked = self.by_day.lock().expect("no panic while the lock is held");
        let Some(by_day) = asked.get_mut(&at.rev) else {
            asked.insert(at.rev, None);
            return None;
        };
        let of_all_days = || Arc::new(NumbersByDay::build(&population(self.cluster, &self.filter).on(image, at)));
        Some(by_day.get_or_insert_with(of_all_days).clone())
    }
}

/// The numbers from each day on which one of them changes.
struct NumbersByDay {
    days: Vec<Day>,
    numbers: Vec<Numbers>,
    /// The first day on which they are complete, and whether those that ended are then too.
    complete_from: Day,
    ended_too: bool,
}

impl NumbersByDay {
    fn build(resolved: &ResolvedPopulation<'_>) -> Self {
        let mut turns: Vec<(Day, usize, usize, bool)> = Vec::new();
        for visit in resolved.participations() {
            for row in visit.segment.periods_of(visit.position, resolved.at.rev) {
                let visit = Visit { row: Some(row), ..visit };
                let periods = &visit.segment.periods;
                let place = Headcount::place(visit.kind(), periods.value(row).status());
                let Some(place) = place.filter(|_| resolved.satisfies(visit)) else { continue };
                let (from, to) = (periods.from(row), periods.to(row));
                let presumed_from = periods.presumed_from(row).map_or(to, |day| day.clamp(from, to));
                for (days, presumed) in [(from..presumed_from, 0), (presumed_from..to, 1)] {
                    if !days.is_empty() {
                        turns.extend([(days.start, place, presumed, true), (days.end, place, presumed, false)]);
                    }
                }
            }
        }
        turns.sort_unstable();
        let complete_from = |(_, segment): &(_, &Segment)| segment.complete_from(resolved.at.rev);
        let (days, mut numbers) = (Vec::new(), Numbers::default());
        let mut by_day = Self {
            days,
            numbers: Vec::new(),
            complete_from: resolved.clusters.first().map_or(OPEN, complete_from),
            ended_too: resolved.is_complete(OPEN - 1, true),
        };
        for same_day in turns.chunk_by(|one, other| one.0 == other.0) {
            let day = same_day[0].0;
            // Nobody leaves at the end of time.
            if day == OPEN {
                break;
            }
            for (_, place, presumed, is_more) in same_day {
                let number = &mut numbers[*place][*presumed];
                *number = if *is_more { number.wrapping_add(1) } else { number.wrapping_sub(1) };
            }
            by_day.days.push(day);
            by_day.numbers.push(numbers);
        }
        by_day
    }

    fn on(&self, day: Day) -> Headcount {
        let numbers = match self.days.partition_point(|other| *other <= day) {
            0 => Numbers::default(),
            after => self.numbers[after - 1],
        };
        let complete = self.complete_from <= day;
        Headcount::new(numbers, complete, complete && self.ended_too)
    }
}

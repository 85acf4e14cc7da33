//! A breakdown on many days, in one answer.
//!
//! Where the groups of a participation change on few days, each is met once: its stretches of days are found among the
//! days asked, and counted from the first of them to the last. Where they depend on sets of organizations that are
//! another on every day, each day is counted by itself.
//!
//! For example, a member from March 2018 to June 2020, on the first days of the years 2018 to 2021: it is one more on
//! the second day and on the third, which is one more from the second on, and one less from the fourth.

use std::{ops::Range, sync::Arc, thread};

use chrono::NaiveDate;

use super::{
    codes::{Codes, UNKNOWN},
    counter::Counter,
    cut::cut,
    numbered::Numbered,
    question::{Dimension, Keys, Question, Unit},
    stretches::{Stretches, are_few},
};
use crate::domain::{
    Error, Result,
    ledger::{
        Image,
        columns::{Day, day},
    },
    statistics::Count,
    time::PointInTime,
};

/// The most numbers of a series: groups times days.
const MAX_NUMBERS: usize = 2_000_000;

/// The most participations that are looked at where each day is counted by itself, and how many of them a look at the
/// criteria of a cluster is worth.
const MAX_LOOKS: usize = 100_000_000;
const VERDICT: usize = 10;

/// The counts of a group on each day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it stands for.
    pub keys: Keys,
    /// How many on each of the days, in their order. In a rest, one that stands in several of its groups counts for
    /// each.
    pub counts: Vec<Count>,
}

/// A breakdown on many days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The groups that have any on some day, the largest over all days first, ties by their keys; up to the limit, then
    /// what is beyond it.
    pub groups: Vec<Line>,
    /// How many groups there are without the limit.
    pub group_count: usize,
    /// Everyone, each once on each day.
    pub total: Vec<Count>,
}

/// Counts a population by dimensions on some days, in order. The day of the question is not asked.
pub fn series(image: &Arc<Image>, question: &Question, days: &[NaiveDate], limit: usize) -> Result<Series> {
    let counter = Counter::new(image, question)?;
    let numbers = if are_few(question) { swept(image, &counter, days)? } else { day_by_day(image, &counter, days)? };
    Ok(numbers.answer(&counter, days, limit))
}

/// Numbers of groups on each day: confirmed and presumed.
struct Numbers {
    days: usize,
    groups: Numbered,
    of_groups: Vec<[i32; 2]>,
    everyone: Vec<[i32; 2]>,
}

impl Numbers {
    fn new(days: usize) -> Self {
        // One more than the days, for what ends after the last.
        Self { days, groups: Numbered::default(), of_groups: Vec::new(), everyone: vec![[0; 2]; days + 1] }
    }

    /// The numbers of a group, on each day and after the last; those of a new one are 0.
    fn numbers_mut(&mut self, codes: Codes) -> Result<&mut [[i32; 2]]> {
        let (number, length) = (self.groups.number(codes), self.days + 1);
        if (number + 1) * length > self.of_groups.len() {
            if (number + 1) * self.days > MAX_NUMBERS {
                return Err(Error::invalid(
                    "by",
                    format!(
                        "the series has more than {MAX_NUMBERS} numbers, a group's on each of {} days; ask for fewer \
                         dimensions, a coarser interval or a shorter period",
                        self.days
                    ),
                ));
            }
            self.of_groups.resize((number + 1) * length, [0; 2]);
        }
        Ok(&mut self.of_groups[number * length..(number + 1) * length])
    }

    /// Both together.
    fn and(mut self, other: Self) -> Result<Self> {
        let add = |into: &mut [[i32; 2]], numbers: &[[i32; 2]]| {
            for (into, number) in into.iter_mut().zip(numbers) {
                into.iter_mut().zip(number).for_each(|(into, number)| *into += number);
            }
        };
        add(&mut self.everyone, &other.everyone);
        for (codes, numbers) in other.groups.codes.iter().zip(other.of_groups.chunks(other.days + 1)) {
            add(self.numbers_mut(*codes)?, numbers);
        }
        Ok(self)
    }

    /// Turns changes from one day to the next into how many there are.
    fn summed(mut self) -> Self {
        let length = self.days + 1;
        for numbers in self.of_groups.chunks_mut(length).chain([&mut self.everyone[..]]) {
            for at in 1..length {
                let [confirmed, presumed] = numbers[at - 1];
                numbers[at] = [numbers[at][0] + confirmed, numbers[at][1] + presumed];
            }
        }
        self
    }

    fn answer(self, counter: &Counter<'_>, days: &[NaiveDate], limit: usize) -> Series {
        let counts = |numbers: &[[i32; 2]], from: Day| -> Vec<Count> {
            let count = |([confirmed, presumed], on): (&[i32; 2], &NaiveDate)| Count {
                confirmed: confirmed.unsigned_abs(),
                presumed: presumed.unsigned_abs(),
                complete: from <= day(*on),
            };
            numbers.iter().zip(days).map(count).collect()
        };
        let size = |numbers: &[[i32; 2]]| {
            let on_day = |[confirmed, presumed]: &[i32; 2]| i64::from(confirmed + presumed);
            numbers[..days.len()].iter().map(on_day).sum::<i64>()
        };
        let of_groups = self.groups.codes.iter().copied().zip(self.of_groups.chunks(self.days + 1));
        let mut groups: Vec<_> = of_groups.map(|(codes, numbers)| (codes, numbers, size(numbers))).collect();
        groups.retain(|(.., size)| *size > 0);
        groups.sort_unstable_by(|(one, _, first), (other, _, second)| second.cmp(first).then(one.cmp(other)));
        let none = vec![[0; 2]; self.days + 1];
        if let [one] = counter.question.by[..]
            && one.may_be_unknown()
            && !groups.iter().any(|(codes, ..)| codes[0] == UNKNOWN)
        {
            groups.push(([UNKNOWN, 0, 0, 0], &none, 0));
        }
        let group_count = groups.len();
        let groups = groups.into_iter().map(|(codes, numbers, _)| {
            let from = counter.complete_from(Some(codes));
            (codes, counts(numbers, from))
        });
        let sum = |rest: Vec<(Codes, Vec<Count>)>| {
            let both = |one: Vec<Count>, other: Vec<Count>| {
                one.into_iter().zip(other).map(|(one, other)| one.and(other)).collect()
            };
            rest.into_iter().map(|(_, counts)| counts).reduce(both).expect("a rest has groups")
        };
        let lines = match counter.coding.dimensions() {
            0 => Vec::new(),
            _ => cut(&counter.coding, groups.collect(), limit, sum),
        };
        let total = counts(&self.everyone, counter.complete_from(None));
        let lines = lines.into_iter().map(|(keys, _, counts)| Line { keys, counts });
        Series { groups: lines.collect(), group_count, total }
    }
}

/// The numbers of days that are counted one by one.
fn day_by_day(image: &Arc<Image>, counter: &Counter<'_>, days: &[NaiveDate]) -> Result<Numbers> {
    let question = counter.question;
    let participations: usize = counter.resolved.clusters.iter().map(|(_, segment)| segment.ids.len()).sum();
    let looks = participations.max(1) * if question.by.contains(&Dimension::Verdict) { VERDICT } else { 1 };
    if looks.saturating_mul(days.len()) > MAX_LOOKS {
        let most = MAX_LOOKS / looks;
        let message = format!(
            "by these dimensions, or under this filter, a series of so many participations has at most {most} days, not \
             {}; ask for one cluster, a coarser interval or a shorter period",
            days.len()
        );
        return Err(Error::invalid("interval", message));
    }
    let mut numbers = Numbers::new(days.len());
    for (at, day) in days.iter().enumerate() {
        let at_day = PointInTime { as_of: *day, ..question.at };
        let question = Question { at: at_day, ..question.clone() };
        let (groups, total) = Counter::new(image, &question)?.count();
        let signed = |count: Count| [count.confirmed as i32, count.presumed as i32];
        numbers.everyone[at] = signed(total);
        for (codes, count) in groups.groups() {
            numbers.numbers_mut(codes)?[at] = signed(count);
        }
    }
    Ok(numbers)
}

/// The numbers of days that each participation is met once for.
fn swept(image: &Arc<Image>, counter: &Counter<'_>, days: &[NaiveDate]) -> Result<Numbers> {
    let days: Vec<Day> = days.iter().map(|date| day(*date)).collect();
    let question = counter.question;
    let counts: Vec<usize> = counter.resolved.parts().iter().map(|part| part.len()).collect();
    let (image, days) = (&**image, days.as_slice());
    let swept = match question.unit {
        Unit::Organizations => Distinct::swept(image, question, days)?,
        Unit::Participations => thread::scope(|scope| {
            let mut first = 0;
            let threads = counts.into_iter().map(|count| {
                let clusters = first..first + count;
                first += count;
                scope.spawn(move || swept_in(image, question, days, clusters))
            });
            let threads: Vec<_> = threads.collect();
            let parts = threads.into_iter().map(|thread| thread.join().expect("counting does not panic"));
            parts.reduce(|one, other| one?.and(other?)).expect("there are parts")
        })?,
    };
    Ok(swept.summed())
}

/// Which of the days asked are within some.
fn asked(days: &[Day], within: &Range<Day>) -> Range<usize> {
    days.partition_point(|day| *day < within.start)..days.partition_point(|day| *day < within.end)
}

/// What changes from one day to the next, of the participations of some clusters.
fn swept_in(image: &Image, question: &Question, days: &[Day], clusters: Range<usize>) -> Result<Numbers> {
    let mut numbers = Numbers::new(days.len());
    let mut outcome = Ok(());
    Stretches::new(image, question)?.each(
        clusters,
        |within| !asked(days, within).is_empty(),
        |_, within, is_confirmed, groups| {
            let (days, which) = (asked(days, &within), usize::from(!is_confirmed));
            let change = |numbers: &mut [[i32; 2]]| {
                numbers[days.start][which] += 1;
                numbers[days.end][which] -= 1;
            };
            change(&mut numbers.everyone);
            for codes in groups {
                match numbers.numbers_mut(*codes) {
                    Ok(numbers) => change(numbers),
                    Err(error) => outcome = Err(error),
                }
            }
        },
    );
    outcome.map(|()| numbers)
}

/// On which days organizations are in which groups.
struct Distinct {
    groups: Numbered,
    stays: Vec<Stay>,
}

/// An organization in a group, of some of the days. In order, those of one organization in one group stand together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stay {
    /// The number of the group, one more; 0: everyone.
    group: u32,
    organization: u32,
    from: u32,
    to: u32,
    is_confirmed: bool,
}

impl Distinct {
    /// What changes from one day to the next.
    fn swept(image: &Image, question: &Question, days: &[Day]) -> Result<Numbers> {
        let mut found = Self { groups: Numbered::default(), stays: Vec::new() };
        let mut stretches = Stretches::new(image, question)?;
        let clusters = 0..stretches.counter.resolved.clusters.len();
        stretches.each(
            clusters,
            |within| !asked(days, within).is_empty(),
            |met, within, is_confirmed, groups| {
                let (days, organization) = (asked(days, &within), met.organization().number());
                let (from, to) = (days.start as u32, days.end as u32);
                found.stays.push(Stay { group: 0, organization, from, to, is_confirmed });
                for codes in groups {
                    let group = found.groups.number(*codes) as u32 + 1;
                    found.stays.push(Stay { group, organization, from, to, is_confirmed });
                }
            },
        );
        found.stays.sort_unstable();
        let mut numbers = Numbers::new(days.len());
        let codes = std::mem::take(&mut found.groups.codes);
        for of_one in
            found.stays.chunk_by(|one, other| (one.group, one.organization) == (other.group, other.organization))
        {
            let into = match of_one[0].group {
                0 => &mut numbers.everyone[..],
                group => numbers.numbers_mut(codes[group as usize - 1])?,
            };
            // It is there on any of its days, and confirmed on those on which a participation is.
            for days in joined(of_one.iter()) {
                into[days.start][1] += 1;
                into[days.end][1] -= 1;
            }
            for days in joined(of_one.iter().filter(|stay| stay.is_confirmed)) {
                for (which, step) in [(0, 1), (1, -1)] {
                    into[days.start][which] += step;
                    into[days.end][which] -= step;
                }
            }
        }
        Ok(numbers)
    }
}

/// The days of some stays, in order of their first days: ranges that do not touch.
fn joined<'a>(stays: impl Iterator<Item = &'a Stay>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for Stay { from, to, .. } in stays {
        match joined.last_mut() {
            Some(last) if *from as usize <= last.end => last.end = last.end.max(*to as usize),
            _ => joined.push(*from as usize..*to as usize),
        }
    }
    joined
}

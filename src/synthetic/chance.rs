//! Chance that is the same on every machine: a seed, what is drawn, and for which thing decide it.

use chrono::{Datelike, Days, NaiveDate};
use entity::PartialDate;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// What chance decides. Each topic has a sequence of its own for each thing, so that drawing more of one changes no
/// other.
#[derive(Clone, Copy)]
pub(super) enum Topic {
    Names,
    Outline,
    Organization,
    Cluster,
    Participations,
    Judgements,
    Figures,
    ProfileCorrection,
    SiteCorrection,
    ActivityCorrection,
    ClusterCorrection,
    MembershipCorrection,
}

/// A sequence of draws.
///
/// The generator, ChaCha with 8 rounds, is specified to the bit; how its numbers become draws is decided here, because
/// the distributions of libraries may change with their releases. Only whole numbers are used, for the same reason.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// The sequence of a thing.
    pub(super) fn new(seed: u64, topic: Topic, thing: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = topic as u8;
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(thing);
        Self(generator)
    }

    /// A number from 0 to `end` - 1.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(end)) >> 32) as u32
    }

    /// A number of `first..=last`.
    pub(super) fn within(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last - first + 1)
    }

    /// True in so many cases of a hundred.
    pub(super) fn percent(&mut self, cases: u32) -> bool {
        self.below(100) < cases
    }

    /// One of these.
    pub(super) fn pick<'a, T>(&mut self, these: &'a [T]) -> &'a T {
        &these[self.below(these.len() as u32) as usize]
    }

    /// One of these, each as likely as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, these: &[(u32, T)]) -> T {
        let mut left = self.below(these.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in these {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        unreachable!("what is drawn is below the sum of the weights")
    }

    /// So many of these, in their order.
    pub(super) fn some<T: Clone>(&mut self, these: &[T], count: usize) -> Vec<T> {
        let mut wanted = count.min(these.len()) as u32;
        let mut chosen = Vec::with_capacity(wanted as usize);
        for (position, one) in these.iter().enumerate() {
            if self.below((these.len() - position) as u32) < wanted {
                chosen.push(one.clone());
                wanted -= 1;
            }
        }
        chosen
    }

    /// A day from `first` until the day before `end`; `first` when there is none between.
    pub(super) fn day(&mut self, first: NaiveDate, end: NaiveDate) -> NaiveDate {
        let days = (end - first).num_days().max(1) as u32;
        after(first, self.below(days))
    }

    /// A day as a source might state it: to the day, the month or the year, whichever still begins after `floor`.
    pub(super) fn stated(&mut self, day: NaiveDate, floor: NaiveDate) -> PartialDate {
        let pattern = self.weighted(&[(65, "%Y-%m-%d"), (22, "%Y-%m"), (13, "%Y")]);
        let rounded = day.format(pattern).to_string().parse::<PartialDate>();
        rounded.ok().filter(|rounded| rounded.earliest() > floor).unwrap_or_else(|| PartialDate::day(day))
    }
}

/// So many days after a day.
pub(super) fn after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).expect("synthetic days are in this century")
}

/// A day by year, month and day of the month.
pub(super) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the days of the generator exist")
}

/// The year of a day.
pub(super) fn year_of(day: NaiveDate) -> PartialDate {
    format!("{:04}", day.year()).parse().expect("a year")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        let mut chance = Chance::new(1, Topic::Outline, 7);
        let drawn: Vec<u32> = (0..6).map(|_| chance.below(1000)).collect();
        assert_eq!(drawn, [151, 325, 340, 929, 626, 907]);
    }

    #[test]
    fn draws_stay_within_their_bounds() {
        let mut chance = Chance::new(2, Topic::Names, 0);
        for _ in 0..2000 {
            assert!(chance.below(3) < 3);
            assert!((5..=6).contains(&chance.within(5, 6)));
            assert_eq!(chance.weighted(&[(0, 'a'), (1, 'b'), (0, 'c')]), 'b');
            assert_eq!(chance.some(&[1, 2, 3], 2).len(), 2);
            let drawn = day(2020, 2, 28);
            let stated = chance.stated(drawn, day(2020, 1, 31));
            assert!(stated.earliest() > day(2020, 1, 31) && stated.earliest() <= drawn && stated.latest() >= drawn);
        }
    }
}

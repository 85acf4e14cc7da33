//! Chance, the same in every run.

use chrono::{Days, NaiveDate};
use proptest::{
    prelude::Rng,
    test_runner::{RngAlgorithm, TestRng},
};

/// A sequence of draws that a seed decides.
pub(crate) struct Dice(TestRng);

impl Dice {
    pub(crate) fn new(seed: u8) -> Self {
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.0.next_u32() % end
    }

    pub(crate) fn one_in(&mut self, cases: u32) -> bool {
        self.below(cases) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize]
    }

    /// A day from 2014 to 2021.
    pub(crate) fn day(&mut self) -> NaiveDate {
        date("2014-01-01") + Days::new(self.below(8 * 365).into())
    }
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// When a fact holds: the days that a source states, each of which may be missing.
pub(crate) fn span(dice: &mut Dice) -> (String, String) {
    let from = dice.day();
    let to = from + Days::new(u64::from(1 + dice.below(1500)));
    let shown = |day: NaiveDate, is_shown: bool| if is_shown { day.to_string() } else { String::new() };
    (shown(from, dice.one_in(2)), shown(to, dice.one_in(2)))
}

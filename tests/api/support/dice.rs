//! Chance that can be made smaller: draws, and properties that are held on what is made of them.

use std::{fmt, future::Future, vec};

use chrono::{Days, NaiveDate};
use proptest::{
    prelude::Rng,
    strategy::{NewTree, Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// Draws in parts: each thing that is made of chance takes a part of its own, so that a failing property can lose
/// things one by one. Where the draws of a part have run out, every further one is the smallest.
#[derive(Clone)]
pub(crate) struct Dice {
    parts: vec::IntoIter<Vec<u32>>,
    part: vec::IntoIter<u32>,
}

impl fmt::Debug for Dice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dice")
    }
}

impl Dice {
    fn new(parts: Vec<Vec<u32>>) -> Self {
        Self { parts: parts.into_iter(), part: Vec::new().into_iter() }
    }

    /// The next part, as dice of its own.
    pub(crate) fn part(&mut self) -> Self {
        Self { parts: Vec::new().into_iter(), part: self.parts.next().unwrap_or_default().into_iter() }
    }

    /// Goes on with the next part.
    pub(crate) fn turn(&mut self) {
        self.part = self.parts.next().unwrap_or_default().into_iter();
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.part.next().unwrap_or(0) % end
    }

    /// The rare case, which is never the smallest.
    pub(crate) fn one_in(&mut self, cases: u32) -> bool {
        self.below(cases) == cases - 1
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

/// So many parts of so many draws.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draws {
    pub(crate) parts: usize,
    pub(crate) each: usize,
}

impl Strategy for Draws {
    type Tree = Shrinking;
    type Value = Dice;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let rng = runner.rng();
        let parts = (0..self.parts).map(|_| (0..self.each).map(|_| rng.next_u32()).collect()).collect();
        Ok(Shrinking { parts, lost: None, next: 0, size: self.parts / 2 })
    }
}

/// Draws that lose parts: half of them at once, then a quarter, down to one after the other.
pub(crate) struct Shrinking {
    parts: Vec<Vec<u32>>,
    /// Where the last parts stood that were lost.
    lost: Option<(usize, Vec<Vec<u32>>)>,
    next: usize,
    size: usize,
}

impl ValueTree for Shrinking {
    type Value = Dice;

    fn current(&self) -> Dice {
        Dice::new(self.parts.clone())
    }

    fn simplify(&mut self) -> bool {
        while self.size > 0 {
            let start = self.next;
            let end = (start + self.size).min(self.parts.len());
            self.next = end;
            if end == self.parts.len() {
                (self.next, self.size) = (0, self.size / 2);
            }
            if self.parts[start..end].iter().any(|part| !part.is_empty()) {
                self.lost = Some((start, self.parts[start..end].to_vec()));
                self.parts[start..end].fill(Vec::new());
                return true;
            }
        }
        false
    }

    fn complicate(&mut self) -> bool {
        let Some((start, parts)) = self.lost.take() else { return false };
        self.parts[start..start + parts.len()].clone_from_slice(&parts);
        true
    }
}

/// Holds a property on what a strategy makes, the same in every run. A failure comes back with the smallest that was
/// found.
pub(crate) fn holds<S: Strategy, F: Future<Output = ()>>(
    seed: u8,
    cases: u32,
    of: &S,
    property: impl Fn(S::Value) -> F,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let config = Config { cases, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let outcome = TestRunner::new_with_rng(config, rng).run(of, |value| {
        runtime.block_on(property(value));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

//! Counting into groups: a place for each combination of codes where these are few, a map where
//! they are many.
//!
//! A combination is a number in a mixed base: of two dimensions with 3 and 4 places the group `[1,
//! 2]` has the place `1 * 4 + 2`. So counting a participation is an addition and no look-up.

use std::collections::HashMap;

use super::{
    codes::{Codes, UNKNOWN},
    question::MAX_DIMENSIONS,
};
use crate::domain::statistics::Count;

/// How many are in each group so far.
pub(super) enum Tally {
    /// A place for every combination of codes, where these are few: `sizes` says how many each
    /// dimension has.
    Dense {
        sizes: Vec<u32>,
        counts: Vec<Count>,
    },
    Sparse(HashMap<Codes, Count, foldhash::fast::RandomState>),
}

/// The most combinations that have a place each.
const DENSE: usize = 1 << 18;

impl Tally {
    /// Of dimensions that have so many codes each; `None`: it is not known beforehand.
    pub(super) fn new(code_counts: impl Iterator<Item = Option<u32>>) -> Self {
        match Self::sizes(code_counts) {
            Some(sizes) => {
                let places = sizes.iter().product::<u32>() as usize;
                Self::Dense { sizes, counts: vec![Count::default(); places] }
            }
            None => Self::Sparse(HashMap::default()),
        }
    }

    /// The sizes of dimensions, where every combination of their codes has a place.
    pub(super) fn sizes(code_counts: impl Iterator<Item = Option<u32>>) -> Option<Vec<u32>> {
        // What is not known has the last place.
        let sizes: Vec<u32> = code_counts.map(|count| Some(count? + 1)).collect::<Option<_>>()?;
        let places = sizes.iter().try_fold(1_usize, |places, size| places.checked_mul(*size as usize))?;
        (places <= DENSE).then_some(sizes)
    }

    /// The place of a group.
    #[inline]
    pub(super) fn place(sizes: &[u32], codes: Codes) -> u32 {
        sizes.iter().zip(codes).fold(0, |place, (size, code)| place * size + code.min(size - 1))
    }

    /// The group at a place: the digits of the place, the last one first.
    fn codes(sizes: &[u32], mut place: u32) -> Codes {
        let mut codes = [0; MAX_DIMENSIONS];
        for (code, size) in codes.iter_mut().zip(sizes).rev() {
            let digit = place % size;
            *code = if digit == size - 1 { UNKNOWN } else { digit };
            place /= size;
        }
        codes
    }

    /// The count of a group.
    #[inline]
    pub(super) fn count(&mut self, codes: Codes) -> &mut Count {
        match self {
            Self::Dense { sizes, counts } => &mut counts[Self::place(sizes, codes) as usize],
            Self::Sparse(counts) => counts.entry(codes).or_default(),
        }
    }

    /// Both together; they are of one question.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Dense { sizes, mut counts }, Self::Dense { counts: others, .. }) => {
                counts.iter_mut().zip(others).for_each(|(count, other)| *count = count.and(other));
                Self::Dense { sizes, counts }
            }
            (mut one, other) => {
                other.groups().into_iter().for_each(|(codes, other)| {
                    let count = one.count(codes);
                    *count = count.and(other);
                });
                one
            }
        }
    }

    /// The groups that hold anyone, in no order.
    pub(super) fn groups(self) -> Vec<(Codes, Count)> {
        match self {
            Self::Dense { sizes, counts } => {
                let held = (0..).zip(counts).filter(|(_, count)| count.value() > 0);
                held.map(|(place, count)| (Self::codes(&sizes, place), count)).collect()
            }
            Self::Sparse(counts) => counts.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn tally(sizes: Option<&[u32]>, met: &[Codes]) -> Tally {
        let mut tally = match sizes {
            Some(sizes) => {
                let places = sizes.iter().product::<u32>() as usize;
                Tally::Dense { sizes: sizes.to_vec(), counts: vec![Count::default(); places] }
            }
            None => Tally::Sparse(HashMap::default()),
        };
        met.iter().for_each(|codes| tally.count(*codes).add(codes[0] == 1));
        tally
    }

    fn groups(tally: Tally) -> BTreeMap<Codes, Count> {
        tally.groups().into_iter().collect()
    }

    #[test]
    fn groups_are_the_same_however_they_are_counted() {
        let one = [[0, 2, 0, 0], [1, UNKNOWN, 0, 0], [1, UNKNOWN, 0, 0], [UNKNOWN, 0, 0, 0]];
        let other = [[1, UNKNOWN, 0, 0], [UNKNOWN, UNKNOWN, 0, 0]];
        let sizes = Some([3, 4].as_slice());
        let expected = groups(tally(None, &[one.as_slice(), &other].concat()));
        assert_eq!(expected.len(), 4);
        assert_eq!(expected[&[1, UNKNOWN, 0, 0]], Count { confirmed: 3, presumed: 0, complete: false });
        for sizes in [None, sizes] {
            assert_eq!(groups(tally(sizes, &[one.as_slice(), &other].concat())), expected);
            assert_eq!(groups(tally(sizes, &one).and(tally(sizes, &other))), expected, "in two parts");
        }
    }
}

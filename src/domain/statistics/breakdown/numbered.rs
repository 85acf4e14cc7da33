//! Groups with a number each, in the order in which they are met.

use std::collections::HashMap;

use super::codes::Codes;

/// The groups met so far.
#[derive(Default)]
pub(super) struct Numbered {
    numbers: HashMap<Codes, u32, foldhash::fast::RandomState>,
    pub(super) codes: Vec<Codes>,
}

impl Numbered {
    /// The number of a group.
    #[inline]
    pub(super) fn number(&mut self, codes: Codes) -> usize {
        let next = self.codes.len() as u32;
        let number = *self.numbers.entry(codes).or_insert(next);
        if number == next {
            self.codes.push(codes);
        }
        number as usize
    }
}

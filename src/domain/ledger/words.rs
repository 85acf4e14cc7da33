//! The words of the names of organizations, each with those whose names have it.
//!
//! What is searched is contained in a word or it is not: so it is enough to look through the words,
//! of which there are far fewer than names, and each of which stands in the text once.

use std::{collections::HashMap, sync::Arc};

use memchr::memmem::Finder;

use super::{
    columns::Rev,
    organizations::{Organizations, Part},
};
use crate::domain::search;

/// The words of all names that stand.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// The parts of the organizations, as they were when it was made.
    parts: Vec<Arc<Part>>,
    /// The last revision that recorded or superseded one of their names: from then on those that
    /// stand are known.
    rev: Rev,
    /// The words in the order in which they were met, a line each.
    block: String,
    /// Where each of them ends.
    ends: Vec<u32>,
    /// Where the organizations of each word begin; one more for the end.
    starts: Vec<u32>,
    /// Positions, ascending.
    organizations: Vec<u32>,
}

impl Words {
    pub(super) fn build(organizations: &Organizations) -> Self {
        let mut rev = 0;
        let mut numbers: HashMap<&str, u32, foldhash::fast::RandomState> = HashMap::default();
        let (mut block, mut ends) = (String::new(), Vec::new());
        // The number of a word, and one who has it.
        let mut had: Vec<(u32, u32)> = Vec::new();
        for (first, part) in organizations.parts() {
            rev = rev.max(part.names.last_revision());
            for (owner, row) in part.names.standing() {
                for word in search::words(part.names.text(row)) {
                    let number = *numbers.entry(word).or_insert_with(|| {
                        block.push_str(word);
                        block.push('\n');
                        ends.push(block.len() as u32);
                        ends.len() as u32 - 1
                    });
                    had.push((number, first + owner));
                }
            }
        }
        let mut starts = vec![0; ends.len() + 1];
        for (number, _) in &had {
            starts[*number as usize + 1] += 1;
        }
        for number in 0..ends.len() {
            starts[number + 1] += starts[number];
        }
        let mut next = starts.clone();
        let mut all = vec![0; had.len()];
        for (number, of) in had {
            let slot = &mut next[number as usize];
            all[*slot as usize] = of;
            *slot += 1;
        }
        let parts = organizations.shared_parts().to_vec();
        Self { parts, rev, block, ends, starts, organizations: all }
    }

    /// The same for organizations some time later: made anew where it says nothing of too many of
    /// them.
    pub(super) fn after(held: &Arc<Self>, organizations: &Organizations) -> Arc<Self> {
        let changed = held.changed(organizations).count();
        if changed * 8 <= organizations.shared_parts().len() {
            held.clone()
        } else {
            Arc::new(Self::build(organizations))
        }
    }

    /// Whether it knows the names of a revision.
    pub(super) fn is_of(&self, rev: Rev) -> bool {
        self.rev <= rev
    }

    /// The parts of which it says nothing, or what is no longer so: the number of each.
    pub(super) fn changed(&self, organizations: &Organizations) -> impl Iterator<Item = usize> {
        let parts = organizations.shared_parts().iter().enumerate();
        let is_same =
            |(number, part): &(usize, &Arc<Part>)| self.parts.get(*number).is_some_and(|held| Arc::ptr_eq(held, part));
        parts.filter(move |part| !is_same(part)).map(|(number, _)| number)
    }

    /// The words that contain a text: whether they begin with it, and the organizations that have
    /// each, ascending; one can come twice.
    pub(super) fn containing(&self, text: &str) -> impl Iterator<Item = (bool, &[u32])> {
        let finder = Finder::new(text).into_owned();
        let (mut byte, mut word) = (0, 0);
        std::iter::from_fn(move || {
            let found = byte + finder.find(&self.block.as_bytes()[byte..])?;
            while self.ends[word] as usize <= found {
                word += 1;
            }
            let start = word.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
            byte = self.ends[word] as usize;
            let have = self.starts[word] as usize..self.starts[word + 1] as usize;
            Some((found == start, &self.organizations[have]))
        })
    }

    pub(super) fn bytes(&self) -> usize {
        self.block.len()
            + size_of_val(&*self.ends)
            + size_of_val(&*self.starts)
            + size_of_val(&*self.organizations)
            + size_of_val(&*self.parts)
    }
}

//! Searching the names of organizations.
//!
//! A word is looked for among the words of all names (`words`). Where several are searched, those
//! who have each of them are then asked whether one of their names has all. Organizations that
//! changed since the words were gathered are asked name by name at once; so are all of them at a
//! revision before.

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use super::{
    bitmaps::Bits,
    columns::Rev,
    organizations::{Organizations, PART, Part},
    words::Words,
};
use crate::domain::{
    positions::OrganizationAt,
    search::{Needle, Relevance},
};

/// The organizations that a search finds, by position.
#[derive(Debug)]
pub(crate) struct Found {
    /// The organizations with a name whose words begin with what is searched.
    starts: RoaringBitmap,
    /// All organizations that are found.
    all: RoaringBitmap,
}

impl Found {
    /// All of them.
    pub(crate) fn all(&self) -> &RoaringBitmap {
        &self.all
    }

    /// How well the best of its names was found.
    pub(crate) fn relevance(&self, position: u32) -> Relevance {
        if self.starts.contains(position) { Relevance::Start } else { Relevance::Middle }
    }
}

/// The organizations one of whose names contains what is searched, as known at a revision; among the words of all
/// names, where these are of that revision.
pub(super) fn search(organizations: &Organizations, words: &Words, needle: &Needle, rev: Rev) -> Found {
    let mut search = Search { organizations, needle, rev, found: Taken::default() };
    if words.is_of(rev) {
        search.find_in(words);
    } else {
        organizations.parts().for_each(|(first, part)| search.ask(first, part));
    }
    search.found.sets(organizations.len())
}

struct Search<'a> {
    organizations: &'a Organizations,
    needle: &'a Needle,
    rev: Rev,
    found: Taken,
}

/// The organizations found so far, in any order, repeated or not.
#[derive(Default)]
struct Taken {
    starts: Vec<u32>,
    middles: Vec<u32>,
}

impl Taken {
    fn take(&mut self, of: u32, relevance: Relevance) {
        match relevance {
            Relevance::Start => self.starts.push(of),
            Relevance::Middle => self.middles.push(of),
        }
    }

    fn sets(self, count: usize) -> Found {
        let starts = set(self.starts, count);
        let all = &starts | set(self.middles, count);
        Found { starts, all }
    }
}

/// How many are put in a set one by one.
const FEW: usize = 4096;

fn set(mut of: Vec<u32>, count: usize) -> RoaringBitmap {
    if of.len() > FEW {
        let mut bits = Bits::new(count);
        of.into_iter().for_each(|of| bits.set(OrganizationAt::from(of)));
        return bits.compressed();
    }
    of.sort_unstable();
    of.dedup();
    RoaringBitmap::from_sorted_iter(of).expect("it is in order")
}

impl Search<'_> {
    fn find_in(&mut self, words: &Words) {
        let changed: Vec<usize> = words.changed(self.organizations).collect();
        let is_same = |of: &u32| changed.is_empty() || changed.binary_search(&(*of as usize / PART)).is_err();
        if self.needle.is_one_word() {
            for (begins, have) in words.containing(self.needle.first_word()) {
                let into = if begins { &mut self.found.starts } else { &mut self.found.middles };
                into.extend(have.iter().filter(|of| is_same(of)));
            }
        } else {
            let with = |word: &str| {
                let have = words.containing(word).flat_map(|(_, have)| have).copied();
                set(have.filter(|of| is_same(of)).collect(), self.organizations.len())
            };
            // Those who have all of them, perhaps in different names.
            let with_all = self.needle.words().map(with).reduce(|some, others| some & others);
            for of in with_all.into_iter().flatten() {
                let (part, owner) = self.organizations.part(of.into());
                self.ask_one(of, part, owner);
            }
        }
        for number in changed {
            let (first, part) = self.organizations.parts().nth(number).expect("it is one of the parts");
            self.ask(first, part);
        }
    }

    /// Asks every organization of a part that has the first word.
    fn ask(&mut self, first: u32, part: &Part) {
        let (names, finder) = (&part.names, Finder::new(self.needle.first_word()));
        for (owner, row) in names.containing(&finder) {
            self.ask_name(first + owner, part, row);
        }
    }

    fn ask_one(&mut self, of: u32, part: &Part, owner: u32) {
        part.names.of_owner(owner).for_each(|row| self.ask_name(of, part, row));
    }

    fn ask_name(&mut self, of: u32, part: &Part, row: usize) {
        let is_known = part.names.is_known(row, self.rev);
        if let Some(relevance) = is_known.then(|| self.needle.found_in(part.names.text(row))).flatten() {
            self.found.take(of, relevance);
        }
    }
}

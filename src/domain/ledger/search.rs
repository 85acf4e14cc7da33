//! Searching the names of organizations.
//!
//! All names of a part stand in one text, a line each. The word that is searched, or the longest of several, is found in
//! it; what else is searched is then looked for in the line alone.

use std::{sync::Arc, thread};

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use super::{columns::Rev, image::Image, organizations::Part};
use crate::domain::search::{Needle, Relevance};

/// The organizations that a search finds, by position.
#[derive(Debug, Default)]
pub(in crate::domain) struct Found {
    /// By a name whose words begin so.
    starts: RoaringBitmap,
    /// All.
    all: RoaringBitmap,
}

impl Found {
    /// All of them.
    pub(in crate::domain) fn all(&self) -> &RoaringBitmap {
        &self.all
    }

    /// How well the best of its names was found.
    pub(in crate::domain) fn relevance(&self, position: u32) -> Relevance {
        if self.starts.contains(position) { Relevance::Start } else { Relevance::Middle }
    }
}

/// How many parts are worth a thread of their own, and how many threads search at once.
const WORTH_A_THREAD: usize = 32;
const MAX_THREADS: usize = 4;

impl Image {
    /// The organizations one of whose names contains what is searched, as known at a revision.
    pub(in crate::domain) fn named(&self, needle: &Needle, rev: Rev) -> Arc<Found> {
        self.recent().search(needle, rev, || {
            let parts: Vec<_> = self.organizations().parts().collect();
            let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
            let threads = threads.min(parts.len() / WORTH_A_THREAD).max(1);
            let search = |parts: &[(u32, &Part)]| Search::new(needle, rev).of(parts);
            let mut shares = parts.chunks(parts.len().div_ceil(threads).max(1));
            let own = shares.next().unwrap_or_default();
            thread::scope(|scope| {
                let others: Vec<_> = shares.map(|share| scope.spawn(move || search(share))).collect();
                others.into_iter().fold(search(own), |found, other| {
                    let other = other.join().expect("searching does not panic");
                    Found { starts: found.starts | other.starts, all: found.all | other.all }
                })
            })
        })
    }
}

/// A search through some parts.
struct Search<'a> {
    needle: &'a Needle,
    rev: Rev,
    /// Ascending, each once.
    starts: Vec<u32>,
    all: Vec<u32>,
}

impl<'a> Search<'a> {
    fn new(needle: &'a Needle, rev: Rev) -> Self {
        Self { needle, rev, starts: Vec::new(), all: Vec::new() }
    }

    fn of(mut self, parts: &[(u32, &Part)]) -> Found {
        let finder = Finder::new(self.needle.first_word());
        for (first, part) in parts {
            if self.needle.is_one_word() {
                self.find_word(*first, part, &finder);
            } else {
                self.find_words(*first, part, &finder);
            }
        }
        let set = |found: Vec<u32>| RoaringBitmap::from_sorted_iter(found).expect("they are found in order");
        Found { starts: set(self.starts), all: set(self.all) }
    }

    fn take(&mut self, of: u32, relevance: Relevance) {
        if self.all.last() != Some(&of) {
            self.all.push(of);
        }
        if relevance == Relevance::Start && self.starts.last() != Some(&of) {
            self.starts.push(of);
        }
    }

    fn find_words(&mut self, first: u32, part: &Part, finder: &Finder<'_>) {
        let (names, rev) = (&part.names, self.rev);
        for (owner, row) in names.containing(finder).filter(|(_, row)| names.is_known(*row, rev)) {
            if let Some(relevance) = self.needle.found_in(names.text(row)) {
                self.take(first + owner, relevance);
            }
        }
    }

    /// Of one word every place decides by itself: it begins a word, or it does not.
    fn find_word(&mut self, first: u32, part: &Part, finder: &Finder<'_>) {
        let (names, block) = (&part.names, part.names.block().as_bytes());
        let mut places = names.places();
        for found in finder.find_iter(block) {
            let (owner, row) = places.of(found);
            let begins_word = found == 0 || matches!(block[found - 1], b' ' | b'\n');
            let of = first + owner;
            let is_new = if begins_word { self.starts.last() != Some(&of) } else { self.all.last() != Some(&of) };
            if is_new && names.is_known(row, self.rev) {
                self.take(of, if begins_word { Relevance::Start } else { Relevance::Middle });
            }
        }
    }
}

//! Answers that the server keeps for who asks next, bounded in bytes.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::body::Bytes;
use foldhash::fast::RandomState;
use moka::sync::Cache;

/// Answers that were given before, as many as fit.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    kept: Cache<Key, Bytes, RandomState>,
    counts: Arc<[AtomicU64; 2]>,
}

/// An identity, and the form that its answer was written in.
pub(super) type Key = ([u8; 32], &'static str);

/// What an entry takes besides its text, in bytes.
const ENTRY: usize = 256;

/// An answer is kept where it takes no more than this part of all.
const LARGEST: u64 = 16;

impl Answers {
    /// A store of at most `capacity` bytes; with 0 it keeps no answers.
    pub(super) fn new(capacity: u64) -> Self {
        let weight = |_: &Key, text: &Bytes| u32::try_from(text.len() + ENTRY).unwrap_or(u32::MAX);
        let kept = Cache::builder().max_capacity(capacity).weigher(weight).build_with_hasher(RandomState::default());
        Self { kept, counts: Default::default() }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Bytes> {
        let found = self.kept.get(key);
        self.counts[usize::from(found.is_none())].fetch_add(1, Ordering::Relaxed);
        found
    }

    pub(super) fn keep(&self, key: Key, text: &Bytes) {
        let most = self.kept.policy().max_capacity().unwrap_or_default() / LARGEST;
        if (text.len() as u64) < most {
            self.kept.insert(key, text.clone());
        }
    }

    /// How often an answer was there, how often not, and what those that are kept take in bytes.
    pub(super) fn counts(&self) -> (u64, u64, u64) {
        let [hits, misses] = &*self.counts;
        (hits.load(Ordering::Relaxed), misses.load(Ordering::Relaxed), self.kept.weighted_size())
    }
}

//! Facts without dates, each with a text: of an organization its profile, its names, its
//! identifiers. They are part of the register from one revision until another, and nothing else is
//! on an axis of time.

use std::ops::Range;

use memchr::memmem::Finder;

use super::columns::{ALWAYS, Column, Fact, OPEN, Rev, STANDS, Spans, Starts, bring_forward};

/// A fact without dates: what it says, and its text.
pub(super) type Worded<V> = Fact<(V, Box<str>)>;

/// A fact without dates; its owner is not known yet.
pub(super) fn worded<V>(value: V, text: impl Into<Box<str>>, recorded: Rev, superseded: Rev) -> Worded<V> {
    Fact { owner: 0, from: ALWAYS, to: OPEN, recorded, value: (value, text.into()), superseded }
}

/// The facts of one kind about many owners: the rows of an owner together, in the order of
/// recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undated<V> {
    starts: Starts,
    spans: Spans,
    values: Column<V>,
    /// Where the text of each row ends.
    ends: Box<[u32]>,
    /// All texts, one after the other.
    block: Box<str>,
}

impl<V: Copy + Ord> Undated<V> {
    /// The columns of rows in any order.
    pub(super) fn build(owners: usize, mut rows: Vec<Worded<V>>) -> Self {
        rows.sort_unstable();
        let mut block = String::with_capacity(rows.iter().map(|row| row.value.1.len()).sum());
        let end = |row: &Worded<V>| {
            block.push_str(&row.value.1);
            u32::try_from(block.len()).expect("the texts of a part of the ledger have less than 2^32 bytes")
        };
        let ends = rows.iter().map(end).collect();
        Self {
            starts: Starts::build(owners, &rows),
            spans: Spans::build(rows.iter().map(Fact::span)),
            values: Column::build(rows.iter().map(|row| row.value.0)),
            ends,
            block: block.into(),
        }
    }

    /// The columns after changes; `None` when these do not fit.
    pub(super) fn forward(&self, owners: usize, changes: Vec<Worded<V>>, seen: Rev) -> Option<Self> {
        if changes.is_empty() && owners == self.starts.owners() {
            return Some(self.clone());
        }
        let mut rows = self.rows();
        bring_forward(&mut rows, changes, seen).then(|| Self::build(owners, rows))
    }

    fn rows(&self) -> Vec<Worded<V>> {
        let row = |(owner, row)| {
            let (recorded, superseded) = self.spans.get(row);
            Fact { owner, ..worded(self.value(row), self.text(row), recorded, superseded) }
        };
        self.starts.rows_that(|_| true).map(row).collect()
    }

    /// The positions of an owner's rows.
    pub(crate) fn of_owner(&self, owner: u32) -> Range<usize> {
        self.starts.of_owner(owner)
    }

    /// The positions of an owner's rows that are part of the register at a revision.
    pub(crate) fn known(&self, owner: u32, rev: Rev) -> impl Iterator<Item = usize> {
        self.of_owner(owner).filter(move |row| self.spans.is_known(*row, rev))
    }

    /// The rows of all owners that are part of the register at a revision: the owner, and the
    /// position of the row.
    pub(crate) fn all_known(&self, rev: Rev) -> impl Iterator<Item = (u32, usize)> {
        self.starts.rows_that(move |row| self.spans.is_known(row, rev))
    }

    /// Whether a row is part of the register at a revision.
    pub(crate) fn is_known(&self, row: usize, rev: Rev) -> bool {
        self.spans.is_known(row, rev)
    }

    /// From which revision a row is part of the register.
    pub(super) fn recorded(&self, row: usize) -> Rev {
        self.spans.get(row).0
    }

    /// What a row says.
    #[inline]
    pub(crate) fn value(&self, row: usize) -> V {
        self.values.get(row)
    }

    /// The text of a row.
    #[inline]
    pub(crate) fn text(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.block[start as usize..self.ends[row] as usize]
    }

    /// The rows that are not superseded, each with its owner.
    pub(super) fn standing(&self) -> impl Iterator<Item = (u32, usize)> {
        self.starts.rows_that(|row| self.spans.get(row).1 == STANDS)
    }

    /// The last revision that recorded or superseded a row.
    pub(super) fn last_revision(&self) -> Rev {
        let last = |(recorded, superseded): &(Rev, Rev)| if *superseded == STANDS { *recorded } else { *superseded };
        self.spans.each().iter().map(last).max().unwrap_or(0)
    }

    /// The rows in whose texts something is found, each with its owner, in their order. What is
    /// found may reach into the next text.
    pub(super) fn containing(&self, finder: &Finder<'_>) -> impl Iterator<Item = (u32, usize)> {
        let (mut byte, mut owner, mut row) = (0, 0, 0);
        std::iter::from_fn(move || {
            let found = byte + finder.find(&self.block.as_bytes()[byte..])?;
            // Nothing is found at the very end, where an empty text is.
            while *self.ends.get(row)? as usize <= found {
                row += 1;
            }
            byte = self.ends[row] as usize;
            while self.starts.end_of(owner) <= row {
                owner += 1;
            }
            Some((owner, row))
        })
    }

    /// How many bytes the columns take.
    pub(super) fn bytes(&self) -> usize {
        self.starts.bytes() + self.spans.bytes() + self.values.bytes() + size_of_val(&*self.ends) + self.block.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_by_owner_and_by_byte() {
        let fact = |owner, text: &str, recorded| Fact { owner, ..worded((), text, recorded, Rev::MAX) };
        let facts = Undated::build(3, vec![fact(2, "b", 1), fact(0, "zz", 2), fact(0, "a", 1), fact(2, "", 1)]);
        let texts = |owner| facts.of_owner(owner).map(|row| facts.text(row)).collect::<Vec<_>>();
        assert_eq!((texts(0), texts(1), texts(2)), (vec!["a", "zz"], vec![], vec!["", "b"]));
        let found = |text: &str| facts.containing(&Finder::new(text)).collect::<Vec<_>>();
        assert_eq!((found("z"), found("b"), found("c")), (vec![(0, 1)], vec![(2, 3)], vec![]));
        assert_eq!(
            (found("zb"), found("")),
            (vec![(0, 1)], vec![(0, 0), (0, 1), (2, 3)]),
            "an empty text holds nothing"
        );
        assert_eq!(facts.all_known(1).collect::<Vec<_>>(), [(0, 0), (2, 2), (2, 3)]);
        let forward = facts.forward(4, vec![Fact { owner: 2, ..worded((), "b", 1, 3) }], 2).unwrap();
        assert_eq!(forward.known(2, 3).map(|row| forward.text(row)).collect::<Vec<_>>(), [""]);
    }
}

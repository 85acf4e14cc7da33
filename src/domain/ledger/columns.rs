//! Facts as columns: rows grouped by owner, both axes of time as integers.

use std::{borrow::Borrow, collections::BTreeMap, ops::Range};

use chrono::{Datelike, NaiveDate};
use entity::Revision;

use crate::domain::time::PointInTime;

/// A civil day, counted from the common era.
pub(crate) type Day = i32;

/// A revision, as narrow as registers need it: four thousand million writes.
pub(crate) type Rev = u32;

/// The first day of a fact without a start.
pub(crate) const ALWAYS: Day = Day::MIN;
/// The end of a fact without one.
pub(crate) const OPEN: Day = Day::MAX;
/// The superseding revision of a row that stands.
pub(crate) const STANDS: Rev = Rev::MAX;

/// A day as a number.
pub(crate) fn day(date: NaiveDate) -> Day {
    date.num_days_from_ce()
}

/// A number as a day.
pub(crate) fn date(day: Day) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day).expect("days come from dates")
}

/// A revision as it is stored here.
pub(crate) fn rev(revision: Revision) -> Rev {
    Rev::try_from(revision.max(0)).unwrap_or(STANDS - 1)
}

/// A point in time as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) day: Day,
    pub(crate) rev: Rev,
}

impl From<Point> for PointInTime {
    fn from(at: Point) -> Self {
        Self { as_of: date(at.day), revision: at.rev.into() }
    }
}

impl From<PointInTime> for Point {
    fn from(at: PointInTime) -> Self {
        Self { day: day(at.as_of), rev: rev(at.revision) }
    }
}

/// One fact about an owner, on both axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fact<V> {
    /// The position of what it is about, among others of its kind.
    pub(crate) owner: u32,
    /// The first day.
    pub(crate) from: Day,
    /// The first day no longer.
    pub(crate) to: Day,
    /// From which revision it is part of the register.
    pub(crate) recorded: Rev,
    /// What it says.
    pub(crate) value: V,
    /// From which revision it no longer is. Last, so that equal facts differ in nothing else.
    pub(crate) superseded: Rev,
}

impl<V> Fact<V> {
    pub(super) fn span(&self) -> (Rev, Rev) {
        (self.recorded, self.superseded)
    }
}

/// A column of values of which many are equal: each value once, ascending, and for each row the position of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column<V> {
    each: Vec<V>,
    positions: Positions,
}

/// Positions in a list, as narrow as the list is short.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Positions {
    /// `count` rows, all at the first position.
    First(usize),
    Bytes(Vec<u8>),
    Halves(Vec<u16>),
    Words(Vec<u32>),
}

impl<V: Copy + Ord> Column<V> {
    pub(super) fn build(values: impl ExactSizeIterator<Item = V> + Clone) -> Self {
        let mut each: Vec<V> = values.clone().collect();
        each.sort_unstable();
        each.dedup();
        each.shrink_to_fit();
        let count = values.len();
        let positions = values.map(|value| each.partition_point(|other| *other < value));
        let positions = match each.len() {
            0 | 1 => Positions::First(count),
            2..=0x100 => Positions::Bytes(positions.map(|position| position as u8).collect()),
            0x101..=0x1_0000 => Positions::Halves(positions.map(|position| position as u16).collect()),
            _ => Positions::Words(positions.map(|position| position as u32).collect()),
        };
        Self { each, positions }
    }

    /// The values, each once, ascending.
    pub(super) fn each(&self) -> &[V] {
        &self.each
    }

    #[inline]
    pub(super) fn get(&self, row: usize) -> V {
        self.each[match &self.positions {
            Positions::First(_) => 0,
            Positions::Bytes(positions) => usize::from(positions[row]),
            Positions::Halves(positions) => usize::from(positions[row]),
            Positions::Words(positions) => positions[row] as usize,
        }]
    }

    pub(super) fn len(&self) -> usize {
        match &self.positions {
            Positions::First(count) => *count,
            Positions::Bytes(positions) => positions.len(),
            Positions::Halves(positions) => positions.len(),
            Positions::Words(positions) => positions.len(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let positions = match &self.positions {
            Positions::First(_) => 0,
            Positions::Bytes(positions) => size_of_val(&**positions),
            Positions::Halves(positions) => size_of_val(&**positions),
            Positions::Words(positions) => size_of_val(&**positions),
        };
        size_of_val(&*self.each) + positions
    }
}

/// From which revision until which each row is part of the register. Writes record and supersede many rows at once, so
/// that there are few such spans.
pub(super) type Spans = Column<(Rev, Rev)>;

impl Spans {
    #[inline]
    pub(super) fn is_known(&self, row: usize, rev: Rev) -> bool {
        let (recorded, superseded) = self.get(row);
        (recorded <= rev) & (superseded > rev)
    }
}

/// Facts as columns, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Columns<V> {
    from: Column<Day>,
    to: Column<Day>,
    spans: Spans,
    values: Column<V>,
}

impl<V: Copy + Ord> Columns<V> {
    /// The columns of rows that are in order.
    fn build(rows: &[Fact<V>]) -> Self {
        Self {
            from: Column::build(rows.iter().map(|row| row.from)),
            to: Column::build(rows.iter().map(|row| row.to)),
            spans: Spans::build(rows.iter().map(Fact::span)),
            values: Column::build(rows.iter().map(|row| row.value)),
        }
    }

    /// A row again.
    fn row(&self, owner: u32, row: usize) -> Fact<V> {
        let (recorded, superseded) = self.spans.get(row);
        Fact {
            owner,
            from: self.from.get(row),
            to: self.to.get(row),
            recorded,
            value: self.values.get(row),
            superseded,
        }
    }

    #[inline]
    fn holds(&self, row: usize, at: Point) -> bool {
        (self.from.get(row) <= at.day) & (self.to.get(row) > at.day) & self.spans.is_known(row, at.rev)
    }

    fn len(&self) -> usize {
        self.from.len()
    }

    fn bytes(&self) -> usize {
        self.from.bytes() + self.to.bytes() + self.spans.bytes() + self.values.bytes()
    }
}

/// Where the rows of each owner begin, of rows by owner; one more for the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Starts(Vec<u32>);

impl Starts {
    pub(super) fn build<V>(owners: usize, rows: &[Fact<V>]) -> Self {
        let mut starts = Vec::with_capacity(owners + 1);
        let mut next = 0;
        for owner in 0..=owners {
            while rows.get(next).is_some_and(|row| (row.owner as usize) < owner) {
                next += 1;
            }
            starts.push(u32::try_from(next).expect("a part of the ledger holds less than 2^32 rows"));
        }
        Self(starts)
    }

    pub(super) fn owners(&self) -> usize {
        self.0.len() - 1
    }

    #[inline]
    pub(super) fn of_owner(&self, owner: u32) -> Range<usize> {
        let owner = owner as usize;
        self.0[owner] as usize..self.0[owner + 1] as usize
    }

    #[inline]
    pub(super) fn end_of(&self, owner: u32) -> usize {
        self.0[owner as usize + 1] as usize
    }

    /// The rows for which something is so, each with its owner.
    pub(super) fn rows_that(&self, is_so: impl Fn(usize) -> bool) -> impl Iterator<Item = (u32, usize)> {
        let mut owner = 0;
        let count = self.0[self.owners()] as usize;
        (0..count).filter(move |row| is_so(*row)).map(move |row| {
            while self.0[owner + 1] as usize <= row {
                owner += 1;
            }
            (owner as u32, row)
        })
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.0)
    }
}

/// The facts of one kind about many owners, of which most have some: the rows of an owner together, by their first day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FactColumns<V> {
    starts: Starts,
    columns: Columns<V>,
}

impl<V: Copy + Ord> FactColumns<V> {
    /// The columns of rows in any order.
    pub(super) fn build(owners: usize, mut rows: Vec<Fact<V>>) -> Self {
        rows.sort_unstable();
        Self { starts: Starts::build(owners, &rows), columns: Columns::build(&rows) }
    }

    /// The columns after changes; `None` when these do not fit.
    pub(super) fn forward(&self, owners: usize, changes: Vec<Fact<V>>, seen: Rev) -> Option<Self> {
        if changes.is_empty() && owners == self.starts.owners() {
            return Some(self.clone());
        }
        let mut rows = self.rows();
        bring_forward(&mut rows, changes, seen).then(|| Self::build(owners, rows))
    }

    /// The rows again, in the order of the columns.
    pub(super) fn rows(&self) -> Vec<Fact<V>> {
        let of_owner = |owner: u32| self.of_owner(owner).map(move |row| self.columns.row(owner, row));
        (0..self.starts.owners() as u32).flat_map(of_owner).collect()
    }

    /// The positions of an owner's rows.
    pub(crate) fn of_owner(&self, owner: u32) -> Range<usize> {
        self.starts.of_owner(owner)
    }

    /// The positions of an owner's rows that hold at a point.
    pub(crate) fn holding(&self, owner: u32, at: Point) -> impl Iterator<Item = usize> {
        self.of_owner(owner).filter(move |row| self.holds(*row, at))
    }

    /// The rows of all owners that hold at a point: the owner, and the position of the row.
    pub(crate) fn all_holding(&self, at: Point) -> impl Iterator<Item = (u32, usize)> {
        self.starts.rows_that(move |row| self.holds(row, at))
    }

    /// Whether a row holds at a point.
    #[inline]
    pub(crate) fn holds(&self, row: usize, at: Point) -> bool {
        self.columns.holds(row, at)
    }

    /// Whether a row is part of the register at a revision.
    #[inline]
    pub(crate) fn is_known(&self, row: usize, rev: Rev) -> bool {
        self.columns.spans.is_known(row, rev)
    }

    /// What a row says.
    #[inline]
    pub(crate) fn value(&self, row: usize) -> V {
        self.columns.values.get(row)
    }

    /// The first day of a row.
    pub(crate) fn from(&self, row: usize) -> Day {
        self.columns.from.get(row)
    }

    /// The first day a row no longer holds.
    pub(crate) fn to(&self, row: usize) -> Day {
        self.columns.to.get(row)
    }

    /// From which revision a row is part of the register.
    pub(crate) fn recorded(&self, row: usize) -> Rev {
        self.columns.spans.get(row).0
    }

    /// From which revision a row no longer is; `None`: it still is.
    pub(crate) fn superseded(&self, row: usize) -> Option<Rev> {
        Some(self.columns.spans.get(row).1).filter(|superseded| *superseded != STANDS)
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// How many bytes the columns take.
    pub(super) fn bytes(&self) -> usize {
        self.starts.bytes() + self.columns.bytes()
    }
}

/// Facts that assert or deny something, each under a key; most owners have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assertions<K>(BTreeMap<K, Sparse>);

/// The facts under a key, by owner.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sparse {
    owners: Vec<u32>,
    columns: Columns<Option<bool>>,
}

impl Sparse {
    fn build(rows: &[Fact<Option<bool>>]) -> Self {
        Self { owners: rows.iter().map(|row| row.owner).collect(), columns: Columns::build(rows) }
    }

    fn rows(&self) -> Vec<Fact<Option<bool>>> {
        self.owners.iter().enumerate().map(|(row, owner)| self.columns.row(*owner, row)).collect()
    }
}

impl<K> Default for Assertions<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord + Clone> Assertions<K> {
    /// The facts after changes; `None` when these do not fit.
    pub(super) fn forward(&self, changes: Vec<(K, Fact<Option<bool>>)>, seen: Rev) -> Option<Self> {
        let mut next = self.clone();
        let mut of_keys: BTreeMap<K, Vec<Fact<Option<bool>>>> = BTreeMap::new();
        for (key, fact) in changes {
            of_keys.entry(key).or_default().push(fact);
        }
        for (key, changes) in of_keys {
            let mut rows = next.0.get(&key).map(Sparse::rows).unwrap_or_default();
            if !bring_forward(&mut rows, changes, seen) {
                return None;
            }
            rows.sort_unstable();
            next.0.insert(key, Sparse::build(&rows));
        }
        Some(next)
    }

    /// What holds under a key at a point: the owner and the value, by owner.
    pub(crate) fn holding<Q: Ord + ?Sized>(&self, key: &Q, at: Point) -> impl Iterator<Item = (u32, Option<bool>)>
    where
        K: Borrow<Q>,
    {
        self.0.get(key).into_iter().flat_map(move |facts| {
            let holding = (0..facts.columns.len()).filter(move |row| facts.columns.holds(*row, at));
            holding.map(|row| (facts.owners[row], facts.columns.values.get(row)))
        })
    }

    /// How many bytes the facts take.
    pub(super) fn bytes(&self) -> usize {
        let of_key = |facts: &Sparse| size_of::<(K, Sparse)>() + size_of_val(&*facts.owners) + facts.columns.bytes();
        self.0.values().map(of_key).sum()
    }
}

/// Brings rows forward from a revision: what `changes` says is superseded, and what it says is new.
///
/// Rows that say the same and were recorded together are interchangeable, so a change finds its row by what it says.
/// Answers false when a row to be superseded is missing: then the image has lost touch with the database.
pub(super) fn bring_forward<V: Clone + Ord>(rows: &mut Vec<Fact<V>>, changes: Vec<Fact<V>>, seen: Rev) -> bool {
    let (new, mut superseded): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.recorded > seen);
    rows.sort_unstable();
    // In the order of revisions the rows stay sorted: the first of those that stand takes the greatest number so far.
    superseded.sort_unstable_by_key(|change| change.superseded);
    for change in superseded {
        let by = change.superseded;
        let standing = Fact { superseded: STANDS, ..change };
        let found = rows.partition_point(|row| *row < standing);
        match rows.get_mut(found) {
            Some(row) if *row == standing => row.superseded = by,
            _ => return false,
        }
    }
    rows.extend(new);
    true
}

/// A fact that holds on every day.
pub(super) fn lasting<V>(value: V, recorded: Rev, superseded: Rev) -> Fact<V> {
    Fact { owner: 0, from: ALWAYS, to: OPEN, recorded, value, superseded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(owner: u32, from: Day, recorded: Rev, superseded: Rev) -> Fact<u16> {
        Fact { owner, from, to: OPEN, recorded, value: 7, superseded }
    }

    #[test]
    fn rows_come_back_by_owner() {
        let facts = FactColumns::build(4, vec![fact(2, 5, 1, STANDS), fact(0, 9, 1, STANDS), fact(2, 1, 1, STANDS)]);
        assert_eq!(facts.of_owner(1).count() + facts.of_owner(3).count(), 0);
        assert_eq!(facts.of_owner(2).map(|row| facts.from(row)).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(facts.rows(), [fact(0, 9, 1, STANDS), fact(2, 1, 1, STANDS), fact(2, 5, 1, STANDS)]);
    }

    #[test]
    fn of_equal_rows_one_is_superseded_at_a_time() {
        let mut rows = vec![fact(0, 1, 1, STANDS), fact(0, 1, 1, STANDS)];
        assert!(bring_forward(&mut rows, vec![fact(0, 1, 1, 2)], 1));
        assert!(bring_forward(&mut rows, vec![fact(0, 1, 1, 3), fact(0, 4, 3, STANDS)], 2));
        rows.sort_unstable();
        assert_eq!(rows, [fact(0, 1, 1, 2), fact(0, 1, 1, 3), fact(0, 4, 3, STANDS)]);
        assert!(!bring_forward(&mut rows, vec![fact(0, 1, 1, 5)], 4), "none is left to supersede");
    }
}

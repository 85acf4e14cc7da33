//! Pages of lists that the ledger answers: of rows that are met in their order, from any key on,
//! and of rows that are gathered in any order. Either way a page is found by the sort keys of the
//! row before it, as [`page`](super::page) says.

use std::cmp::Ordering;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::domain::store::page::{Key, KeyedRow, Page, PageRequest};

/// A sort key as it stands in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Term<'a> {
    Number(i64),
    Id(Uuid),
    Day(NaiveDate),
    Text(&'a str),
}

/// The sort keys of a row, a term of the order each. The last is unique.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys<'a> {
    terms: [Term<'a>; MOST_TERMS],
    count: usize,
}

/// How many terms an order has at most: every field of the longest, each once, of which the id is one.
const MOST_TERMS: usize = 4;

impl<'a> FromIterator<Term<'a>> for Keys<'a> {
    fn from_iter<I: IntoIterator<Item = Term<'a>>>(all: I) -> Self {
        let mut keys = Self { terms: [Term::Number(0); MOST_TERMS], count: 0 };
        for term in all {
            keys.terms[keys.count] = term;
            keys.count += 1;
        }
        keys
    }
}

impl<'a> Keys<'a> {
    fn read(keys: &'a [Key]) -> Self {
        let term = |key: &'a Key| match key {
            Key::Number(number) => Term::Number(*number),
            Key::Id(id) => Term::Id(*id),
            Key::Day(day) => Term::Day(*day),
            Key::Text(text) => Term::Text(text),
        };
        keys.iter().map(term).collect()
    }

    fn written(&self) -> Vec<Key> {
        let key = |term: &Term<'_>| match *term {
            Term::Number(number) => Key::Number(number),
            Term::Id(id) => Key::Id(id),
            Term::Day(day) => Key::Day(day),
            Term::Text(text) => Key::Text(text.to_owned()),
        };
        self.terms().iter().map(key).collect()
    }

    /// The terms, in the order in which they decide.
    pub(crate) fn terms(&self) -> &[Term<'a>] {
        &self.terms[..self.count]
    }

    fn compare(&self, other: &Keys<'_>, order: &Directions) -> Ordering {
        let terms = self.terms().iter().zip(other.terms()).zip(&order.0);
        let mut decided = terms.map(|((one, other), descends)| {
            let ordering = one.cmp(other);
            if *descends { ordering.reverse() } else { ordering }
        });
        decided.find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }
}

/// Whether each term of an order descends.
pub(crate) struct Directions(Vec<bool>);

impl<F> From<&[(F, bool)]> for Directions {
    fn from(terms: &[(F, bool)]) -> Self {
        Self(terms.iter().map(|(_, descends)| *descends).collect())
    }
}

/// The terms of an order that ends by the id, in the direction of its last field. What stands after
/// the id decides nothing.
pub(crate) fn ended<F: Copy + PartialEq>(order: &[(F, bool)], by_id: F) -> Vec<(F, bool)> {
    let last = order.last().is_some_and(|(_, descends)| *descends);
    let before = order.iter().copied().take_while(|(field, _)| *field != by_id);
    let id = order.iter().copied().find(|(field, _)| *field == by_id).unwrap_or((by_id, last));
    before.chain([id]).collect()
}

/// An order whose last field, where that is how well rows are found, is followed by their name.
pub(crate) fn then_by_name<F: Copy + PartialEq>(order: &[(F, bool)], relevance: F, name: F) -> Vec<(F, bool)> {
    let is_by_name = order.iter().any(|(field, _)| *field == name);
    let by_relevance = order.last().filter(|(field, _)| *field == relevance && !is_by_name);
    order.iter().copied().chain(by_relevance.map(|(_, descends)| (name, *descends))).collect()
}

/// A page of rows that are met in any order, all of the list.
///
/// No more of them are kept than two pages: whenever so many are, the better half.
pub(crate) fn page_of<'a, R>(
    rows: impl IntoIterator<Item = (R, Keys<'a>)>,
    order: &Directions,
    request: &PageRequest,
) -> Page<R> {
    let size = if request.wants.rows { usize::try_from(request.size).unwrap_or(usize::MAX) } else { 0 };
    let kept = size.saturating_add(1);
    let [after, before] = [&request.after, &request.before].map(|keys| keys.as_deref().map(Keys::read));
    // Backwards the last rows are the best.
    let compare = |row: &(R, Keys<'_>), other: &(R, Keys<'_>)| {
        let ordering = row.1.compare(&other.1, order);
        if request.from_end { ordering.reverse() } else { ordering }
    };
    let (mut total, mut precede, mut follow) = (0_u64, false, false);
    let (mut best, mut is_sifted) = (Vec::new(), false);
    for row in rows {
        total += 1;
        let is_before = after.as_ref().is_some_and(|keys| row.1.compare(keys, order).is_le());
        let is_after = before.as_ref().is_some_and(|keys| row.1.compare(keys, order).is_ge());
        precede |= is_before;
        follow |= is_after;
        if !is_before && !is_after && (!is_sifted || compare(&row, &best[size]).is_lt()) {
            best.push(row);
            if best.len() >= kept.saturating_mul(2) {
                best.select_nth_unstable_by(size, compare);
                best.truncate(kept);
                is_sifted = true;
            }
        }
    }
    best.sort_unstable_by(compare);
    let overflows = best.len() > size;
    best.truncate(size);
    if request.from_end {
        best.reverse();
    }
    Page {
        rows: best.into_iter().map(|(model, keys)| KeyedRow { model, keys: keys.written() }).collect(),
        total: request.wants.total.then_some(total),
        has_previous: precede || (overflows && request.from_end),
        has_next: follow || (overflows && !request.from_end),
    }
}

/// A page of rows that are met in their order. `walk` meets them from around some keys on, or from
/// the first; backwards, from around them, or from the last. Rows on the other side of the keys may
/// come first.
pub(crate) fn page_along<'a, R, I: Iterator<Item = (R, Keys<'a>)>>(
    walk: impl Fn(Option<&Keys<'_>>, bool) -> I,
    total: impl FnOnce() -> u64,
    order: &Directions,
    request: &PageRequest,
) -> Page<R> {
    let size = usize::try_from(request.size).unwrap_or(usize::MAX);
    let [after, before] = [&request.after, &request.before].map(|keys| keys.as_deref().map(Keys::read));
    let (after, before) = (after.as_ref(), before.as_ref());
    let is_beyond = |row: &Keys<'_>, keys: Option<&Keys<'_>>, side: Ordering| {
        keys.is_none_or(|keys| row.compare(keys, order) == side)
    };
    let mut page = Page { rows: Vec::new(), total: None, has_previous: false, has_next: false };
    if request.wants.rows {
        let (start, end) = if request.from_end { (before, after) } else { (after, before) };
        let (beyond_start, beyond_end) =
            if request.from_end { (Ordering::Less, Ordering::Greater) } else { (Ordering::Greater, Ordering::Less) };
        let mut met = walk(start, request.from_end)
            .skip_while(|row| !is_beyond(&row.1, start, beyond_start))
            .take_while(|row| is_beyond(&row.1, end, beyond_end));
        let rows = met.by_ref().take(size).map(|(model, keys)| KeyedRow { model, keys: keys.written() });
        page.rows = rows.collect();
        let overflows = met.next().is_some();
        if request.from_end {
            page.rows.reverse();
            page.has_previous = overflows;
        } else {
            page.has_next = overflows;
        }
    }
    // Whether there is the row with the keys itself, or one on its other side.
    let is_any_beyond = |keys: &Keys<'_>, backwards: bool| {
        let side = if backwards { Ordering::Greater } else { Ordering::Less };
        walk(Some(keys), backwards).any(|row| row.1.compare(keys, order) != side)
    };
    page.has_previous |= request.wants.previous && after.is_some_and(|keys| is_any_beyond(keys, true));
    page.has_next |= request.wants.next && before.is_some_and(|keys| is_any_beyond(keys, false));
    page.total = request.wants.total.then(total);
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::store::page::Wants;

    fn row(row: i64) -> (i64, Keys<'static>) {
        (row, [Term::Number(row)].into_iter().collect())
    }

    #[test]
    fn both_ways_answer_what_counting_off_does() {
        let wants = Wants { rows: true, total: true, previous: true, next: true, texts: false };
        for count in 0..7_i64 {
            let all: Vec<i64> = (0..count).map(|row| row * 2).collect();
            let bounds: Vec<Option<i64>> = std::iter::once(None).chain((-1..=2 * count).map(Some)).collect();
            for (after, before, size, from_end) in bounds.iter().flat_map(|after| {
                let sizes = move |before| (1..=3_u64).map(move |size| (*after, before, size));
                let sides = |(after, before, size)| [false, true].map(|from_end| (after, before, size, from_end));
                bounds.iter().copied().flat_map(sizes).flat_map(sides).collect::<Vec<_>>()
            }) {
                let keys = |bound: Option<i64>| bound.map(|key| vec![Key::Number(key)]);
                let request = PageRequest { size, from_end, after: keys(after), before: keys(before), wants };
                let is_left =
                    |row: &i64| after.is_none_or(|after| *row > after) && before.is_none_or(|before| *row < before);
                let left: Vec<i64> = all.iter().copied().filter(is_left).collect();
                let size = (size as usize).min(left.len());
                let expected = if from_end { &left[left.len() - size..] } else { &left[..size] };
                let overflows = left.len() > size;
                let has_previous =
                    all.iter().any(|row| after.is_some_and(|after| *row <= after)) || (from_end && overflows);
                let has_next =
                    all.iter().any(|row| before.is_some_and(|before| *row >= before)) || (!from_end && overflows);
                let walk = |keys: Option<&Keys<'_>>, backwards: bool| {
                    let near = |row: &i64| {
                        keys.is_none_or(|keys| {
                            let term = Term::Number(*row);
                            if backwards { term <= keys.terms()[0] } else { term >= keys.terms()[0] }
                        })
                    };
                    let mut met: Vec<i64> = all.iter().copied().filter(near).collect();
                    if backwards {
                        met.reverse();
                    }
                    met.into_iter().map(row)
                };
                let order = Directions(vec![false]);
                let gathered = page_of(all.iter().copied().rev().map(row), &order, &request);
                for page in [gathered, page_along(walk, || count as u64, &order, &request)] {
                    let rows: Vec<i64> = page.rows.iter().map(|row| row.model).collect();
                    assert_eq!(
                        (rows.as_slice(), page.total, page.has_previous, page.has_next),
                        (expected, Some(count as u64), has_previous, has_next),
                        "{request:?} of {all:?}"
                    );
                }
            }
        }
    }
}

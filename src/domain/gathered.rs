//! Pages of lists that the ledger answers: of rows that are met in their order, from any key on,
//! and of rows that are gathered in any order. Either way a page is found by the sort keys of the
//! row before it, as [`page`](super::page) says.

use std::cmp::Ordering;

use super::page::{Key, Page, PageRequest, Row};

/// An order of rows, and what its cursors carry.
pub(super) trait Order<R> {
    /// How two rows stand to each other; no two are equal.
    fn compare(&self, row: &R, other: &R) -> Ordering;
    /// How a row stands to the one with these keys.
    fn compare_to(&self, row: &R, keys: &[Key]) -> Ordering;
    /// The keys of a row, a term of the order each.
    fn keys(&self, row: &R) -> Vec<Key>;
}

/// A page of rows that are met in any order, all of the list.
///
/// No more of them are kept than two pages: whenever so many are, the better half.
pub(super) fn page_of<R>(rows: impl IntoIterator<Item = R>, order: &impl Order<R>, request: &PageRequest) -> Page<R> {
    let size = if request.wants.rows { usize::try_from(request.size).unwrap_or(usize::MAX) } else { 0 };
    let kept = size.saturating_add(1);
    // Backwards the last rows are the best.
    let compare = |row: &R, other: &R| {
        let ordering = order.compare(row, other);
        if request.from_end { ordering.reverse() } else { ordering }
    };
    let (mut total, mut precede, mut follow) = (0_u64, false, false);
    let (mut best, mut is_sifted) = (Vec::new(), false);
    for row in rows {
        total += 1;
        let is_before = request.after.as_ref().is_some_and(|keys| order.compare_to(&row, keys).is_le());
        let is_after = request.before.as_ref().is_some_and(|keys| order.compare_to(&row, keys).is_ge());
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
    let rows = best.into_iter().map(|row| Row { keys: order.keys(&row), model: row }).collect();
    Page {
        rows,
        total: request.wants.total.then_some(total),
        has_previous: precede || (overflows && request.from_end),
        has_next: follow || (overflows && !request.from_end),
    }
}

/// A page of rows that are met in their order. `walk` meets them from around some keys on, or from
/// the first; backwards, from around them, or from the last. Rows on the other side of the keys may
/// come first.
pub(super) fn page_along<R, I: Iterator<Item = R>>(
    walk: impl Fn(Option<&[Key]>, bool) -> I,
    total: impl FnOnce() -> u64,
    order: &impl Order<R>,
    request: &PageRequest,
) -> Page<R> {
    let size = usize::try_from(request.size).unwrap_or(usize::MAX);
    let (after, before) = (request.after.as_deref(), request.before.as_deref());
    let is_beyond =
        |row: &R, keys: Option<&[Key]>, side: Ordering| keys.is_none_or(|keys| order.compare_to(row, keys) == side);
    let mut page = Page { rows: Vec::new(), total: None, has_previous: false, has_next: false };
    if request.wants.rows {
        let (start, end) = if request.from_end { (before, after) } else { (after, before) };
        let (beyond_start, beyond_end) =
            if request.from_end { (Ordering::Less, Ordering::Greater) } else { (Ordering::Greater, Ordering::Less) };
        let mut met = walk(start, request.from_end)
            .skip_while(|row| !is_beyond(row, start, beyond_start))
            .take_while(|row| is_beyond(row, end, beyond_end));
        let rows = met.by_ref().take(size).map(|row| Row { keys: order.keys(&row), model: row });
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
    let is_any_beyond = |keys: &[Key], backwards: bool| {
        let side = if backwards { Ordering::Greater } else { Ordering::Less };
        walk(Some(keys), backwards).any(|row| order.compare_to(&row, keys) != side)
    };
    page.has_previous |= request.wants.previous && after.is_some_and(|keys| is_any_beyond(keys, true));
    page.has_next |= request.wants.next && before.is_some_and(|keys| is_any_beyond(keys, false));
    page.total = request.wants.total.then(total);
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::page::Wants;

    struct Ascending;

    impl Order<i64> for Ascending {
        fn compare(&self, row: &i64, other: &i64) -> Ordering {
            row.cmp(other)
        }

        fn compare_to(&self, row: &i64, keys: &[Key]) -> Ordering {
            let [Key::Number(key)] = keys else { panic!("one number") };
            row.cmp(key)
        }

        fn keys(&self, row: &i64) -> Vec<Key> {
            vec![Key::Number(*row)]
        }
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
                let walk = |keys: Option<&[Key]>, backwards: bool| {
                    let near = |row: &i64| {
                        keys.is_none_or(|keys| {
                            (Ascending.compare_to(row, keys).is_le()) == backwards
                                || Ascending.compare_to(row, keys).is_eq()
                        })
                    };
                    let mut met: Vec<i64> = all.iter().copied().filter(near).collect();
                    if backwards {
                        met.reverse();
                    }
                    met.into_iter()
                };
                let gathered = page_of(all.iter().copied().rev(), &Ascending, &request);
                for page in [gathered, page_along(walk, || count as u64, &Ascending, &request)] {
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

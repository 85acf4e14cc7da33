//! Pages of lists whose ids are known beforehand, in the order of ids: a page reads its own rows only.

use entity::id::OrganizationId;
use uuid::Uuid;

use crate::domain::store::page::{Key, KeyKind, KeyedRow, Page, PageRequest};

/// What the cursors of such lists carry: the id, and which of equal ones it is.
pub const KEYS: [KeyKind; 2] = [KeyKind::Id, KeyKind::Number];

/// What stands in such a list, ordered by its id first.
pub(crate) trait Identified: Copy + Ord {
    fn uuid(self) -> Uuid;
}

impl Identified for OrganizationId {
    fn uuid(self) -> Uuid {
        self.0
    }
}

/// The same page of some lists. An id can stand in a list more than once; one that `read` does not find is left out.
pub(crate) fn pages<I: Identified, M>(
    lists: Vec<Vec<I>>,
    request: &PageRequest,
    read: impl Fn(I) -> Option<M>,
) -> Vec<Page<M>> {
    let windows = lists.into_iter().map(|ids| Window::new(ids, request));
    let row =
        |(one, nth): (I, i64)| Some(KeyedRow { model: read(one)?, keys: vec![Key::Id(one.uuid()), Key::Number(nth)] });
    let page = |window: Window<I>| Page {
        rows: window.rows.into_iter().filter_map(row).collect(),
        total: request.wants.total.then_some(window.total),
        has_previous: window.has_previous,
        has_next: window.has_next,
    };
    windows.map(page).collect()
}

/// The part of a list that a page shows.
struct Window<I> {
    rows: Vec<(I, i64)>,
    total: u64,
    has_previous: bool,
    has_next: bool,
}

impl<I: Identified> Window<I> {
    fn new(mut ids: Vec<I>, request: &PageRequest) -> Self {
        ids.sort_unstable();
        // Which of equal ids the one at a position is.
        let nth = |position: usize| (position - ids.partition_point(|one| one.uuid() < ids[position].uuid())) as i64;
        let key = |keys: &Vec<Key>| match keys[..] {
            [Key::Id(id), Key::Number(nth)] => (id, nth),
            _ => unreachable!("cursors are checked against their kinds"),
        };
        // Where the rows begin that come after a key, or that do not come before it.
        let place = |(id, nth): (Uuid, i64), is_after: bool| {
            let first = ids.partition_point(|other| other.uuid() < id);
            let equal = ids[first..].partition_point(|other| other.uuid() == id);
            let before = usize::try_from(nth.max(0)).unwrap_or(usize::MAX).saturating_add(usize::from(is_after));
            first + before.min(equal)
        };
        let start = request.after.as_ref().map_or(0, |after| place(key(after), true));
        let end = request.before.as_ref().map_or(ids.len(), |before| place(key(before), false)).max(start);
        let size = usize::try_from(request.size).unwrap_or(usize::MAX);
        let overflows = end - start > size;
        let shown = match (request.wants.rows, request.from_end) {
            (false, _) => start..start,
            (true, false) => start..end.min(start.saturating_add(size)),
            (true, true) => start.max(end.saturating_sub(size))..end,
        };
        let has_previous = start > 0 || (request.from_end && overflows);
        let has_next = end < ids.len() || (!request.from_end && overflows);
        let rows = shown.map(|position| (ids[position], nth(position))).collect();
        Self { rows, total: ids.len() as u64, has_previous, has_next }
    }
}

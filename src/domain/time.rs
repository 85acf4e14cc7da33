//! The two axes of time, and the conditions that put a question on them.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Brussels;
use entity::{
    Dated, PartialDate, Recorded, Revision,
    participation_period::{self, Status},
};
use sea_orm::{
    ColumnTrait, Condition, IdenStatic,
    sea_query::{Expr, ExprTrait},
};

/// Where on both axes a question is asked: what is true on a day, as known at a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PointInTime {
    /// Valid time: the day.
    pub as_of: NaiveDate,
    /// Record time: what the register held after this write. 0: before the first.
    pub revision: Revision,
}

/// The civil day in Brussels at an instant.
pub fn day_in_brussels(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&Brussels).date_naive()
}

/// From which revision a row of `E` is part of the register, as conditions on it are written.
///
/// Nearly all rows were recorded by the revisions that are asked about. With the plus no index is taken for that:
/// SQLite would find it selective, and read a whole table by it.
pub(super) fn by_then<E: Recorded>() -> Expr {
    Expr::cust(format!("+{}.{}", E::default().table_name(), E::RECORDED.as_str()))
}

/// The rows of `E` that were part of the register at a revision: recorded by then, and not superseded by then.
pub fn known<E: Recorded>(revision: Revision) -> Condition {
    Condition::all()
        .add(by_then::<E>().lte(revision))
        .add(Condition::any().add(E::SUPERSEDED.is_null()).add(E::SUPERSEDED.gt(revision)))
}

/// The rows of `E` that held on the day, as known at the revision.
pub fn holding<E: Dated>(at: PointInTime) -> Condition {
    Condition::all()
        .add(Condition::any().add(E::FROM.is_null()).add(E::FROM.lte(at.as_of)))
        .add(Condition::any().add(E::TO.is_null()).add(E::TO.gt(at.as_of)))
        .add(known::<E>(at.revision))
}

/// The periods that cover the day, as known at the revision. As [`holding`], for a table whose start is never
/// null, so that its index serves the range.
pub fn covering(at: PointInTime) -> Condition {
    use participation_period::{Column, Entity};
    Condition::all()
        .add(Column::ValidFrom.lte(at.as_of))
        .add(Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(at.as_of)))
        .add(known::<Entity>(at.revision))
}

/// Never true: an alternative that nothing satisfies.
pub fn never() -> Expr {
    Expr::cust("1 = 0")
}

/// Some days: from a first one, to a first one no longer; what is not said is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Days {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The first day no longer.
    pub to: Option<NaiveDate>,
}

impl Days {
    /// Whether a day is one of them.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
}

/// From when until when a fact counts: `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The first day no longer.
    pub to: Option<NaiveDate>,
}

impl Interval {
    /// The days a stated interval counts for: a start from its earliest day, an end to its latest; except that where
    /// the `next` fact of the same series starts in the same partial date as this one ends, they meet on its first day.
    pub fn counted(from: Option<PartialDate>, to: Option<PartialDate>, next: Option<PartialDate>) -> Self {
        let to = to.map(|end| if next == Some(end) { end.earliest() } else { end.latest() });
        Self { from: from.map(|start| start.earliest()), to }
    }

    /// Whether it holds on no day.
    pub fn is_empty(&self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if from >= to)
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_before_end = |from: Option<NaiveDate>, to: Option<NaiveDate>| match (from, to) {
            (Some(from), Some(to)) => from < to,
            _ => true,
        };
        begins_before_end(self.from, other.to) && begins_before_end(other.from, self.to)
    }
}

/// The last day that a source attests a status; `None`: every day that its period covers.
///
/// That is every day of a period whose end is stated, and of an end. Of any other period it is the latest day of the
/// last confirmation; only where there is no confirmation at all, the latest day of the stated start.
pub fn attested_until(
    status: Status,
    from_stated: Option<PartialDate>,
    to_stated: Option<PartialDate>,
    confirmed: [Option<PartialDate>; 2],
) -> Option<NaiveDate> {
    if status == Status::Ended || to_stated.is_some() {
        return None;
    }
    let last_confirmed = confirmed.iter().flatten().map(PartialDate::latest).max();
    // No statement at all attests no day.
    Some(last_confirmed.or(from_stated.map(|from| from.latest())).unwrap_or(NaiveDate::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<PartialDate> {
        Some(text.parse().unwrap())
    }

    fn counted(from: Option<PartialDate>, to: Option<PartialDate>, next: Option<PartialDate>) -> (String, String) {
        let shown = |day: Option<NaiveDate>| day.map_or("-".into(), |day| day.to_string());
        let interval = Interval::counted(from, to, next);
        (shown(interval.from), shown(interval.to))
    }

    #[test]
    fn a_start_counts_from_its_earliest_day_and_an_end_to_its_latest() {
        assert_eq!(counted(date("2018"), date("2019-02"), None), ("2018-01-01".into(), "2019-02-28".into()));
        assert_eq!(counted(None, None, None), ("-".into(), "-".into()));
    }

    #[test]
    fn facts_that_meet_in_one_partial_date_meet_on_its_first_day() {
        assert_eq!(counted(date("2018-05-24"), date("2023"), date("2023")).1, "2023-01-01");
        assert_eq!(counted(date("2018-05-24"), date("2023"), date("2023-06")).1, "2023-12-31");
    }

    #[test]
    fn half_open_intervals_that_touch_do_not_overlap() {
        let first = Interval::counted(date("2018-01-01"), date("2019-01-01"), None);
        let second = Interval::counted(date("2019-01-01"), None, None);
        assert!(!first.overlaps(&second) && !second.overlaps(&first));
        assert!(second.overlaps(&Interval { from: None, to: None }));
    }

    #[test]
    fn an_interval_that_ends_as_it_begins_holds_on_no_day() {
        let interval = |from: &str, to: &str| Interval::counted(date(from), date(to), None);
        assert!(interval("2019-01-01", "2019-01-01").is_empty());
        assert!(interval("2019-01-02", "2019-01-01").is_empty());
        assert!(!interval("2019-01-01", "2019-01-02").is_empty());
        assert!(!interval("2019", "2019").is_empty(), "from its first day to its last");
        assert!(!Interval { from: None, to: None }.is_empty());
    }

    #[test]
    fn the_day_changes_at_midnight_in_brussels() {
        let late: DateTime<Utc> = "2023-12-31T23:30:00Z".parse().unwrap();
        assert_eq!(day_in_brussels(late).to_string(), "2024-01-01");
    }
}

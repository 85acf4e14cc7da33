//! Spans of civil days, and the units of the calendar that they are cut into.
//!
//! For example, the quarters of 15 January to 1 July 2024 are 15 January to 1 April and 1 April to 1 July: the first
//! and the last are cut to the span.

use chrono::{Datelike, Days, Months, NaiveDate};
use entity::Revision;

use crate::domain::{
    Error, Result,
    ledger::columns::{Point, day, rev},
};

/// The most buckets of one flow.
const MAX_BUCKETS: usize = 1000;

/// A span of civil days `[from, to)` in Brussels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The first day no longer.
    pub to: NaiveDate,
}

impl Span {
    pub(crate) fn check(self) -> Result<Self> {
        if self.from < self.to {
            return Ok(self);
        }
        let Self { from, to } = self;
        Err(Error::invalid(
            "period",
            format!("the period ends on {to}, before or as it begins on {from}; `to` is the first day after it"),
        ))
    }

    /// The point at which conditions on organizations are taken: the last day.
    pub(crate) fn last(self, revision: Revision) -> Point {
        Point { day: day(self.to) - 1, rev: rev(revision) }
    }
}

/// A unit of the civil calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CalendarUnit {
    /// A civil day.
    Day,
    /// From Monday.
    Week,
    /// A calendar month.
    Month,
    /// From January, April, July, October.
    Quarter,
    /// A calendar year.
    Year,
}

impl CalendarUnit {
    /// The first day of the unit after the one that a day belongs to.
    fn next(self, date: NaiveDate) -> Option<NaiveDate> {
        let month = date.with_day(1)?;
        match self {
            Self::Day => date.succ_opt(),
            Self::Week => date.checked_add_days(Days::new(7 - u64::from(date.weekday().num_days_from_monday()))),
            Self::Month => month.checked_add_months(Months::new(1)),
            Self::Quarter => month.checked_add_months(Months::new(3 - date.month0() % 3)),
            Self::Year => month.with_month(1)?.checked_add_months(Months::new(12)),
        }
    }

    /// The first days of the units of a span: the span's own, then that of each unit that begins in it.
    pub fn starts(self, span: Span) -> Result<Vec<NaiveDate>> {
        Ok(self.buckets(span.check()?)?.into_iter().map(|bucket| bucket.from).collect())
    }

    /// The units of a span, the first and the last cut to it.
    pub(super) fn buckets(self, span: Span) -> Result<Vec<Span>> {
        let mut buckets = Vec::new();
        let mut from = span.from;
        while from < span.to {
            if buckets.len() == MAX_BUCKETS {
                let message = format!(
                    "the period has more than {MAX_BUCKETS} buckets; ask for a coarser interval or a shorter period"
                );
                return Err(Error::invalid("interval", message));
            }
            let to = self.next(from).unwrap_or(span.to).min(span.to);
            buckets.push(Span { from, to });
            from = to;
        }
        Ok(buckets)
    }
}

//! Dates as sources state them, to the year, the month or the day, in a few bits each.
//!
//! For example, a start stated as `2018-05` is the day 2018-05-01 among the columns, and beside it
//! the code of a month.

use entity::{PartialDate, partial_date::Precision};

use super::columns::{Day, date, day};

/// A date as a source states it, in four bytes; zero: none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stated(u32);

impl Stated {
    pub(crate) fn date(self) -> Option<PartialDate> {
        stated((self.0 >> 2) as Day, self.0 & 3)
    }

    /// The latest day that it can mean; of none, before every day.
    pub(super) fn latest(self) -> Day {
        latest_day((self.0 >> 2) as Day, self.0 & 3)
    }
}

impl From<Option<PartialDate>> for Stated {
    fn from(stated: Option<PartialDate>) -> Self {
        // Years 1 to 9999: their days are positive, and take 22 bits.
        Self(stated.map_or(0, |stated| ((day(stated.earliest()) as u32) << 2) | precision_code(Some(stated))))
    }
}

/// How precisely a date is stated, in two bits; zero: there is none.
pub(super) fn precision_code(stated: Option<PartialDate>) -> u32 {
    stated.map_or(0, |stated| match stated.precision() {
        Precision::Year => 1,
        Precision::Month => 2,
        Precision::Day => 3,
    })
}

/// The latest day that a date can mean that is stated around a day, by the code of its precision; of none, before every
/// day.
#[inline]
pub(super) fn latest_day(around: Day, code: u32) -> Day {
    match code & 3 {
        // Most dates are stated to the day.
        3 => around,
        _ => stated(around, code).map_or(Day::MIN, |date| day(date.latest())),
    }
}

/// The date as it is stated around a day, by the code of its precision.
pub(super) fn stated(day: Day, code: u32) -> Option<PartialDate> {
    let precision = [None, Some(Precision::Year), Some(Precision::Month), Some(Precision::Day)][code as usize & 3];
    precision.map(|precision| PartialDate::around(date(day), precision))
}

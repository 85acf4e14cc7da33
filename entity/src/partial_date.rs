//! Dates as sources state them.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Months, NaiveDate};
use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// A year, a month or a day: `2018`, `2018-05`, `2018-05-24`. Years 1 to 9999.
///
/// A start that is stated so counts from [`earliest`](Self::earliest), an end to [`latest`](Self::latest).
/// As text they sort by their earliest day, the less precise first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType, Serialize, Deserialize)]
#[sea_orm(value_type = "String")]
#[serde(into = "String", try_from = "String")]
pub struct PartialDate {
    first: NaiveDate,
    precision: Precision,
}

/// How precisely a date is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// To the year.
    Year,
    /// To the month.
    Month,
    /// To the day.
    Day,
}

impl PartialDate {
    /// A date known to the day.
    pub fn day(day: NaiveDate) -> Self {
        Self { first: day, precision: Precision::Day }
    }

    /// The year, the month or the day itself that a day belongs to.
    pub fn around(day: NaiveDate, precision: Precision) -> Self {
        let first = match precision {
            Precision::Day => Some(day),
            Precision::Month => day.with_day(1),
            Precision::Year => day.with_ordinal(1),
        };
        Self { first: first.expect("every month and every year has a first day"), precision }
    }

    /// How precisely it is stated.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The first day it can mean.
    pub fn earliest(&self) -> NaiveDate {
        self.first
    }

    /// The last day it can mean.
    pub fn latest(&self) -> NaiveDate {
        let months = match self.precision {
            Precision::Day => return self.first,
            Precision::Month => 1,
            Precision::Year => 12,
        };
        (self.first + Months::new(months)).pred_opt().expect("a year below 10000 has a last day")
    }
}

/// The text is not a partial date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a date such as 2018, 2018-05 or 2018-05-24")]
pub struct InvalidPartialDate;

impl FromStr for PartialDate {
    type Err = InvalidPartialDate;

    fn from_str(text: &str) -> Result<Self, InvalidPartialDate> {
        let (precision, pattern) = match text.len() {
            4 => (Precision::Year, "-01-01"),
            7 => (Precision::Month, "-01"),
            10 => (Precision::Day, ""),
            _ => return Err(InvalidPartialDate),
        };
        let digits_and_dashes = text
            .bytes()
            .enumerate()
            .all(|(i, byte)| if i == 4 || i == 7 { byte == b'-' } else { byte.is_ascii_digit() });
        let first =
            NaiveDate::parse_from_str(&format!("{text}{pattern}"), "%Y-%m-%d").map_err(|_| InvalidPartialDate)?;
        if digits_and_dashes && first.year() > 0 { Ok(Self { first, precision }) } else { Err(InvalidPartialDate) }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pattern = match self.precision {
            Precision::Year => "%Y",
            Precision::Month => "%Y-%m",
            Precision::Day => "%Y-%m-%d",
        };
        write!(f, "{}", self.first.format(pattern))
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for PartialDate {
    type Error = InvalidPartialDate;

    fn try_from(text: String) -> Result<Self, InvalidPartialDate> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_partial_date_keeps_its_precision_and_knows_its_bounds() {
        for (text, earliest, latest) in [
            ("2018", "2018-01-01", "2018-12-31"),
            ("2020-02", "2020-02-01", "2020-02-29"),
            ("2018-05-24", "2018-05-24", "2018-05-24"),
            ("9999", "9999-01-01", "9999-12-31"),
        ] {
            let date = parsed(text);
            assert_eq!(date.to_string(), text);
            assert_eq!(date.earliest().to_string(), earliest);
            assert_eq!(date.latest().to_string(), latest);
        }
    }

    #[test]
    fn a_day_with_a_precision_is_the_partial_date_around_it() {
        for (text, day) in [("2018", "2018-12-31"), ("2020-02", "2020-02-29"), ("2018-05-24", "2018-05-24")] {
            let date = parsed(text);
            for day in [date.earliest(), date.latest(), day.parse().unwrap()] {
                assert_eq!(PartialDate::around(day, date.precision()), date);
            }
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "18", "2018-5", "2018-13", "2023-02-30", "2018/05/24", "+018", "0000", "2018-05-24T", "２０１８"]
        {
            assert_eq!(text.parse::<PartialDate>(), Err(InvalidPartialDate), "{text}");
        }
    }

    #[test]
    fn text_order_is_the_order_of_earliest_days() {
        let mut texts = ["2018-05-24", "2018", "2018-05", "2017-12-31", "2018-01-01"];
        texts.sort_unstable();
        let days: Vec<_> = texts.iter().map(|text| parsed(text).earliest()).collect();
        assert!(days.is_sorted());
    }
}

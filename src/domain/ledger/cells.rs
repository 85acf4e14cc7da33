//! Values of columns as databases hand them out in bulk: SQLite as parts of a text, PostgreSQL in
//! its binary form.

use chrono::NaiveDate;
use entity::{Labels, PartialDate, TextEnum, partial_date::Precision};
use uuid::Uuid;

/// What stands between rows, between cells, and in the place of null in SQLite's texts: characters
/// for this purpose. Texts that could hold them are written as JSON, which escapes them.
pub(super) const ROW_END: char = '\u{1e}';
pub(super) const CELL_END: char = '\u{1f}';
const NULL: &str = "\u{1d}";

/// The cells of a row, one after the other.
pub(super) trait Cells {
    /// The next one; `None` where there is none, or it is something else.
    fn next<T: Cell>(&mut self) -> Option<T>;
}

/// A value of a column.
pub(super) trait Cell: Sized {
    /// The expression that writes a column of SQLite as a text.
    fn written(column: &str) -> String {
        column.to_owned()
    }

    /// Reads what it writes; `None`: it is something else.
    fn read(cell: &str) -> Option<Self>;

    /// Reads what PostgreSQL sends of a column that is not null, in its binary form; `None`: it is
    /// something else.
    fn binary(cell: &[u8]) -> Option<Self> {
        Self::read(str::from_utf8(cell).ok()?)
    }

    /// The same of any column.
    fn received(cell: Option<&[u8]>) -> Option<Self> {
        Self::binary(cell?)
    }
}

impl<T: Cell> Cell for Option<T> {
    fn written(column: &str) -> String {
        format!("iif({column} IS NULL, char(29), {})", T::written(column))
    }

    fn read(cell: &str) -> Option<Self> {
        if cell == NULL { Some(None) } else { T::read(cell).map(Some) }
    }

    fn received(cell: Option<&[u8]>) -> Option<Self> {
        match cell {
            None => Some(None),
            Some(cell) => T::binary(cell).map(Some),
        }
    }
}

impl Cell for String {
    fn written(column: &str) -> String {
        format!("json_quote({column})")
    }

    fn read(cell: &str) -> Option<Self> {
        let inner = cell.strip_prefix('"')?.strip_suffix('"')?;
        if inner.contains('\\') { serde_json::from_str(cell).ok() } else { Some(inner.to_owned()) }
    }

    fn binary(cell: &[u8]) -> Option<Self> {
        Some(str::from_utf8(cell).ok()?.to_owned())
    }
}

impl Cell for Labels {
    fn read(cell: &str) -> Option<Self> {
        serde_json::from_str(cell).ok()
    }

    fn binary(cell: &[u8]) -> Option<Self> {
        // `jsonb`: the version of the form, then the text.
        serde_json::from_slice(cell.strip_prefix(&[1])?).ok()
    }
}

impl Cell for i64 {
    fn read(cell: &str) -> Option<Self> {
        cell.parse().ok()
    }

    fn binary(cell: &[u8]) -> Option<Self> {
        cell.try_into().map(Self::from_be_bytes).ok()
    }
}

impl Cell for NaiveDate {
    fn read(cell: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| cell.get(range)?.parse::<u32>().ok();
        NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(5..7)?, number(8..10)?)
    }

    fn binary(cell: &[u8]) -> Option<Self> {
        // Days since the first one of the year 2000.
        const FIRST: i32 = 730_120;
        let days = cell.try_into().map(i32::from_be_bytes).ok()?;
        Self::from_num_days_from_ce_opt(days.checked_add(FIRST)?)
    }
}

impl Cell for PartialDate {
    fn read(cell: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| cell.get(range)?.parse::<u32>().ok();
        let (precision, month, day) = match cell.len() {
            4 => (Precision::Year, 1, 1),
            7 => (Precision::Month, number(5..7)?, 1),
            10 => (Precision::Day, number(5..7)?, number(8..10)?),
            _ => return None,
        };
        let first = NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, month, day)?;
        Some(Self::around(first, precision))
    }
}

impl Cell for bool {
    fn read(cell: &str) -> Option<Self> {
        Some(cell == "1")
    }

    fn binary(cell: &[u8]) -> Option<Self> {
        Some(cell == [1])
    }
}

macro_rules! ids {
    ($($type:ident),+) => {$(
        impl Cell for entity::id::$type {
            fn written(column: &str) -> String {
                format!("hex({column})")
            }

            fn read(cell: &str) -> Option<Self> {
                Uuid::try_parse(cell).ok().map(Self)
            }

            fn binary(cell: &[u8]) -> Option<Self> {
                Uuid::from_slice(cell).ok().map(Self)
            }
        }
    )+};
}

ids!(ClusterId, ClusterProfileId, OrganizationId, ParticipationId, SectorId, SiteId, SourceId);

macro_rules! enums {
    ($($type:ty),+ $(,)?) => {$(
        impl Cell for $type {
            fn read(cell: &str) -> Option<Self> {
                <$type as TextEnum>::of_text(cell)
            }
        }
    )+};
}

enums!(
    entity::NaceVersion,
    entity::activity::ActivityRank,
    entity::cluster_event::EventKind,
    entity::organization_identifier::Scheme,
    entity::organization_profile::CivilSocietyKind,
    entity::organization_profile::GovernmentLevel,
    entity::organization_profile::ResearchKind,
    entity::organization_profile::SizeClass,
    entity::organization_profile::Sphere,
    entity::participation::ParticipationKind,
    entity::participation_period::ExitKind,
    entity::participation_period::ExitReason,
    entity::participation_period::Status,
    entity::site::SiteKind,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        for text in ["2018", "2018-05", "2018-05-24", "0001-01-01", "9999-12-31", "2024-02-29"] {
            assert_eq!(PartialDate::read(text), text.parse().ok(), "{text}");
            assert_eq!(NaiveDate::read(text), text.parse().ok(), "{text}");
        }
        for text in ["", "2018-13", "2023-02-29", "18", "2018-05-2x"] {
            assert_eq!((PartialDate::read(text), NaiveDate::read(text)), (None, None), "{text}");
        }
    }

    #[test]
    fn texts_keep_what_stands_between_others() {
        for text in ["", "a", "a\"b\\", "\u{1e}\u{1f}\u{1d}\n日"] {
            let json = serde_json::to_string(text).expect("JSON");
            assert_eq!(String::read(&json).as_deref(), Some(text));
        }
        assert_eq!(Option::<i64>::read(NULL), Some(None));
        assert_eq!(Option::<i64>::read("7"), Some(Some(7)));
        assert_eq!(Option::<i64>::read("x"), None);
    }

    #[test]
    fn what_postgresql_sends_is_read() {
        let day = |number: i32| NaiveDate::binary(&number.to_be_bytes()).map(|day| day.to_string());
        assert_eq!(day(0).as_deref(), Some("2000-01-01"));
        assert_eq!(day(-1).as_deref(), Some("1999-12-31"));
        assert_eq!(day(9_677).as_deref(), Some("2026-06-30"));
        assert_eq!(day(i32::MAX), None, "infinity");
        assert_eq!(i64::binary(&7_i64.to_be_bytes()), Some(7));
        assert_eq!(i64::binary(&7_i32.to_be_bytes()), None);
        assert_eq!(Option::<bool>::received(None), Some(None));
        assert_eq!(Option::<bool>::received(Some(&[1])), Some(Some(true)));
        assert_eq!(bool::received(None), None);
        assert_eq!(String::binary("\"\\日".as_bytes()).as_deref(), Some("\"\\日"));
        assert_eq!(Labels::binary(b"{}"), None, "a form of another version");
    }
}

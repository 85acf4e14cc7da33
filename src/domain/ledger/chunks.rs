//! Whole tables of SQLite, many rows at once.
//!
//! The driver hands every row from its thread to ours, which takes longer than reading it. So a
//! thousand rows are made one text in the database: cells and rows between signs that none of them
//! holds.

use chrono::NaiveDate;
use entity::{Labels, PartialDate, TextEnum, partial_date::Precision};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use uuid::Uuid;

use crate::domain::Result;

/// How many rows are one text.
const ROWS: i64 = 1000;

/// What stands between rows, between cells, and in the place of null: characters for this purpose.
/// Texts that could hold them are written as JSON, which escapes them.
const ROW_END: char = '\u{1e}';
const CELL_END: char = '\u{1f}';
const NULL: &str = "\u{1d}";

/// A value of a column that can be written into such a text.
pub(super) trait Cell: Sized {
    /// The expression that writes a column.
    fn written(column: &str) -> String {
        column.to_owned()
    }

    /// Reads what it writes; none: it is something else.
    fn read(cell: &str) -> Option<Self>;
}

impl<T: Cell> Cell for Option<T> {
    fn written(column: &str) -> String {
        format!("iif({column} IS NULL, char(29), {})", T::written(column))
    }

    fn read(cell: &str) -> Option<Self> {
        if cell == NULL { Some(None) } else { T::read(cell).map(Some) }
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
}

impl Cell for Labels {
    fn read(cell: &str) -> Option<Self> {
        serde_json::from_str(cell).ok()
    }
}

impl Cell for i64 {
    fn read(cell: &str) -> Option<Self> {
        cell.parse().ok()
    }
}

impl Cell for NaiveDate {
    fn read(cell: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| cell.get(range)?.parse::<u32>().ok();
        NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(5..7)?, number(8..10)?)
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

/// The cells of a row, one after the other.
pub(super) struct Cells<'a>(std::str::Split<'a, char>);

impl Cells<'_> {
    /// The next one.
    pub(super) fn next<T: Cell>(&mut self) -> Option<T> {
        T::read(self.0.next()?)
    }
}

/// Reads the rows of a table that were recorded by a revision, in any order: of each the cells that
/// some expressions write.
pub(super) async fn each(
    db: &DatabaseConnection,
    table: &str,
    cells: &[String],
    head: i64,
    mut take: impl FnMut(Cells<'_>) -> Option<()>,
) -> Result<()> {
    let backend = db.get_database_backend();
    let last = format!("SELECT max(rowid) FROM {table}");
    let last = db.query_one_raw(Statement::from_string(backend, last)).await?;
    let last: Option<i64> = last.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    // With the plus no index is taken for the revision: the rows stand together.
    let rows = format!(
        "SELECT group_concat({}, char(30)) FROM {table} WHERE rowid > ? AND rowid <= ? AND +recorded_rev <= ?",
        cells.join(" || char(31) || ")
    );
    let mut first = 0;
    while first < last.unwrap_or(0) {
        let values = [first.into(), (first + ROWS).into(), head.into()];
        let found = db.query_one_raw(Statement::from_sql_and_values(backend, &rows, values)).await?;
        let text: Option<String> = found.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
        for row in text.as_deref().into_iter().flat_map(|text| text.split(ROW_END)) {
            let unreadable = || DbErr::Type(format!("a row of `{table}` is not what it should be"));
            take(Cells(row.split(CELL_END))).ok_or_else(unreadable)?;
        }
        first += ROWS;
    }
    Ok(())
}

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
}

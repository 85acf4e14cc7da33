//! Whole tables of SQLite, many rows at once.
//!
//! The driver hands every row from its thread to ours, which takes longer than reading it. So a
//! thousand rows are made one text in the database: cells and rows between signs that none of them
//! holds.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};

use super::cells::{CELL_END, Cell, Cells, ROW_END};
use crate::domain::Result;

/// How many rows are one text.
const ROWS: i64 = 1000;

/// The cells of a row, one after the other.
pub(super) struct Texts<'a>(std::str::Split<'a, char>);

impl Cells for Texts<'_> {
    fn next<T: Cell>(&mut self) -> Option<T> {
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
    mut take: impl FnMut(Texts<'_>) -> Option<()>,
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
            take(Texts(row.split(CELL_END))).ok_or_else(unreadable)?;
        }
        first += ROWS;
    }
    Ok(())
}

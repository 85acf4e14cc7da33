//! Whole tables of PostgreSQL, as it copies them: rows in binary form, without what a driver keeps
//! and asks of each.

use futures_util::TryStreamExt;
use sea_orm::{DatabaseConnection, DbErr};

use crate::domain::{
    Result,
    ledger::cells::{Cell, Cells},
    store::reading::{Held, failed},
};

/// What a copy begins with: its name, no flags, and nothing else in its head.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// The cells of a row, each with its length before it.
pub(super) struct Received<'a>(&'a [u8]);

impl Cells for Received<'_> {
    fn next<T: Cell>(&mut self) -> Option<T> {
        let (cell, rest) = split_cell(self.0)?;
        self.0 = rest;
        T::received(cell)
    }
}

/// The first cell, which may be null, and what follows it; `None` where it is not all there.
fn split_cell(bytes: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    match usize::try_from(i32::from_be_bytes(*length)) {
        Ok(length) => rest.split_at_checked(length).map(|(cell, rest)| (Some(cell), rest)),
        Err(_) => Some((None, rest)),
    }
}

/// The cells of the first row, and what follows it; `None` where it is not all there, and at the end.
fn split_row(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, cells) = bytes.split_first_chunk()?;
    let count = u16::try_from(i16::from_be_bytes(*count)).ok()?;
    let mut rest = cells;
    for _ in 0..count {
        (_, rest) = split_cell(rest)?;
    }
    Some((&cells[..cells.len() - rest.len()], rest))
}

/// Reads some columns of the rows of a table that were recorded by a revision, in any order.
pub(super) async fn each(
    db: &DatabaseConnection,
    table: &str,
    columns: &[String],
    head: i64,
    mut take: impl FnMut(Received<'_>) -> Option<()>,
) -> Result<()> {
    let unreadable = || DbErr::Type(format!("a row of `{table}` is not what it should be"));
    let rows = format!("SELECT {} FROM {table} WHERE recorded_rev <= {head}", columns.join(", "));
    let copy = format!("COPY ({rows}) TO STDOUT (FORMAT binary)");
    // A copy that is not read to its end leaves a connection that is of no use.
    let mut held = Held::new(db.get_postgres_connection_pool().acquire().await.map_err(failed)?);
    let mut parts = held.connection().copy_out_raw(&copy).await.map_err(failed)?;
    // Parts end anywhere.
    let mut received: Vec<u8> = Vec::new();
    let mut begun = false;
    while let Some(part) = parts.try_next().await.map_err(failed)? {
        received.extend_from_slice(&part);
        let mut rest = &received[..];
        if !begun {
            if rest.len() < HEAD.len() {
                continue;
            }
            rest = rest.strip_prefix(HEAD).ok_or_else(unreadable)?;
            begun = true;
        }
        while let Some((row, after)) = split_row(rest) {
            take(Received(row)).ok_or_else(unreadable)?;
            rest = after;
        }
        let read = received.len() - rest.len();
        received.drain(..read);
    }
    // The end is a row of -1 cells.
    if received != [0xff; 2] {
        return Err(unreadable().into());
    }
    drop(parts);
    drop(held.finish());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_taken_when_they_are_all_there() {
        let row = [&[0, 3][..], &[0, 0, 0, 1], b"1", &[0xff; 4], &[0, 0, 0, 0]].concat();
        let bytes = [&row[..], b"rest"].concat();
        assert_eq!(split_row(&bytes), Some((&row[2..], &b"rest"[..])));
        for length in 0..row.len() {
            assert_eq!(split_row(&row[..length]), None, "{length}");
        }
        assert_eq!(split_row(&[0xff, 0xff]), None, "the end");
        let mut cells = Received(&row[2..]);
        assert_eq!(cells.next::<String>().as_deref(), Some("1"));
        assert_eq!(cells.next::<Option<String>>(), Some(None));
        assert_eq!(cells.next::<String>().as_deref(), Some(""));
        assert_eq!(cells.next::<String>(), None);
    }
}

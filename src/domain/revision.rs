//! Committed writes, and the one way to make one.

use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::{Revision, revision};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    SqliteTransactionMode, TransactionOptions, TransactionTrait, prelude::*,
};

use crate::domain::{
    Error, Result,
    store::{check, dialect},
};

/// The last write, if there was one.
pub async fn head(db: &impl ConnectionTrait) -> Result<Option<revision::Model>> {
    Ok(revision::Entity::find().order_by_desc(revision::Column::Number).one(db).await?)
}

/// The last write at or before an instant.
pub async fn known_at(db: &impl ConnectionTrait, instant: DateTime<Utc>) -> Result<Option<revision::Model>> {
    let query = revision::Entity::find().filter(revision::Column::At.lte(instant));
    Ok(query.order_by_desc(revision::Column::Number).one(db).await?)
}

/// A write in progress: the one way to change the register.
///
/// It takes the next revision and keeps every other writer waiting until it is committed or dropped, so that
/// revisions are in the order of commits, and their instants too. Dropped without a commit, it changes
/// nothing and takes no revision.
pub struct Write {
    transaction: DatabaseTransaction,
    revision: revision::Model,
}

impl Write {
    /// Waits for its turn, however long another write takes, and begins.
    pub async fn begin(db: &DatabaseConnection, now: DateTime<Utc>, actor: &str, summary: &str) -> Result<Self> {
        let transaction = begin(db, dialect::lock_writers(db.get_database_backend())).await?;
        if let Some(flush) = dialect::flush_commit(transaction.get_database_backend()) {
            transaction.execute_unprepared(flush).await?;
        }
        let last = head(&transaction).await?;
        let revision = revision::Model {
            number: last.as_ref().map_or(1, |last| last.number + 1),
            at: instant_after(last.map(|last| last.at), now),
            actor: actor.to_owned(),
            summary: summary.to_owned(),
        };
        let row = revision::ActiveModel {
            number: Set(revision.number),
            at: Set(revision.at),
            actor: Set(revision.actor.clone()),
            summary: Set(revision.summary.clone()),
        };
        revision::Entity::insert(row).exec_without_returning(&transaction).await?;
        Ok(Self { transaction, revision })
    }

    /// The revision that everything written here is recorded by.
    pub fn revision(&self) -> Revision {
        self.revision.number
    }

    /// Where to read and write.
    pub fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Commits data and revision together, unless what was written breaks a rule of the register.
    pub async fn commit(self) -> Result<revision::Model> {
        let backend = self.transaction.get_database_backend();
        if !dialect::refuses_overlaps(backend) {
            let overlaps = check::overlaps(&self.transaction, Some(self.revision.number)).await?;
            if let Some(overlap) = overlaps.into_iter().next() {
                return Err(Error::Conflict(overlap));
            }
        }
        if let Some(announce) = dialect::announce(backend, self.revision.number) {
            self.transaction.execute_unprepared(&announce).await?;
        }
        self.transaction.commit().await?;
        Ok(self.revision)
    }
}

/// How long a write waits for its turn before it says so.
const PATIENCE: Duration = Duration::from_secs(2);

/// A transaction that is going to write. It waits here until no other one does, and says so when that takes long;
/// `lock` is the statement that makes it wait on PostgreSQL.
pub(super) async fn begin(db: &DatabaseConnection, lock: Option<&str>) -> Result<DatabaseTransaction> {
    let turn = async {
        let transaction = loop {
            let immediate = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            match db.begin_with_options(immediate).await {
                Err(error) if dialect::is_busy(&error) => {}
                begun => break begun?,
            }
        };
        if let Some(lock) = lock {
            transaction.execute_unprepared(lock).await?;
        }
        Ok(transaction)
    };
    let mut turn = std::pin::pin!(turn);
    match tokio::time::timeout(PATIENCE, &mut turn).await {
        Ok(begun) => begun,
        Err(_) => {
            tracing::info!("waiting until another write to the register has ended");
            turn.await
        }
    }
}

/// The instant of a write: now, to the millisecond that clients' clocks keep, and after the last write
/// whatever the clock says.
fn instant_after(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let tick = TimeDelta::milliseconds(1);
    let now = now.duration_trunc(tick).unwrap_or(now);
    last.map_or(now, |last| now.max(last + tick))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_grow_even_when_the_clock_does_not() {
        let now: DateTime<Utc> = "2026-01-01T12:00:00.123456Z".parse().unwrap();
        let first = instant_after(None, now);
        assert_eq!(first.to_rfc3339(), "2026-01-01T12:00:00.123+00:00");
        assert!(instant_after(Some(first), now - TimeDelta::hours(1)) > first);
    }
}

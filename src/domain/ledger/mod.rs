//! The ledger: an image of the register's facts in this process. Lists are answered from it with what they show,
//! statistics are counted from it, and sets of eligible organizations are found in it.
//!
//! It is a derived read model and nothing else. It is built from the database, can be thrown away at will, and is
//! written to by nothing but the database's own history.
//!
//! For example, a company is a member of a cluster from 2018. Revision 5 records that it left in 2021. The image holds
//! two rows about it that overlap in time and not in revisions, and one that begins with the end:
//!
//! | status    | days         | revisions |
//! |-----------|--------------|-----------|
//! | effective | 2018 to open | 1 to 5    |
//! | effective | 2018 to 2021 | 5 to open |
//! | ended     | 2021 to open | 5 to open |
//!
//! "In 2022, as known at revision 4" finds the first row, and "as known at revision 5" the third. So one image answers
//! for its own revision and for every earlier one.
//!
//! - `values`: what a row says. `columns`: rows as columns, both axes of time as integers.
//!   `undated`: the same without dates, with a text each.
//! - `segment`: the rows of a cluster. `organizations`: those of organizations, in parts.
//!   `sources`: the documents. `image`: all of them together.
//! - `snapshot`: what holds of organizations at a point in time, gathered in an `index` of values
//!   and `bitmaps`.
//! - `words` and `search`: names. `recent`: what was made of an image lately.
//! - `read`: what changed between two revisions, as `changes`; `rows` says of which columns,
//!   `chunks` and `copied` read whole tables.
//!
//! **Invariant:** an image never changes. A write makes another, by the same step as building from
//! nothing, which is reading what changed since revision 0. A request takes one image and asks
//! everything at its revisions; SQL of the same request filters by the same revision, so that a
//! count and its rows agree whatever is written meanwhile.

pub(super) mod bitmaps;
mod cells;
mod changes;
mod chunks;
pub(super) mod columns;
mod copied;
mod image;
mod index;
pub(super) mod names;
pub(super) mod organizations;
mod read;
pub(super) mod recent;
mod rows;
pub(super) mod search;
pub(super) mod segment;
pub(super) mod snapshot;
mod sources;
pub(super) mod stated;
pub(super) mod undated;
pub(super) mod values;
mod words;

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{
    DatabaseConnection, DbBackend,
    sqlx::postgres::{PgListener, PgPoolOptions},
};
use tokio::sync::{Mutex, Notify, watch};

pub use self::image::Image;
use self::read::Look;
use crate::domain::{Result, store::dialect};

/// How often a server looks for writes of other processes that nothing announced.
pub const POLL: Duration = Duration::from_millis(500);

/// How old a look may be for an answer to be as the database is: a client that heard of its own write needs longer to
/// ask, and however many ask, the database is looked at no more often.
const FRESH: Duration = Duration::from_millis(5);

/// How long an answer waits for a look. A database that takes longer is answered from as it was found last.
const PATIENCE: Duration = Duration::from_millis(50);

/// How long the follower waits after a failure.
const PAUSE: Duration = Duration::from_secs(2);

/// How long a look may take before the log tells of it: a large import takes some seconds to read.
const SLOW: Duration = Duration::from_secs(5);

/// How long a look may take before it is given up and begun anew.
const LOST: Duration = Duration::from_secs(300);

/// The current image, and the one way to bring it forward. By default it holds nothing.
#[derive(Debug, Default)]
pub struct Ledger {
    image: watch::Sender<Arc<Image>>,
    /// Held by the task that brings the image forward.
    turn: Mutex<()>,
    /// Whether the database was found to hold another history than the image.
    is_of_another: AtomicBool,
    /// When the database was last seen to hold what the image does.
    looked: watch::Sender<Option<Instant>>,
    /// Notified when an answer wants a look now.
    wanted: Notify,
    /// Whether somebody looks when it is wanted: not while nothing follows, and not while the database is away.
    is_followed: AtomicBool,
}

impl Ledger {
    /// Builds the image of what the register holds now.
    pub async fn build(db: &DatabaseConnection) -> Result<Self> {
        let ledger = Self::default();
        ledger.catch_up(db).await?;
        Ok(ledger)
    }

    /// The image as it is now. It never changes; a write makes another one.
    pub fn image(&self) -> Arc<Image> {
        self.image.borrow().clone()
    }

    /// The image, after a look at the database where the last one is not of just now: what was written before the
    /// question is in its answer. Where nothing follows the database, or it takes too long, the image as it is.
    pub async fn fresh(&self) -> Arc<Image> {
        let is_fresh = |looked: &Option<Instant>| looked.is_some_and(|looked| looked.elapsed() < FRESH);
        if self.is_followed.load(Ordering::Acquire) && !is_fresh(&self.looked.borrow()) {
            let mut looked = self.looked.subscribe();
            let asked = Instant::now();
            self.wanted.notify_one();
            let is_later = |looked: &Option<Instant>| looked.is_some_and(|looked| looked >= asked);
            let _ = tokio::time::timeout(PATIENCE, looked.wait_for(is_later)).await;
        }
        self.image()
    }

    /// Whether the image is of the database's own history: not from when another one is found in its place until the
    /// image is built anew.
    pub fn is_of_its_history(&self) -> bool {
        !self.is_of_another.load(Ordering::Acquire)
    }

    /// How long ago the database was last seen to hold what the image does; `None` when it never was.
    pub fn looked(&self) -> Option<Duration> {
        self.looked.borrow().map(|looked| looked.elapsed())
    }

    /// Brings the image forward by the writes since; answers whether there were any.
    pub async fn catch_up(&self, db: &DatabaseConnection) -> Result<bool> {
        let _turn = self.turn.lock().await;
        // What is written after the look began may not be in it.
        let begun = Instant::now();
        let is_behind = self.look(db).await?;
        self.looked.send_replace(Some(begun));
        Ok(is_behind)
    }

    async fn look(&self, db: &DatabaseConnection) -> Result<bool> {
        let held = self.image();
        let next = match read::look(db, held.head(), held.register()).await? {
            Look::Nothing => return Ok(false),
            Look::Changes(changes) => held.forward(*changes),
            Look::AnotherHistory => {
                self.is_of_another.store(true, Ordering::Release);
                tracing::warn!(
                    revision = held.rev(),
                    "the database does not hold the last revision that the ledger does: it was restored or replaced"
                );
                None
            }
        };
        let next = match next {
            Some(next) => next,
            None => {
                tracing::warn!(revision = held.rev(), "the ledger does not fit the database and is built anew");
                match read::look(db, None, None).await? {
                    Look::Changes(all) => Image::default().forward(*all).ok_or_else(|| {
                        super::Error::Database(sea_orm::DbErr::Custom(
                            "the history supersedes rows it never recorded".into(),
                        ))
                    })?,
                    Look::Nothing | Look::AnotherHistory => Image::default(),
                }
            }
        };
        self.image.send_replace(Arc::new(next));
        self.is_of_another.store(false, Ordering::Release);
        Ok(true)
    }

    /// Catches up; tells the log where the database keeps it waiting, and gives up after [`LOST`]:
    /// its connection may lead nowhere.
    async fn catch_up_in_time(&self, db: &DatabaseConnection) -> Result<bool> {
        let mut caught_up = pin!(self.catch_up(db));
        if let Ok(result) = tokio::time::timeout(SLOW, caught_up.as_mut()).await {
            return result;
        }
        tracing::warn!(seconds = SLOW.as_secs(), "the database keeps the ledger waiting");
        let lost = || super::Error::Unavailable(format!("no answer within {} s", LOST.as_secs()));
        tokio::time::timeout(LOST, caught_up).await.unwrap_or_else(|_| Err(lost()))
    }

    /// Follows the writes of every process for as long as this one runs: PostgreSQL announces them; besides, it looks
    /// for them when an answer wants it, and every `poll`.
    pub async fn follow(&self, db: &DatabaseConnection, poll: Duration) {
        let mut announcements = None;
        self.is_followed.store(true, Ordering::Release);
        loop {
            if announcements.is_none() && db.get_database_backend() == DbBackend::Postgres {
                announcements = listen(db).await;
            }
            let announced = async {
                match &mut announcements {
                    Some(listener) => listener.recv().await.is_ok(),
                    None => std::future::pending().await,
                }
            };
            let is_heard = tokio::select! {
                is_heard = announced => is_heard,
                () = self.wanted.notified() => true,
                () = tokio::time::sleep(poll) => true,
            };
            if !is_heard {
                announcements = None;
            }
            let result = self.catch_up_in_time(db).await;
            self.is_followed.store(result.is_ok(), Ordering::Release);
            if let Err(error) = result {
                tracing::warn!(cause = super::with_causes(&error), "the ledger cannot follow the database");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Listens on a connection of its own, so that those that answer requests are as many as configured.
async fn listen(db: &DatabaseConnection) -> Option<PgListener> {
    let options = db.get_postgres_connection_pool().connect_options();
    let own = PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let own = own.connect_with(options.as_ref().clone()).await.ok()?;
    let mut listener = PgListener::connect_with(&own).await.ok()?;
    listener.listen(dialect::ANNOUNCEMENTS).await.ok()?;
    Some(listener)
}

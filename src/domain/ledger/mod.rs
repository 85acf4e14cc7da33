//! The ledger: an image of the register's dated facts in this process, from which statistics are counted and sets of
//! eligible organizations found.
//!
//! It is a derived read model and nothing else: built from the database, thrown away at will, never written to by anyone
//! but the database's own history. `columns` holds facts as columns, both axes of time as integers; `image` groups them by
//! cluster (`segment`) and by organization (`organizations`); `index` turns them into bitmaps at a point in time; `read`
//! reads what changed between two revisions. Building from nothing is reading what
//! changed since revision 0, so a ledger that followed every write equals one that was built after them.
//!
//! The image is immutable. A request takes one, and asks everything at the revisions it holds; SQL reads of the same request
//! filter by the same revision, so that a count and its rows agree whatever is written meanwhile.

pub(super) mod columns;
mod image;
pub(super) mod index;
pub(super) mod organizations;
mod read;
pub(super) mod segment;

use std::{sync::Arc, time::Duration};

use sea_orm::{
    DatabaseConnection, DbBackend,
    sqlx::postgres::{PgListener, PgPoolOptions},
};
use tokio::sync::{Mutex, watch};

pub use self::image::Image;
use super::{Result, dialect};

/// How often a server looks for writes of other processes that nothing announced.
pub const POLL: Duration = Duration::from_millis(500);

/// How long it waits after a failure.
const PAUSE: Duration = Duration::from_secs(2);

/// The current image, and the one way to bring it forward. By default it holds nothing.
#[derive(Debug, Default)]
pub struct Ledger {
    image: watch::Sender<Arc<Image>>,
    /// One at a time brings it forward.
    turn: Mutex<()>,
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

    /// Brings the image forward by the writes since; answers whether there were any.
    pub async fn catch_up(&self, db: &DatabaseConnection) -> Result<bool> {
        let _turn = self.turn.lock().await;
        let held = self.image();
        let Some(changes) = read::changes(db, held.rev()).await? else { return Ok(false) };
        let next = match held.forward(changes) {
            Some(next) => next,
            None => {
                tracing::warn!(revision = held.rev(), "the ledger does not fit the database and is built anew");
                let all = read::changes(db, 0).await?.unwrap_or_default();
                Image::default().forward(all).ok_or_else(|| {
                    super::Error::Database(sea_orm::DbErr::Custom(
                        "the history supersedes rows it never recorded".into(),
                    ))
                })?
            }
        };
        self.image.send_replace(Arc::new(next));
        Ok(true)
    }

    /// Follows the writes of every process for as long as this one runs: PostgreSQL announces them; besides, and on
    /// SQLite, it looks for them every `poll`.
    pub async fn follow(&self, db: &DatabaseConnection, poll: Duration) {
        let mut announcements = None;
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
            let is_heard = tokio::time::timeout(poll, announced).await.unwrap_or(true);
            if !is_heard {
                announcements = None;
            }
            if let Err(error) = self.catch_up(db).await {
                tracing::warn!(cause = %error, "the ledger cannot follow the database");
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

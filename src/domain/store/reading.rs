//! The database as requests read it: each with so many statements at once, and none that outlives
//! its request.
//!
//! A request that ends early (its time is over, its client has gone) drops its statements where
//! they stand. Nobody would tell the database: PostgreSQL would go on for minutes, and SQLite with
//! a connection that the next request is given. So a connection that is dropped in the middle of a
//! statement is closed, on which PostgreSQL ends the statement (`database::open` has it look twice
//! a second), and a statement of SQLite is told to stop.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement,
    sea_query::Values,
    sqlx::{
        self, AssertSqlSafe, Postgres, SqlSafeStr, Sqlite,
        pool::PoolConnection,
        postgres::{PgConnection, PgPool},
        sqlite::{SqliteConnection, SqlitePool},
    },
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::domain::store::database::Opened;

/// How long a statement waits for a connection that is free.
const PATIENCE: Duration = Duration::from_secs(2);

/// After how many of its steps a statement of SQLite looks whether it is still wanted: a fraction
/// of a millisecond.
const STEPS: i32 = 10_000;

/// The database that requests read.
#[derive(Clone, Debug)]
pub struct Reads(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    db: DatabaseConnection,
    statements: AtomicU64,
    connections: Connections,
}

/// The connections that statements are sent on, of which some are kept ready.
#[derive(Debug)]
enum Connections {
    Postgres(Ready),
    Sqlite(Leases),
}

impl Reads {
    /// Reads by these connections.
    pub fn new(db: DatabaseConnection) -> Self {
        let connections = match db.get_database_backend() {
            DbBackend::Postgres => Connections::Postgres(Ready::new(db.get_postgres_connection_pool().clone())),
            _ => Connections::Sqlite(Leases::new(db.get_sqlite_connection_pool().clone())),
        };
        Self(Arc::new(Shared { db, statements: AtomicU64::new(0), connections }))
    }

    /// How many statements were sent so far, by all requests.
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// How many connections are open, and how many of them are free.
    pub fn connections(&self) -> (u32, u32) {
        let ((open, free), ready) = match &self.0.connections {
            Connections::Postgres(ready) => (counts(&ready.pool), ready.idle().len()),
            Connections::Sqlite(leases) => (counts(&leases.pool), leases.idle().len()),
        };
        (open, free + ready as u32)
    }

    /// The database for one request, which has at most `at_once` statements in it at the same time.
    pub fn reader(&self, at_once: u32) -> Reader {
        let places = Semaphore::new(at_once as usize);
        Reader { reads: self.clone(), places, statements: AtomicU64::new(0), rows: AtomicU64::new(0) }
    }
}

fn counts<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> (u32, u32) {
    (pool.size(), pool.num_idle() as u32)
}

/// Reads the database for one request.
pub struct Reader {
    reads: Reads,
    places: Semaphore,
    statements: AtomicU64,
    rows: AtomicU64,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl Reader {
    /// How many statements the request has sent, and how many rows they have answered.
    pub fn sent(&self) -> (u64, u64) {
        (self.statements.load(Ordering::Relaxed), self.rows.load(Ordering::Relaxed))
    }

    async fn read(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let _place = self.places.acquire().await.expect("nobody closes the semaphore");
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.reads.0.statements.fetch_add(1, Ordering::Relaxed);
        // What it asks for are parameters, and not told.
        tracing::trace!(sql = %statement.sql, "statement");
        let span = tracing::debug_span!("statement", rows = tracing::field::Empty);
        let rows = async {
            match &self.reads.0.connections {
                Connections::Postgres(ready) => read_postgres(ready, statement).await,
                Connections::Sqlite(leases) => read_sqlite(leases, statement).await,
            }
        };
        let rows = rows.instrument(span.clone()).await?;
        span.record("rows", rows.len());
        self.rows.fetch_add(rows.len() as u64, Ordering::Relaxed);
        Ok(rows)
    }
}

async fn read_postgres(ready: &Ready, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
    let Statement { sql, values, .. } = statement;
    let (sql, values) = (AssertSqlSafe(sql).into_sql_str(), values.unwrap_or(Values(Vec::new())));
    loop {
        let (mut held, is_tested) = ready.take().await?;
        let query = sqlx::query_with(sql.clone(), SqlxValues(values.clone()));
        let rows = query.fetch_all(held.connection()).await;
        match rows {
            Ok(rows) => {
                ready.keep(held.finish());
                return Ok(rows.into_iter().map(Into::into).collect());
            }
            // The others that are kept have probably ended too. Reading again does no harm.
            Err(error) if !is_tested && has_ended(&error) => ready.idle().clear(),
            Err(error) => return Err(failed(error)),
        }
    }
}

/// Whether a statement failed because its connection has ended, by the network or by the server.
fn has_ended(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // 57P01 to 57P03: the server, or this connection of it, is being shut down.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

async fn read_sqlite(leases: &Leases, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
    let Statement { sql, values, .. } = statement;
    let mut used = Used(Some(leases.take().await?));
    let query = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(values.unwrap_or(Values(Vec::new()))));
    let rows = query.fetch_all(used.connection()).await;
    leases.keep(used.finish());
    Ok(rows.map_err(failed)?.into_iter().map(Into::into).collect())
}

async fn acquire<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> Result<PoolConnection<D>, DbErr> {
    match tokio::time::timeout(PATIENCE, pool.acquire()).await {
        Ok(Ok(connection)) => Ok(connection),
        Err(_) | Ok(Err(sqlx::Error::PoolTimedOut)) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        Ok(Err(error)) => Err(failed(error)),
    }
}

/// What a statement failed with, in the words of the domain.
pub(crate) fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

/// A connection to PostgreSQL, closed where its statement was not finished.
pub(crate) struct Held(Option<PoolConnection<Postgres>>);

impl Held {
    pub(crate) fn new(connection: PoolConnection<Postgres>) -> Self {
        Self(Some(connection))
    }

    /// The connection, for one statement.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.0.as_mut().expect("held until it is finished")
    }

    /// Gives it back when its statement is finished.
    pub(crate) fn finish(mut self) -> PoolConnection<Postgres> {
        self.0.take().expect("held until it is finished")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

/// The connections to PostgreSQL that are kept ready. The pool asks a connection whether it still
/// answers before it hands it out, which takes as long as a small statement.
#[derive(Debug)]
struct Ready {
    pool: PgPool,
    idle: Mutex<Vec<PoolConnection<Postgres>>>,
}

impl Ready {
    fn new(pool: PgPool) -> Self {
        Self { pool, idle: Mutex::default() }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<PoolConnection<Postgres>>> {
        self.idle.lock().expect("no panic while the lock is held")
    }

    /// A connection, and whether it was just asked if it answers.
    async fn take(&self) -> Result<(Held, bool), DbErr> {
        let idle = self.idle().pop();
        match idle {
            Some(connection) => Ok((Held::new(connection), false)),
            None => Ok((Held::new(acquire(&self.pool).await?), true)),
        }
    }

    /// Keeps a connection for the next statement, as long as half of them are left to the pool, and
    /// so to others.
    fn keep(&self, connection: PoolConnection<Postgres>) {
        let most = self.pool.options().get_max_connections() as usize / 2;
        let mut idle = self.idle();
        if idle.len() < most {
            idle.push(connection);
        }
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        give_back(self.idle().drain(..));
    }
}

/// Only within a runtime does a pool take a connection back. Elsewhere they are closed.
fn give_back<D: sqlx::Database>(connections: impl Iterator<Item = PoolConnection<D>>) {
    for connection in connections {
        if tokio::runtime::Handle::try_current().is_err() {
            drop(connection.detach());
        }
    }
}

/// A connection to SQLite that can be told to stop. Making one so costs a way to the connection's
/// thread and back, which is as much as a small statement: some are kept for the next one.
struct Lease {
    connection: PoolConnection<Sqlite>,
    /// Whether nobody waits for its statement any more.
    is_unwanted: Arc<AtomicBool>,
    since: Instant,
}

/// The connections to SQLite that are kept ready.
struct Leases {
    pool: SqlitePool,
    /// Connections to a file that is no longer in its place are not used again.
    file: Opened,
    idle: Mutex<Vec<Lease>>,
}

impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leases")
    }
}

impl Leases {
    fn new(pool: SqlitePool) -> Self {
        let file = Opened::new(pool.connect_options().get_filename().to_owned());
        Self { pool, file, idle: Mutex::default() }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Lease>> {
        self.idle.lock().expect("no panic while the lock is held")
    }

    async fn take(&self) -> Result<Lease, DbErr> {
        loop {
            let Some(lease) = self.idle().pop() else { break };
            let is_current = self.file.is_current(lease.since.elapsed());
            if is_current.map_err(|error| failed(error.into()))? {
                return Ok(lease);
            }
        }
        let mut connection = acquire(&self.pool).await?;
        let (since, is_unwanted) = (Instant::now(), Arc::new(AtomicBool::new(false)));
        let seen = is_unwanted.clone();
        let mut handle = connection.lock_handle().await.map_err(failed)?;
        handle.set_progress_handler(STEPS, move || !seen.load(Ordering::Relaxed));
        drop(handle);
        Ok(Lease { connection, is_unwanted, since })
    }

    /// Keeps a connection for the next statement, as long as half of them are left to the pool, and
    /// so to others.
    fn keep(&self, lease: Lease) {
        let most = self.pool.options().get_max_connections() as usize / 2;
        let mut idle = self.idle();
        if idle.len() < most {
            idle.push(lease);
        }
    }
}

impl Drop for Leases {
    fn drop(&mut self) {
        give_back(self.idle().drain(..).map(|lease| lease.connection));
    }
}

/// A connection to SQLite whose statement runs: it is told to stop, and closed, where nobody waits
/// for its end.
struct Used(Option<Lease>);

impl Used {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0.as_mut().expect("used until it is finished").connection
    }

    fn finish(mut self) -> Lease {
        self.0.take().expect("used until it is finished")
    }
}

impl Drop for Used {
    fn drop(&mut self) {
        if let Some(Lease { connection, is_unwanted, .. }) = self.0.take() {
            is_unwanted.store(true, Ordering::Relaxed);
            drop(connection.detach());
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.reads.0.db.get_database_backend()
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("a request reads, and writes nothing".into()))
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("a request reads, and writes nothing".into()))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.read(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.read(statement).await
    }
}

/// Why the database did not answer, where it is no mistake of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// No connection was free in time.
    Busy,
    /// It is not reached, or is about to stop or start.
    Away,
}

impl Absence {
    /// What an error says of it; `None` where the database did answer.
    pub fn from_error(error: &DbErr) -> Option<Self> {
        let (DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error))) = error
        else {
            return match error {
                DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Some(Self::Busy),
                DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Some(Self::Away),
                _ => None,
            };
        };
        match &**error {
            sqlx::Error::PoolTimedOut => Some(Self::Busy),
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Some(Self::Away)
            }
            sqlx::Error::Database(error) => {
                // PostgreSQL's classes 08, connection exceptions, and 57P, an operator's
                // interventions; 53300: it has as many connections as it takes.
                // <https://www.postgresql.org/docs/current/errcodes-appendix.html>
                let code = error.code().unwrap_or_default();
                let is_away = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some()
                    && (code.starts_with("08") || code.starts_with("57P") || code == "53300");
                is_away.then_some(Self::Away)
            }
            _ => None,
        }
    }
}

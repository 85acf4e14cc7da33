//! Opening the database and bringing it up to date.

use std::{collections::HashSet, str::FromStr, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, RuntimeErr, Statement,
    sqlx::{self, ConnectOptions as _, Connection, postgres::PgConnection, sqlite::SqliteConnectOptions},
};

use tracing::log::LevelFilter;

use crate::domain::{Error, Result, reference, revision, store::dialect};

/// How long a statement on SQLite waits for another connection that writes, before it fails. Writes try again.
const BUSY: Duration = Duration::from_secs(30);

/// How long a connection may take to be made, or to be free.
const CONNECT: Duration = Duration::from_secs(10);

/// How slow statements are logged. Those of requests are slow with their request, whose log tells its time; those of
/// imports are as long as the package.
const SLOW: LevelFilter = LevelFilter::Off;

/// What to do where the address is that of a SQLite file that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Makes an empty database.
    Create,
    /// Says so: the address may be mistyped.
    Refuse,
}

/// Opens a database by its address: `sqlite://path` or `postgres://…`.
///
/// Connects once at first, so that what is wrong is told at once and in the words of the server. What SQLite has
/// committed is on disk, even when the power fails.
pub async fn open(url: &str, connections: u32, missing: Missing) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).acquire_timeout(CONNECT).sqlx_logging_level(LevelFilter::Debug);
    if url.starts_with("sqlite:") {
        let parsed = SqliteConnectOptions::from_str(url).map_err(|error| refused(url, error))?;
        let file = parsed.get_filename().to_owned();
        if !file.exists() {
            if missing == Missing::Refuse {
                return Err(Error::Unavailable(format!(
                    "{}: there is no database; correct the address, or make one with `trihelix migrate`",
                    file.display()
                )));
            }
            // An empty file is an empty database.
            let created = std::fs::OpenOptions::new().create(true).append(true).open(&file);
            created.map_err(|error| Error::Unavailable(format!("{}: {error}", file.display())))?;
            tracing::info!(file = %file.display(), "made an empty database");
        }
        let opened = Arc::new(Opened::new(file));
        options
            .map_sqlx_sqlite_opts(|options| {
                let options = options.log_slow_statements(SLOW, Duration::ZERO);
                options
                    .create_if_missing(false)
                    .foreign_keys(true)
                    .busy_timeout(BUSY)
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", "FULL")
            })
            .map_sqlx_sqlite_before_acquire(move |_, connection| {
                let opened = opened.clone();
                Box::pin(async move { Ok(opened.is_current(connection.age)?) })
            });
    } else {
        let first = tokio::time::timeout(CONNECT, PgConnection::connect(url)).await;
        let first = first.map_err(|_| refused(url, format!("no answer within {} s", CONNECT.as_secs())))?;
        first.map_err(|error| refused(url, error))?.close().await.map_err(|error| refused(url, error))?;
        options.map_sqlx_postgres_opts(|options| options.log_slow_statements(SLOW, Duration::ZERO));
        options
            .map_sqlx_postgres_pool_opts(|options| options.after_connect(|connection, _| end_with_client(connection)));
    }
    Database::connect(options).await.map_err(|error| match error {
        DbErr::Conn(RuntimeErr::SqlxError(error)) => refused(url, error),
        error => error.into(),
    })
}

/// Has PostgreSQL end a statement whose client has gone, which it otherwise notices when it sends rows. It cannot look
/// before release 14, and on some systems.
fn end_with_client(connection: &mut PgConnection) -> BoxFuture<'_, Result<(), sqlx::Error>> {
    Box::pin(async move {
        let looks =
            "SELECT set_config(name, '500ms', false) FROM pg_settings WHERE name = 'client_connection_check_interval'";
        if let Err(error) = sqlx::raw_sql(looks).execute(connection).await {
            tracing::debug!(cause = %error, "statements go on when their request ends");
        }
        Ok(())
    })
}

fn refused(url: &str, why: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("{}: {why}", masked(url)))
}

/// An address as it may be shown: without its password.
pub fn masked(url: &str) -> String {
    const MASK: &str = "***";
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    // The last `@` ends the name and the password: one that is not encoded may hold others.
    let shown = match rest.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:{MASK}@{host}"),
            None => rest.to_owned(),
        },
        None => rest.to_owned(),
    };
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    let setting = |setting: &str| match setting.split_once('=') {
        Some((name, _)) if name.eq_ignore_ascii_case("password") => format!("{name}={MASK}"),
        _ => setting.to_owned(),
    };
    let query = query.map(|query| query.split('&').map(setting).collect::<Vec<_>>().join("&"));
    format!("{scheme}{shown}{}", query.map_or(String::new(), |query| format!("?{query}")))
}

/// How the schema of a database stands to that of this release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schema {
    /// It has some steps to go, or all.
    Earlier,
    /// It is that of this release.
    Current,
    /// A later release has taken this step.
    Later(String),
}

/// Compares the schema of the database with that of this release.
pub async fn schema(db: &impl ConnectionTrait) -> Result<Schema> {
    // Not the migrator's own question: that would create its table in a database that has none.
    let tables = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => "SELECT 1 AS found WHERE to_regclass('seaql_migrations') IS NOT NULL",
        _ => "SELECT 1 AS found FROM sqlite_master WHERE name = 'seaql_migrations'",
    };
    if db.query_one_raw(Statement::from_string(db.get_database_backend(), tables)).await?.is_none() {
        return Ok(Schema::Earlier);
    }
    let applied = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    let applied = db.query_all_raw(applied).await?;
    let applied = applied.iter().map(|row| row.try_get("", "version")).collect::<Result<HashSet<String>, _>>()?;
    let known = Migrator::migrations();
    let known: HashSet<&str> = known.iter().map(|step| step.name()).collect();
    if let Some(later) = applied.iter().filter(|step| !known.contains(step.as_str())).min() {
        return Ok(Schema::Later(later.clone()));
    }
    Ok(if known.iter().all(|step| applied.contains(*step)) { Schema::Current } else { Schema::Earlier })
}

/// Brings the schema and the reference data up to this release, all of it or nothing.
///
/// Where nothing is to be done it only reads, and waits for nobody. Servers that start at once on one database wait for
/// each other. A database of a later release is left alone, which is an error.
pub async fn migrate(db: &DatabaseConnection) -> Result<()> {
    match schema(db).await? {
        Schema::Later(step) => return Err(Error::Unavailable(later(&step))),
        Schema::Current if reference::is_stored(db).await? => return Ok(()),
        Schema::Current | Schema::Earlier => {}
    }
    let lock = dialect::lock_migrations(db.get_database_backend());
    let transaction = revision::begin(db, lock).await?;
    Migrator::up(&transaction, None).await?;
    reference::store(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// What is told of a database of a later release.
pub fn later(step: &str) -> String {
    format!("the database has the schema of a later release (step {step}); use that release or a later one")
}

/// Whether the database answers and has the schema of this release.
pub async fn is_ready(db: &DatabaseConnection) -> bool {
    schema(db).await.is_ok_and(|schema| schema == Schema::Current)
}

pub(crate) use replaced::Opened;

/// SQLite's connections stay with the file they opened, although another one may have taken its place.
mod replaced {
    use std::{
        io,
        path::PathBuf,
        sync::Mutex,
        time::{Duration, Instant},
    };

    /// What tells files apart: the device and the number on it. Not known everywhere.
    type Identity = Option<(u64, u64)>;

    /// The file of a database, and since when it is the one that its path names.
    #[derive(Debug)]
    pub(crate) struct Opened {
        path: PathBuf,
        current: Mutex<(Identity, Instant)>,
    }

    impl Opened {
        pub(crate) fn new(path: PathBuf) -> Self {
            let current = Mutex::new((identity(&path).ok().flatten(), Instant::now()));
            Self { path, current }
        }

        /// Whether a connection that was opened so long ago has the file open that the path names now. An error when
        /// the path names none.
        pub(crate) fn is_current(&self, age: Duration) -> io::Result<bool> {
            let found = identity(&self.path)?;
            let mut current = self.current.lock().expect("no panic while the lock is held");
            if current.0 != found {
                tracing::warn!(file = %self.path.display(), "another file is in the place of the database");
                *current = (found, Instant::now());
            }
            Ok(age <= current.1.elapsed())
        }
    }

    #[cfg(unix)]
    fn identity(path: &std::path::Path) -> io::Result<Identity> {
        use std::os::unix::fs::MetadataExt;
        let file = std::fs::metadata(path)?;
        Ok(Some((file.dev(), file.ino())))
    }

    #[cfg(not(unix))]
    fn identity(path: &std::path::Path) -> io::Result<Identity> {
        std::fs::metadata(path).map(|_| None)
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://ada:secret@db:5432/register", "postgres://ada:***@db:5432/register"),
            ("postgres://ada:s@cr:t@db/register?sslmode=require", "postgres://ada:***@db/register?sslmode=require"),
            ("postgresql:///register?user=ada&password=secret", "postgresql:///register?user=ada&password=***"),
            ("mysql://ada:secret@db", "mysql://ada:***@db"),
            ("ada:secret@db/register", "ada:***@db/register"),
            ("postgres://ada@db/register", "postgres://ada@db/register"),
            ("sqlite://register.sqlite", "sqlite://register.sqlite"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}

//! Opening the database and bringing it up to date.

use std::{collections::HashSet, time::Duration};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

use super::{Result, dialect, reference, revision};

/// Opens a database by its address: `sqlite://path` (created when it is missing) or `postgres://…`.
pub async fn open(url: &str, connections: u32) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .sqlx_logging_level(tracing::log::LevelFilter::Debug)
        .map_sqlx_sqlite_opts(|options| {
            options
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(30))
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "NORMAL")
        });
    Ok(Database::connect(options).await?)
}

/// Brings the schema and the reference data up to this release, all of it or nothing; does nothing when they
/// are. Servers that start at once on one database wait for each other.
pub async fn migrate(db: &DatabaseConnection) -> Result<()> {
    let transaction = revision::begin(db).await?;
    if let Some(lock) = dialect::lock_migrations(db.get_database_backend()) {
        transaction.execute_unprepared(lock).await?;
    }
    Migrator::up(&transaction, None).await?;
    reference::store(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// Whether the database answers and has the schema of this release.
pub async fn is_ready(db: &DatabaseConnection) -> bool {
    // Not the migrator's own question: that would create its table in a database that has none.
    let applied = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    let Ok(rows) = db.query_all_raw(applied).await else { return false };
    let applied: HashSet<String> = rows.iter().filter_map(|row| row.try_get("", "version").ok()).collect();
    Migrator::migrations().iter().all(|migration| applied.contains(migration.name()))
}

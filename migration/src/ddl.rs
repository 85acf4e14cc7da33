//! One text of DDL for two databases.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// PostgreSQL's type, and what stands for it in SQLite.
const SQLITE_TYPES: [(&str, &str); 6] = [
    (" UUID", " BLOB"),
    (" DATE", " TEXT"),
    (" TIMESTAMPTZ", " TEXT"),
    (" JSONB", " TEXT"),
    (" DOUBLE PRECISION", " REAL"),
    // Names and codes sort by their bytes in both databases, so that pages come in the same order.
    (" COLLATE \"C\"", ""),
];

/// Runs `both` on either database, then `postgres` on PostgreSQL only, `sqlite` on SQLite only. Statements are
/// separated by `;`.
pub(crate) async fn run(manager: &SchemaManager<'_>, both: &str, postgres: &str, sqlite: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let text = match db.get_database_backend() {
        DatabaseBackend::Postgres => format!("{both};{postgres}"),
        _ => SQLITE_TYPES.iter().fold(format!("{both};{sqlite}"), |text, (from, to)| text.replace(from, to)),
    };
    for statement in text.split(';').filter(|statement| !statement.trim().is_empty()) {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Declares the step of the file it stands in. Steps go one way: who wants an earlier schema back restores the database
/// as it was before.
macro_rules! step {
    (both: $both:expr, postgres: $postgres:expr $(,)?) => {
        crate::ddl::step!(both: $both, postgres: $postgres, sqlite: "");
    };
    (both: $both:expr, postgres: $postgres:expr, sqlite: $sqlite:expr $(,)?) => {
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub(crate) struct Migration;

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                crate::ddl::run(manager, $both, $postgres, $sqlite).await
            }
        }
    };
}
pub(crate) use step;

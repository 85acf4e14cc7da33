//! Where the SQL of the two databases differs.

use sea_orm::{
    DbBackend, DbErr, RuntimeErr,
    sea_query::{ArrayType, Expr, Value},
};
use uuid::Uuid;

/// `column` is one of `ids`, in one parameter however many they are.
pub(crate) fn any_of(backend: DbBackend, column: Expr, ids: impl IntoIterator<Item = impl Into<Uuid>>) -> Expr {
    let ids = ids.into_iter().map(Into::into);
    match backend {
        DbBackend::Postgres => {
            let array = Value::Array(ArrayType::Uuid, Some(Box::new(ids.map(Value::from).collect())));
            Expr::cust_with_exprs("$1 = ANY($2)", [column, Expr::val(array)])
        }
        _ => {
            let hex: Vec<String> = ids.map(|id| id.simple().to_string()).collect();
            let json = serde_json::to_string(&hex).expect("strings are JSON");
            Expr::cust_with_exprs("? IN (SELECT unhex(value) FROM json_each(?))", [column, Expr::val(json)])
        }
    }
}

/// The condition that a column is one of some texts.
pub(crate) fn any_of_texts(backend: DbBackend, column: Expr, texts: impl IntoIterator<Item = String>) -> Expr {
    let texts: Vec<String> = texts.into_iter().collect();
    match backend {
        DbBackend::Postgres => Expr::cust_with_exprs("$1 = ANY($2)", [column, Expr::val(texts)]),
        _ => {
            let json = serde_json::to_string(&texts).expect("texts are JSON");
            Expr::cust_with_exprs("? IN (SELECT value FROM json_each(?))", [column, Expr::val(json)])
        }
    }
}

/// The statement that lets no other writer in until the transaction ends. SQLite needs none: its write
/// transactions begin exclusively.
pub(crate) fn lock_writers(backend: DbBackend) -> Option<&'static str> {
    (backend == DbBackend::Postgres).then_some("LOCK TABLE revision IN SHARE ROW EXCLUSIVE MODE")
}

/// The statement that makes a commit wait until it is on disk, where the server or the database is set not to. SQLite's
/// connections always do.
pub(crate) fn flush_commit(backend: DbBackend) -> Option<&'static str> {
    let raise =
        "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'";
    (backend == DbBackend::Postgres).then_some(raise)
}

/// Whether the database refuses overlaps as they are written, by constraints of its schema. SQLite has no
/// constraint over two rows.
pub(crate) fn refuses_overlaps(backend: DbBackend) -> bool {
    backend == DbBackend::Postgres
}

/// The statement that lets no other migration in until the transaction ends.
pub(crate) fn lock_migrations(backend: DbBackend) -> Option<&'static str> {
    (backend == DbBackend::Postgres).then_some("SELECT pg_advisory_xact_lock(5641298730417362)")
}

/// Whether a statement failed because another connection writes. PostgreSQL waits instead.
pub(crate) fn is_busy(error: &DbErr) -> bool {
    const SQLITE_BUSY: i32 = 5;
    let (DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error)) = error else { return false };
    let RuntimeErr::SqlxError(error) = error else { return false };
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<i32>().ok());
    // Extended codes keep the primary one in their lowest byte.
    code.is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// Where writes are announced to other processes.
pub(crate) const ANNOUNCEMENTS: &str = "trihelix_revision";

/// The statement that announces a write when it is committed. SQLite announces nothing: its readers look for writes.
pub(crate) fn announce(backend: DbBackend, revision: i64) -> Option<String> {
    (backend == DbBackend::Postgres).then(|| format!("NOTIFY {ANNOUNCEMENTS}, '{revision}'"))
}

/// An empty JSON object, in the place of a column that is not read.
pub(crate) fn empty_json(backend: DbBackend) -> Expr {
    Expr::cust(if backend == DbBackend::Postgres { "'{}'::jsonb" } else { "'{}'" })
}

//! How SQLite finds the rows of each statement: by an index that leads to them, and not by reading
//! a table, whether it has statistics of the tables or none.

use std::{cell::RefCell, collections::BTreeSet, fmt};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::json;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::{Context, SubscriberExt},
};

use crate::{
    statements::{DOCUMENTS, of},
    support::TestApp,
};

thread_local! {
    /// The statements that this thread sent since it listens. A runtime of a test has one thread.
    static SENT: RefCell<Option<BTreeSet<String>>> = const { RefCell::new(None) };
}

/// Takes the statements of threads that listen. It is of the whole process: what one thread alone listened to would be
/// cached as silent by the others.
struct Statements;

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        SENT.with_borrow_mut(|sent| sent.iter_mut().for_each(|sent| event.record(&mut Taken(sent))));
    }
}

struct Taken<'a>(&'a mut BTreeSet<String>);

impl Visit for Taken<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "sql" {
            self.0.insert(format!("{value:?}"));
        }
    }
}

/// The steps of a statement's plan.
async fn plan(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let explained = Statement::from_string(DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {sql}"));
    let steps = db.query_all_raw(explained).await.expect("SQL");
    steps.iter().map(|step| step.try_get("", "detail").expect("a text")).collect()
}

#[tokio::test]
async fn no_statement_reads_a_whole_table() {
    let app = TestApp::with(&of(20)).await;
    if app.db.get_database_backend() != DbBackend::Sqlite {
        return;
    }
    let ours = Targets::new().with_target("trihelix", LevelFilter::TRACE);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Statements.with_filter(ours)))
        .expect("no other test listens");
    SENT.set(Some(BTreeSet::new()));
    for document in DOCUMENTS {
        app.statements(document, json!({})).await;
    }
    let sent = SENT.take().expect("this thread listened");
    assert!(sent.len() > 20, "{} statements", sent.len());
    let mut faults = BTreeSet::new();
    for statistics in ["without statistics", "with statistics"] {
        if statistics == "with statistics" {
            app.db.execute_unprepared("ANALYZE").await.expect("SQL");
        }
        for sql in &sent {
            let steps = plan(&app.db, sql).await;
            let may_read_all = may_read_all(sql, statistics);
            let is_fault = |step: &&String| {
                // Whatever is asked about was recorded by then, and so is nearly everything.
                step.contains("_recorded") || step.contains("_standing") || !may_read_all && reads_a_table(step)
            };
            if let Some(step) = steps.iter().find(is_fault) {
                faults.insert(format!("{statistics}: {step}: {sql}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Whether a step reads all rows of a table, and not what another step found, or rows in the order
/// of an index.
fn reads_a_table(step: &str) -> bool {
    let table = step.strip_prefix("SCAN ").map(|table| table.split(' ').next().unwrap_or_default());
    table.is_some_and(|table| !table.starts_with('(') && !["page", "json_each"].contains(&table))
        && !step.contains("INDEX")
}

fn may_read_all(sql: &str, statistics: &str) -> bool {
    // All that is counted is read.
    sql.starts_with("SELECT COUNT(*)")
        // Versions of criteria are few, and in the order of their clusters' slugs.
        || sql.contains(r#"ORDER BY "cluster"."slug""#)
        // Programmes are few.
        || sql.ends_with(r#"FROM "programme""#)
        || sql.contains(r#"FROM "programme_profile" "#)
        // Statistics tell that a table has few rows.
        || statistics == "with statistics" && sql.contains("json_each")
}

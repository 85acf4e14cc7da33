//! Ledgers that follow writes: of this process and of others, announced or not, with a result equal to one built anew.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::task::JoinHandle;
use trihelix::domain::ledger::{Image, Ledger, POLL};

use super::random::{Register, registers};
use crate::support::{Package, TestApp, dice::holds};

#[test]
fn a_ledger_that_followed_every_write_equals_one_built_after_them() {
    let changes = std::cell::Cell::new(0);
    holds(50, 6, &registers(5), async |Register { versions, mut dice }| {
        let app = TestApp::empty().await;
        let other = Ledger::build(&app.db).await.expect("it is built");
        let mut earlier: Vec<Arc<Image>> = Vec::new();
        for version in &versions {
            app.import(version).await;
            let built = Ledger::build(&app.db).await.expect("it is built").image();
            assert!(app.ledger.image() == built, "followed at each write");
            if dice.one_in(2) {
                other.catch_up(&app.db).await.expect("it follows");
                assert!(other.image() == built, "followed several at once");
                assert!(!other.catch_up(&app.db).await.expect("it follows"), "nothing more was written");
            }
            earlier.push(built);
        }
        changes.set(changes.get() + earlier.windows(2).filter(|images| images[0] != images[1]).count());
        assert!(app.ledger.image().bytes() > 0);
    });
    assert_eq!(changes.get(), 6 * 4, "every import changed something");
}

#[test]
fn two_processes_follow_each_other() {
    holds(60, 1, &registers(3), async |Register { versions, .. }| {
        let app = TestApp::empty().await;
        let other = Arc::new(Ledger::build(&app.db).await.expect("it is built"));
        let following = tokio::spawn({
            let (other, db) = (other.clone(), app.db.clone());
            async move { other.follow(&db, POLL).await }
        });
        for version in &versions {
            app.import(version).await;
            follows(&other, &app.ledger.image()).await;
        }
        following.abort();
    });
}

/// Those that listen on a database of PostgreSQL.
const LISTENERS: &str = "FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'listen%'";

/// Waits until someone listens other than `before`; answers who.
async fn listener(app: &TestApp, before: Option<i32>) -> i32 {
    let started = Instant::now();
    loop {
        let found =
            app.db.query_one_raw(Statement::from_string(DbBackend::Postgres, format!("SELECT pid {LISTENERS}")));
        let found = found.await.expect("SQL").map(|row| row.try_get::<i32>("", "pid").expect("a number"));
        if let Some(listener) = found.filter(|listener| Some(*listener) != before) {
            return listener;
        }
        assert!(started.elapsed().as_secs() < 20, "nobody listens");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Another ledger, which follows the register on its own; none on SQLite, which announces nothing.
async fn another(app: &TestApp, interval: Duration) -> Option<(Arc<Ledger>, JoinHandle<()>)> {
    if app.db.get_database_backend() != DbBackend::Postgres {
        return None;
    }
    let other = Arc::new(Ledger::build(&app.db).await.expect("it is built"));
    let (follower, db) = (other.clone(), app.db.clone());
    let following = tokio::spawn(async move { follower.follow(&db, interval).await });
    Some((other, following))
}

#[tokio::test]
async fn a_ledger_whose_listening_connection_dies_listens_again() {
    let app = TestApp::with(&Package::new("north").cluster("north")).await;
    // So long that only what is announced is heard.
    let Some((other, following)) = another(&app, Duration::from_secs(3600)).await else { return };
    let mut heard = None;
    for package in ["south", "east", "west"] {
        heard = Some(listener(&app, heard).await);
        app.import(&Package::new(package).cluster(package)).await;
        follows(&other, &app.ledger.image()).await;
        app.db.execute_unprepared(&format!("SELECT pg_terminate_backend(pid) {LISTENERS}")).await.expect("SQL");
    }
    following.abort();
}

#[tokio::test]
async fn a_ledger_that_cannot_listen_looks_for_writes_no_more_often_than_told() {
    let app = TestApp::with(&Package::new("north").cluster("north")).await;
    let Some((other, following)) = another(&app, Duration::from_millis(200)).await else { return };
    let heard = listener(&app, None).await;
    let nobody = "UPDATE pg_database SET datallowconn = false WHERE datname = current_database()";
    app.db.execute_unprepared(nobody).await.expect("SQL");
    app.db.execute_unprepared(&format!("SELECT pg_terminate_backend({heard})")).await.expect("SQL");
    app.import(&Package::new("south").cluster("south")).await;
    follows(&other, &app.ledger.image()).await;
    let before = app.statement_count();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let looked = app.statement_count() - before;
    assert!((1..=20).contains(&looked), "it looked {looked} times");
    following.abort();
}

/// Waits until a ledger holds what another one does.
async fn follows(ledger: &Ledger, written: &Arc<Image>) {
    let started = Instant::now();
    while ledger.image() != *written {
        assert!(started.elapsed().as_secs() < 20, "the other does not follow");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn tables_are_read_whatever_their_texts_hold() {
    use entity::organization_profile::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
    use trihelix::domain::{organization, store::page, time::PointInTime};
    let app = TestApp::with(&Package::new("north").organization("acme", "company", "Acme")).await;
    let name = "\u{1e}a\u{1f}b\u{1d}\"\\\n日";
    let labels = entity::Labels::from_iter([("und".to_owned(), name.to_owned())]);
    let edit = Entity::update_many()
        .col_expr(Column::SortName, Expr::val(name))
        .col_expr(Column::DisplayName, Expr::val(serde_json::to_value(&labels).expect("JSON")))
        .filter(Column::SortName.eq("acme"));
    edit.exec(&app.db).await.expect("SQL");
    let image = Ledger::build(&app.db).await.expect("it is built").image();
    let at = PointInTime { as_of: crate::support::dice::date("2020-01-01"), revision: 1 };
    let wants = page::Wants { rows: true, ..page::Wants::default() };
    let request = page::PageRequest { size: 1, from_end: false, after: None, before: None, wants };
    let by_name = [(organization::Order::Name, false)];
    let found = organization::list(&image, &organization::Filter::default(), None, &by_name, at, 1, &request);
    assert_eq!(found.rows[0].keys[0], page::Key::Text(name.to_owned()));
    assert_eq!(found.rows[0].model.name(&image, entity::Language::En), name);
}

//! What is committed stays, what is written waits its turn, and a server notices when its database is another one.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use serde_json::{Value, json};
use trihelix::{
    domain::{
        ledger::Ledger,
        revision::{self, Write},
        store::database::{self, Missing},
    },
    progress::silent,
};

use crate::support::{Package, TestApp, now};

/// Longer than anything here takes, unless it waits for something that does not come.
const PATIENCE: Duration = Duration::from_secs(20);

async fn number(db: &impl ConnectionTrait, sql: &str) -> i64 {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("SQL");
    row.expect("a row").try_get_by_index(0).expect("a number")
}

fn is_sqlite(db: &DatabaseConnection) -> bool {
    db.get_database_backend() == DbBackend::Sqlite
}

fn north(members: usize) -> Package {
    (0..members).fold(Package::new("north").cluster("north"), |package, member| {
        let key = format!("member-{member}");
        package.organization(&key, "company", &key).member("north", &key, "effective", "2018", "")
    })
}

async fn readiness(app: &TestApp) -> StatusCode {
    app.send(Request::get("/health/ready").body(Body::empty()).expect("a request")).await.0
}

/// The revision, and the number of members as the list and as statistics tell it.
async fn members(app: &TestApp) -> (Value, Value, Value) {
    let document = "{ register { revision } memberships { totalCount }
        statistics { headcount { effective { value } } } }";
    let answer = app.ask(document).await;
    (
        answer["register"]["revision"].clone(),
        answer["memberships"]["totalCount"].clone(),
        answer["statistics"]["headcount"]["effective"]["value"].clone(),
    )
}

#[tokio::test]
async fn every_connection_flushes_what_it_commits_to_the_disk() {
    const CONNECTIONS: usize = 4;
    let app = TestApp::empty().await;
    let db = database::open(app.url(), CONNECTIONS as u32, Missing::Refuse).await.expect("the database opens");
    let mut open = Vec::new();
    for _ in 0..CONNECTIONS {
        // Each transaction holds a connection of its own.
        let transaction = db.begin().await.expect("a connection");
        if is_sqlite(&db) {
            assert_eq!(number(&transaction, "PRAGMA synchronous").await, 2, "FULL");
            assert_eq!(number(&transaction, "PRAGMA foreign_keys").await, 1);
        }
        open.push(transaction);
    }
}

#[tokio::test]
async fn a_statement_whose_connection_has_ended_is_read_again() {
    let package = Package::new("north").cluster("north").rows(
        "figures",
        "cluster,metric,nature,value,disclosure,qualifier,on,source",
        &["north,members,actual,7,disclosed,exactly,2018,s"],
    );
    let app = TestApp::with(&package).await;
    if is_sqlite(&app.db) {
        return;
    }
    // Each under another name: an answer that is kept sends no statement.
    let ask = async |name: &str| app.ask(&format!("{{ {name}: figures {{ nodes {{ value }} }} }}")).await[name].clone();
    let answers = futures_util::future::join_all(["a", "b", "c", "d"].map(ask)).await;
    let others = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(number(&others, end).await > 1, "several connections were idle");
    assert_eq!(ask("e").await, answers[0], "although all that were kept have ended");
}

#[tokio::test]
async fn a_write_waits_for_the_disk_where_the_database_would_not() {
    let app = TestApp::empty().await;
    if is_sqlite(&app.db) {
        return;
    }
    let database = app.url().rsplit_once('/').expect("a path").1;
    let careless = format!("ALTER DATABASE {database} SET synchronous_commit = off");
    app.db.execute_unprepared(&careless).await.expect("SQL");
    let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
    let is_flushed = "SELECT count(*) FROM pg_settings WHERE name = 'synchronous_commit' AND setting = 'on'";
    assert_eq!(number(&db, is_flushed).await, 0);
    let write = Write::begin(&db, now(), "test", "a write").await.expect("its turn");
    assert_eq!(number(write.transaction(), is_flushed).await, 1);
}

#[tokio::test]
async fn a_server_starts_and_answers_while_a_write_is_open() {
    let app = TestApp::with(&north(1)).await;
    let write = Write::begin(&app.db, now(), "test", "a long one").await.expect("its turn");
    let started = async {
        let db = database::open(app.url(), 2, Missing::Refuse).await.expect("the database opens");
        database::migrate(&db).await.expect("nothing is to be done");
        let ledger = Ledger::build(&db).await.expect("the ledger is built");
        (db, ledger.image().head())
    };
    let (db, head) = tokio::time::timeout(PATIENCE, started).await.expect("it waits for nobody");
    assert_eq!(head.map(|(number, _)| number), Some(1));
    assert_eq!(revision::head(&db).await.expect("it is read").map(|head| head.number), Some(1));
    drop(write);
}

#[tokio::test]
async fn a_write_waits_for_its_turn_however_long_the_other_takes() {
    let app = TestApp::with(&north(1)).await;
    let first = Write::begin(&app.db, now(), "test", "a long one").await.expect("its turn");
    let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
    if is_sqlite(&db) {
        // A statement that waits for the other gives up many times meanwhile.
        db.execute_unprepared("PRAGMA busy_timeout = 5").await.expect("SQL");
    }
    let second = tokio::spawn(async move { Write::begin(&db, now(), "test", "the next").await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!second.is_finished(), "one at a time");
    drop(first);
    let second = tokio::time::timeout(PATIENCE, second).await.expect("its turn comes").expect("no panic");
    assert_eq!(second.expect("it begins").revision(), 2);
}

#[tokio::test]
async fn a_server_follows_a_database_that_is_restored_under_it() {
    let app = TestApp::empty().await;
    app.import(&north(1)).await;
    app.import(&north(2)).await;
    let backup = app.backup().await;
    for count in 3..=5 {
        app.import(&north(count)).await;
    }
    assert_eq!(members(&app).await, (json!(5), json!(5), json!(5)));
    app.restore(&backup).await;
    // Another history from here on, as long as the one before: its numbers alone tell nothing.
    let elsewhere = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
    for count in [7, 8, 9] {
        let folder = north(count).write();
        let folder = trihelix::dataset::Folder::Disk(folder.path().to_owned());
        trihelix::dataset::import(&elsewhere, &folder, now(), trihelix::dataset::Options::default(), &silent)
            .await
            .expect("it is imported");
    }
    assert!(app.ledger.catch_up(&app.db).await.expect("it looks"), "it is built anew");
    assert_eq!(members(&app).await, (json!(5), json!(9), json!(9)));
    assert_eq!(readiness(&app).await, StatusCode::OK);
    assert_eq!(*app.ledger.image(), *Ledger::build(&app.db).await.expect("the ledger is built").image());
    assert!(!app.ledger.catch_up(&app.db).await.expect("it looks"), "nothing is new");
}

#[tokio::test]
async fn what_a_restored_database_no_longer_holds_is_unavailable_until_it_is_read_again() {
    let app = TestApp::empty().await;
    app.import(&north(1)).await;
    let backup = app.backup().await;
    app.import(&north(2).cluster("south")).await;
    app.restore(&backup).await;
    let periods = "{ memberships { nodes { periods { id } } } }";
    let documents = [periods, "{ organizations { nodes { description } } }", "{ clusters { nodes { description } } }"];
    for document in documents {
        let answer = app.answer(document, json!({})).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "UNAVAILABLE", "{answer}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains("restored or replaced")), "{answer}");
        assert_eq!(answer.get("data"), None, "{answer}");
    }
    assert!(app.ledger.catch_up(&app.db).await.expect("it looks"), "it is built anew");
    for document in documents {
        app.ask(document).await;
    }
}

#[tokio::test]
async fn a_server_is_not_ready_while_its_database_is_of_another_history() {
    let app = TestApp::empty().await;
    app.import(&north(1)).await;
    app.import(&north(2)).await;
    for sql in [
        // The instant of the last revision is another one.
        "UPDATE revision SET at = '2026-11-23T00:00:00+00:00' WHERE number = 2",
        // The last revision is gone.
        "UPDATE revision SET number = 3 WHERE number = 2",
    ] {
        // The foreign keys of the rows are not what this is about.
        let unchecked =
            if is_sqlite(&app.db) { "PRAGMA foreign_keys = OFF" } else { "SET session_replication_role = replica" };
        let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
        db.execute_unprepared(unchecked).await.expect("SQL");
        db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        // What is to be read anew cannot be read.
        db.execute_unprepared("ALTER TABLE site RENAME TO elsewhere").await.expect("SQL");
        app.ledger.catch_up(&app.db).await.expect_err("it cannot be built");
        assert_eq!(readiness(&app).await, StatusCode::SERVICE_UNAVAILABLE, "{sql}");
        db.execute_unprepared("ALTER TABLE elsewhere RENAME TO site").await.expect("SQL");
        assert!(app.ledger.catch_up(&app.db).await.expect("it is built anew"));
        assert_eq!(readiness(&app).await, StatusCode::OK, "{sql}");
    }
}

#[tokio::test]
async fn a_database_of_another_id_is_another_history() {
    let app = TestApp::with(&north(1)).await;
    let held = app.ledger.image();
    app.db.execute_unprepared("DELETE FROM register").await.expect("SQL");
    let other = if is_sqlite(&app.db) { "randomblob(16)" } else { "gen_random_uuid()" };
    app.db.execute_unprepared(&format!("INSERT INTO register VALUES ({other})")).await.expect("SQL");
    assert!(app.ledger.catch_up(&app.db).await.expect("it looks"));
    assert_ne!(*app.ledger.image(), *held, "the id is part of it");
    assert_eq!(app.ledger.image().head(), held.head());
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_deleted_under_a_server_is_not_made_again() {
    let app = TestApp::with(&north(1)).await;
    if !is_sqlite(&app.db) {
        return;
    }
    let file = std::path::PathBuf::from(app.url().trim_start_matches("sqlite://"));
    for name in ["register", "register-wal", "register-shm"] {
        let _ = std::fs::remove_file(file.with_file_name(name));
    }
    assert_eq!(readiness(&app).await, StatusCode::SERVICE_UNAVAILABLE);
    assert!(app.ledger.catch_up(&app.db).await.is_err());
    assert!(!file.exists());
}

#[tokio::test]
async fn a_database_of_a_later_release_is_neither_ready_nor_migrated() {
    let app = TestApp::with(&north(1)).await;
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99990101_000001_later', 0)";
    app.db.execute_unprepared(later).await.expect("SQL");
    assert_eq!(readiness(&app).await, StatusCode::SERVICE_UNAVAILABLE);
    let error = database::migrate(&app.db).await.expect_err("it is left alone").to_string();
    assert!(error.contains("schema of a later release (step m99990101_000001_later)"), "{error}");
}

#[tokio::test]
async fn a_missing_file_is_made_only_where_that_is_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("register");
    let url = format!("sqlite://{}", file.display());
    let error = database::open(&url, 1, Missing::Refuse).await.expect_err("there is none").to_string();
    assert!(error.contains("there is no database") && error.contains(&*file.to_string_lossy()), "{error}");
    assert!(!file.exists());
    let db = database::open(&url, 1, Missing::Create).await.expect("it is made");
    database::migrate(&db).await.expect("it migrates");
    let ledger = Arc::new(Ledger::build(&db).await.expect("the ledger is built"));
    assert_eq!(ledger.image().head(), None);
}

#[tokio::test]
async fn what_is_first_in_an_empty_register_is_not_written_into_one_that_was_filled_meanwhile() {
    use trihelix::dataset::{self, Options, Outcome};
    let app = TestApp::empty().await;
    let other = Write::begin(&app.db, now(), "test", "the first").await.expect("its turn");
    let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
    let first = Options { first: true, ..Options::default() };
    let loading =
        tokio::spawn(async move { dataset::import(&db, &dataset::published::CIRCLEMADE, now(), first, &silent).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!loading.is_finished(), "it found the register empty, and waits");
    other.commit().await.expect("it is written");
    let loaded = tokio::time::timeout(PATIENCE, loading).await.expect("its turn comes").expect("no panic");
    assert_eq!(loaded.expect("no fault"), Outcome::Unchanged);
    assert_eq!(revision::head(&app.db).await.expect("it is read").map(|head| head.number), Some(1));
}

#[tokio::test]
async fn a_package_is_read_once_more_where_another_write_came_between() {
    use trihelix::dataset::{self, Error, Folder, Options, Outcome};
    let app = TestApp::with(&north(1)).await;
    let renamed = Package::new("renamed").cluster("south");
    for (meanwhile, is_taken) in [(north(3), true), (renamed, false)] {
        let other = Write::begin(&app.db, now(), "test", "another").await.expect("its turn");
        let (folder, later) = (north(2).write(), meanwhile.write());
        let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
        let package = Folder::Disk(folder.path().to_owned());
        let importing =
            tokio::spawn(async move { dataset::import(&db, &package, now(), Options::default(), &silent).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!importing.is_finished(), "it was read and compared, and waits");
        for file in std::fs::read_dir(later.path()).expect("a folder") {
            let file = file.expect("a file");
            std::fs::copy(file.path(), folder.path().join(file.file_name())).expect("it is copied");
        }
        let revision = other.commit().await.expect("it is written").number;
        let outcome = tokio::time::timeout(PATIENCE, importing).await.expect("its turn comes").expect("no panic");
        if is_taken {
            let Outcome::Written { revision: written, .. } = outcome.expect("no fault") else {
                panic!("it is written")
            };
            assert_eq!(written.number, revision + 1);
        } else {
            let Err(Error::Faults(faults)) = outcome else { panic!("{outcome:?}") };
            assert!(faults.to_string().contains("name: `renamed` after `north`"), "{faults}");
        }
        app.ledger.catch_up(&app.db).await.expect("it looks");
        let (_, listed, counted) = members(&app).await;
        assert_eq!((listed, counted), (json!(3), json!(3)));
    }
}

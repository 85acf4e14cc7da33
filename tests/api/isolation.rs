//! One request does not harm the others: statements are bounded and end with their request, the
//! server follows the database and says whether it is ready whatever requests do.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use tower::ServiceExt;
use trihelix::{
    domain::{
        ledger::{Ledger, POLL},
        store::{
            database::{self, Missing},
            reading::Reads,
        },
    },
    http,
};

use crate::support::{Package, TestApp, now, server::Server};

/// A statement that takes minutes, and reads nothing.
fn endless(backend: DbBackend) -> Statement {
    let sql = match backend {
        DbBackend::Postgres => "SELECT count(*) AS n FROM generate_series(1, 100000000000) /* endless */",
        _ => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000)
             SELECT count(*) AS n FROM n, sqlite_master /* endless */"
        }
    };
    Statement::from_string(backend, sql)
}

/// A second, as a statement.
fn second(backend: DbBackend) -> Statement {
    let sql = match backend {
        DbBackend::Postgres => "SELECT 1 AS n FROM pg_sleep(1)",
        _ => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000)
             SELECT count(*) AS n FROM n"
        }
    };
    Statement::from_string(backend, sql)
}

async fn is_running(db: &DatabaseConnection) -> bool {
    let asked = "SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%endless%' AND state = 'active' AND pid <> pg_backend_pid()";
    let found = db.query_one_raw(Statement::from_string(DbBackend::Postgres, asked)).await;
    found.expect("the database answers").is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_ends_with_its_request() {
    let app = TestApp::circlemade().await;
    // One connection, so that the next statement has to wait for it.
    let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
    let reads = Reads::new(db.clone());
    let backend = db.get_database_backend();
    // What was written is in SQLite's log, which cannot be emptied while somebody reads.
    app.db.execute_unprepared("CREATE TABLE scratch (n INTEGER)").await.expect("a table");
    let reader = reads.reader(4);
    let cut_off = tokio::time::timeout(Duration::from_millis(300), reader.query_all_raw(endless(backend))).await;
    assert!(cut_off.is_err(), "it is endless");
    let begun = Instant::now();
    let next = Statement::from_string(backend, "SELECT 1 AS n");
    assert!(reads.reader(4).query_one_raw(next).await.expect("the connection is free").is_some());
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    if backend == DbBackend::Postgres {
        while is_running(&app.db).await {
            assert!(begun.elapsed() < Duration::from_secs(10), "the statement goes on");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    } else {
        let emptied = Statement::from_string(backend, "PRAGMA wal_checkpoint(TRUNCATE)");
        let emptied = tokio::time::timeout(Duration::from_secs(10), app.db.query_one_raw(emptied)).await;
        let emptied = emptied.expect("the statement goes on").expect("SQL").expect("a row");
        assert_eq!(emptied.try_get_by_index::<i32>(0), Ok(0), "the statement goes on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_has_so_many_statements_at_once() {
    let app = TestApp::circlemade().await;
    let db = database::open(app.url(), 8, Missing::Refuse).await.expect("the database opens");
    let (reads, backend) = (Reads::new(db.clone()), db.get_database_backend());
    let greedy = reads.reader(2);
    let all = futures_util::future::join_all((0..6).map(|_| greedy.query_all_raw(second(backend))));
    let others = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (open, free) = reads.connections();
        assert!(open - free <= 2, "{open} open, {free} free");
        let begun = Instant::now();
        let next = Statement::from_string(backend, "SELECT 1 AS n");
        reads.reader(2).query_one_raw(next).await.expect("an answer");
        begun.elapsed()
    };
    let (all, waited) = tokio::join!(all, others);
    assert!(all.iter().all(Result::is_ok));
    assert!(waited < Duration::from_millis(700), "{waited:?}");
    assert_eq!(greedy.sent(), (6, 6));
}

async fn ask(router: axum::Router, document: &str) -> (StatusCode, axum::http::HeaderMap, Value) {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "query": document }).to_string()))
        .expect("a request");
    let response = router.oneshot(request).await.expect("the router answers");
    let (head, body) = response.into_parts();
    let body = http_body_util::BodyExt::collect(body).await.expect("a body").to_bytes();
    (head.status, head.headers, serde_json::from_slice(&body).expect("JSON"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_finds_no_connection_free_is_told_to_come_back() {
    let app = TestApp::circlemade().await;
    let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
    let (reads, backend) = (Reads::new(db.clone()), db.get_database_backend());
    let server = http::App::new(reads.clone(), app.db.clone(), app.ledger.clone(), now);
    let router = http::router(server);
    let hog = tokio::spawn(async move { reads.reader(1).query_all_raw(endless(backend)).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    let document = "{ register { revision } sources { nodes { title } } events { nodes { kind } } }";
    let (status, headers, answer) = ask(router.clone(), document).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{answer}");
    assert_eq!(headers[header::RETRY_AFTER], "2");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "OVERLOADED", "{answer}");
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
    assert!(answer.get("data").is_none(), "{answer}");
    let waited = begun.elapsed();
    assert!((Duration::from_millis(1900)..Duration::from_secs(6)).contains(&waited), "{waited:?}");
    // What is answered from memory is answered, and the server is ready: its own connections are
    // others.
    let counted = r#"{ register { revision } statistics { headcount { effective { value } } } }"#;
    let (status, _, answer) = ask(router.clone(), counted).await;
    assert_eq!((status, &answer["data"]["register"]["revision"]), (StatusCode::OK, &json!(1)), "{answer}");
    hog.abort();
    let _ = hog.await;
    let (status, _, answer) = ask(router, document).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_follows_while_requests_have_every_connection() {
    let app = TestApp::with(&Package::new("small").cluster("north")).await;
    let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
    let own = database::open(app.url(), 6, Missing::Refuse).await.expect("the database opens");
    let (reads, backend) = (Reads::new(db.clone()), db.get_database_backend());
    let ledger = Arc::new(Ledger::build(&own).await.expect("the ledger is built"));
    let router = http::router(http::App::new(reads.clone(), own.clone(), ledger.clone(), now));
    let hog = tokio::spawn(async move { reads.reader(1).query_all_raw(endless(backend)).await });
    let (followed, followed_by) = (ledger.clone(), own.clone());
    let follower = tokio::spawn(async move { followed.follow(&followed_by, POLL).await });
    app.import(&Package::new("other").cluster("south")).await;
    let begun = Instant::now();
    while ledger.image().head().map(|(revision, _)| revision) != Some(2) {
        assert!(begun.elapsed() < Duration::from_secs(10), "the ledger does not follow");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ready = Request::get("/health/ready").body(Body::empty()).expect("a request");
    let response = router.oneshot(ready).await.expect("the router answers");
    assert_eq!(response.status(), StatusCode::OK);
    follower.abort();
    hog.abort();
    let _ = hog.await;
}

#[tokio::test]
async fn the_register_says_when_it_was_last_looked_at() {
    let app = TestApp::circlemade().await;
    let server = Server::start(app.url(), &[]);
    let (status, body) = server.send("GET", "/health/ready", "");
    assert!(status == 200 && body.contains("last looked at 0."), "{status} {body}");
    let register = server.ask("{ register { lookedAt } }");
    let looked =
        register["register"]["lookedAt"].as_str().expect("an instant").parse::<chrono::DateTime<chrono::Utc>>();
    let age = std::time::SystemTime::now().duration_since(looked.expect("an instant").into()).unwrap_or_default();
    assert!(age < Duration::from_secs(10), "{register}");
}

#[tokio::test]
async fn many_counts_in_one_request_leave_room_for_others() {
    let app = TestApp::circlemade().await;
    let router = app.router(http::Options { request_seconds: Duration::from_millis(5), ..http::Options::default() });
    // Each is answered from memory, without a wait: only between them can the time run out.
    let count = |at: usize| {
        let by = "[SPHERE, MUNICIPALITY, STATUS, CLUSTER]";
        format!(r#"a{at}: breakdown(by: {by}, at: {{ asOf: "2024-01-{:02}" }}) {{ rowCount }} "#, 1 + at % 28)
    };
    let counts: String = (0..250).map(count).collect();
    let (status, _, answer) = ask(router, &format!("{{ statistics {{ {counts} }} }}")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{answer:.200}");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TIMEOUT", "{answer:.200}");
}

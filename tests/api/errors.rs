//! What errors tell: the codes of the README, each provoked, and the argument at fault.

use std::{collections::BTreeSet, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use futures_util::stream;
use http_body_util::BodyExt;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tower::ServiceExt;
use trihelix::{
    domain::store::{
        database::{self, Missing},
        reading::Reads,
    },
    graphql::{Code, Limits},
    http,
};

use crate::support::{TestApp, now, server::Server};

/// The codes of the table in the README.
fn documented() -> BTreeSet<String> {
    let readme = include_str!("../../README.md");
    let (_, errors) = readme.split_once("\n## Errors\n").expect("a section on errors");
    let section = errors.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    rows.map(|(code, _)| code.to_owned()).collect()
}

async fn sent(router: Router, request: Request<Body>) -> Value {
    let response = router.oneshot(request).await.expect("the router answers");
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    serde_json::from_slice(&body).expect("JSON")
}

fn post(body: impl Into<Body>) -> Request<Body> {
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    request.body(body.into()).expect("a request")
}

fn document(document: &str) -> Request<Body> {
    post(json!({ "query": document }).to_string())
}

/// An answer with each code.
async fn provoked(code: Code) -> Value {
    let app = TestApp::circlemade().await;
    let router = app.router(http::Options::default());
    match code {
        Code::ParseFailed => sent(router, document("{ register {")).await,
        Code::ValidationFailed => sent(router, document("{ nothing }")).await,
        Code::TooComplex => sent(router, document(&format!("{{ {} }}", "__typename ".repeat(1000)))).await,
        Code::BadRequest => sent(router, post("{")).await,
        Code::PersistedQueryNotFound => sent(router, post(json!({ "documentId": "none" }).to_string())).await,
        Code::PersistedQueryNotInList => {
            let router = app.router(http::Options { only_saved: true, ..http::Options::default() });
            sent(router, document("{ register { revision } }")).await
        }
        Code::NotFound => sent(router, Request::get("/q/none").body(Body::empty()).expect("a request")).await,
        Code::MethodNotAllowed => {
            let request = Request::get("/graphql?query=mutation%7Ba%7D").body(Body::empty()).expect("a request");
            sent(router, request).await
        }
        Code::BadUserInput => sent(router, document("{ organizations(first: 0) { totalCount } }")).await,
        Code::Overloaded => {
            let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
            let router = http::router(http::App::new(Reads::new(db.clone()), app.db.clone(), app.ledger.clone(), now));
            let _only = sea_orm::TransactionTrait::begin(&db).await.expect("the only connection is taken");
            sent(router, document("{ events { totalCount } }")).await
        }
        Code::Unavailable => {
            let db = database::open(app.url(), 1, Missing::Refuse).await.expect("the database opens");
            let router = http::router(http::App::new(Reads::new(db.clone()), app.db.clone(), app.ledger.clone(), now));
            db.close().await.expect("it closes");
            sent(router, document("{ events { totalCount } }")).await
        }
        Code::Timeout => {
            let request_seconds = Duration::from_millis(50);
            let router = app.router(http::Options { request_seconds, ..http::Options::default() });
            let never = stream::pending::<Result<Vec<u8>, std::io::Error>>();
            sent(router, post(Body::from_stream(never))).await
        }
        Code::Internal => {
            app.db.execute_unprepared("ALTER TABLE attribute RENAME TO elsewhere").await.expect("the table goes");
            sent(router, document("{ organizations { nodes { attributes { code } } } }")).await
        }
    }
}

#[tokio::test]
async fn every_code_of_the_readme_is_answered_and_no_other() {
    for code in Code::ALL {
        let answer = provoked(code).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], code.as_str(), "{answer}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}");
        assert_eq!(error["extensions"].get("requestId").is_some(), code == Code::Internal, "{answer}");
    }
    let known: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(documented(), known);
}

#[tokio::test]
async fn the_argument_at_fault_is_named() {
    let app = TestApp::circlemade().await;
    let cluster = r#"cluster(by: { slug: "circlemade" })"#;
    for (asked, argument) in [
        ("organizations(first: 0) { totalCount }".to_owned(), "first"),
        ("organizations(first: 1, last: 1) { totalCount }".to_owned(), "last"),
        (r#"organizations(after: "x") { totalCount }"#.to_owned(), "after"),
        (format!(r#"organizations(search: "{}") {{ totalCount }}"#, "x".repeat(201)), "search"),
        (r#"organizations(filter: { municipality: ["1"] }) { totalCount }"#.to_owned(), "municipality"),
        (r#"memberships(filter: { cluster: ["x"] }) { totalCount }"#.to_owned(), "cluster"),
        (r#"organization(by: { enterpriseNumber: "1" }) { id }"#.to_owned(), "enterpriseNumber"),
        (r#"node(id: "x") { id }"#.to_owned(), "id"),
        (r#"activityClasses(version: NACE_BEL_2025, level: [9]) { totalCount }"#.to_owned(), "level"),
        (r#"activityClasses(version: NACE_BEL_2025, under: "x") { totalCount }"#.to_owned(), "under"),
        ("statistics { breakdown(by: []) { rowCount } }".to_owned(), "by"),
        ("statistics { breakdown(by: [SPHERE], limit: 0) { rowCount } }".to_owned(), "limit"),
        ("statistics { retention(years: 0) { year } }".to_owned(), "years"),
        (
            r#"statistics { exits(period: { from: "2020-01-01", to: "2019-01-01" }) { rows { kind } } }"#.to_owned(),
            "period",
        ),
        (format!(r#"{cluster} {{ memberships(at: {{ asOf: "2023-02-30" }}) {{ totalCount }} }}"#), "at"),
    ] {
        let answer = app.answer(&format!("{{ {asked} }}"), json!({})).await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(extensions["code"], "BAD_USER_INPUT", "{asked}: {answer}");
        assert_eq!(extensions["argument"], argument, "{asked}: {answer}");
    }
    let answer = app.answer("query($first: Int!) { organizations(first: $first) { totalCount } }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["argument"], "$first", "{answer}");
}

#[tokio::test]
async fn one_fault_leaves_the_other_fields() {
    let app = TestApp::circlemade().await;
    for faulty in [
        "clusters(first: 0) { totalCount }",
        "organizations(first: 0) { totalCount }",
        "memberships(first: 0) { totalCount }",
        "partnerships(first: 0) { totalCount }",
        "criteria(first: 0) { totalCount }",
        "events(first: 0) { totalCount }",
        "figures(first: 0) { totalCount }",
        "sources(first: 0) { totalCount }",
        "activityClasses(version: NACE_BEL_2025, first: 0) { totalCount }",
        r#"statistics(filter: { cluster: ["x"] }) { headcount { effective { value } } }"#,
        r#"nodes(ids: ["x"]) { id }"#,
        r#"node(id: "x") { id }"#,
        r#"cluster(by: { id: "x" }) { slug }"#,
        r#"organization(by: { id: "x" }) { id }"#,
        r#"activityClass(version: NACE_BEL_2025, code: "x") { code }"#,
    ] {
        let answer = app.answer(&format!("{{ register {{ revision }} faulty: {faulty} }}"), json!({})).await;
        assert_eq!(answer["data"], json!({ "register": { "revision": 1 }, "faulty": null }), "{faulty}: {answer}");
    }
}

#[tokio::test]
async fn rows_of_plain_lists_count_and_one_error_is_all_that_is_answered() {
    let app = TestApp::circlemade().await;
    let limited = |max_rows| {
        let limits = Limits { max_rows, ..Limits::default() };
        let app = http::App::new(Reads::new(app.db.clone()), app.db.clone(), app.ledger.clone(), now);
        http::router(app.with_limits(limits))
    };
    let names = |data: &Value| {
        let nodes = data["organizations"]["nodes"].as_array().expect("nodes");
        10 + nodes.iter().map(|node| node["names"].as_array().map_or(0, Vec::len)).sum::<usize>()
    };
    let keys = |data: &Value| 5 * data["statistics"]["breakdown"]["rows"].as_array().expect("rows").len();
    let (named, counted) = (
        "{ register { revision } organizations(first: 10) { nodes { id names { name } } } }",
        "{ statistics { breakdown(by: [STATUS, MUNICIPALITY]) { rows { keys { value } other: keys { dimension } } } } }",
    );
    for (asked, rows) in [(named, &names as &dyn Fn(&Value) -> usize), (counted, &keys)] {
        let rows = rows(&sent(limited(1000), document(asked)).await["data"]);
        assert!(rows >= 10, "{rows}: {asked}");
        assert!(sent(limited(rows), document(asked)).await.get("errors").is_none());
        let answer = sent(limited(rows - 1), document(asked)).await;
        assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX", "{answer}");
        assert!(answer.get("data").is_none(), "{answer}");
    }
}

#[tokio::test]
async fn what_a_document_costs_is_told_to_those_who_ask() {
    let app = TestApp::circlemade().await;
    let mut request = document("{ clusters(first: 10) { nodes { slug } } }");
    assert!(
        sent(app.router(http::Options::default()), document("{ register { revision } }")).await["extensions"]
            .get("cost")
            .is_none()
    );
    request.headers_mut().insert("trihelix-cost", header::HeaderValue::from_static("1"));
    let answer = sent(app.router(http::Options::default()), request).await;
    assert_eq!(answer["extensions"]["cost"], json!({ "requested": 21, "limit": 500_000 }), "{answer}");
}

#[tokio::test]
async fn an_operator_sets_the_limits() {
    let app = TestApp::circlemade().await;
    let flags = ["--max-cost", "10", "--max-depth", "3", "--max-body-bytes", "2000"];
    let server = Server::start(app.url(), &flags);
    let ask = |document: &str| server.send("POST", "/graphql", &json!({ "query": document }).to_string());
    assert_eq!(ask("{ register { revision } }").0, 200);
    let (status, answer) = ask("{ clusters { nodes { slug } } }");
    assert!(status == 400 && answer.contains("costs 51; the limit is 10"), "{status} {answer}");
    let (status, answer) = ask("{ clusters(first: 1) { nodes { host { id } } } }");
    assert!(status == 400 && answer.contains("nests fields 4 deep; the limit is 3"), "{status} {answer}");
    let (status, answer) = ask(&format!("{{ register {{ revision }} }} # {}", "x".repeat(2000)));
    assert!(status == 413 && answer.contains("at most 2000 bytes"), "{status} {answer}");
}

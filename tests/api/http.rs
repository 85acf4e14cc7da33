//! The wire: routes, health, limits, and what errors tell.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tower::ServiceExt;
use trihelix::{
    domain::database::{self, Missing},
    http,
};

use crate::support::{Package, TestApp, now};

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

fn post(content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/graphql").header(header::CONTENT_TYPE, content_type).body(body.into()).expect("a request")
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_migrated_server_is_live_and_ready() {
    let app = TestApp::empty().await;
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(app.send(get(path)).await.0, StatusCode::OK, "{path}");
    }
    assert_eq!(app.send(get("/nowhere")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_server_without_its_tables_is_live_and_not_ready() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("register").display());
    let db = database::open(&url, 1, Missing::Create).await.expect("the database opens");
    let router = http::router(http::App::new(db.clone(), Arc::default(), now));
    for (path, expected) in [("/health/live", StatusCode::OK), ("/health/ready", StatusCode::SERVICE_UNAVAILABLE)] {
        let response = router.clone().oneshot(get(path)).await.expect("the router answers");
        assert_eq!(response.status(), expected, "{path}");
    }
    let response = router.oneshot(post("application/json", r#"{"query":"{ clusters { totalCount } }"}"#)).await;
    let body = response.expect("the router answers").into_body().collect().await.expect("a body").to_bytes();
    let answer: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(code(&answer), "INTERNAL", "{answer}");
}

#[tokio::test]
async fn a_server_that_is_migrated_becomes_ready() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("register").display());
    let db = database::open(&url, 1, Missing::Create).await.expect("the database opens");
    let router = http::router(http::App::new(db.clone(), Arc::default(), now));
    let status =
        |router: axum::Router| async move { router.oneshot(get("/health/ready")).await.expect("an answer").status() };
    assert_eq!(status(router.clone()).await, StatusCode::SERVICE_UNAVAILABLE);
    database::migrate(&db).await.expect("the database migrates");
    assert_eq!(status(router).await, StatusCode::OK);
}

#[tokio::test]
async fn a_browser_finds_the_explorer() {
    let app = TestApp::empty().await;
    let router = http::router(http::App::new(app.db.clone(), app.ledger.clone(), now));
    let response = router.oneshot(get("/")).await.expect("the router answers");
    assert!(response.status().is_redirection());
    assert_eq!(response.headers()[header::LOCATION], "/graphql");
    let (status, body) = app.send(get("/graphql")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(String::from_utf8_lossy(&body).to_lowercase().contains("graphiql"));
}

#[tokio::test]
async fn what_is_no_request_is_the_callers_mistake() {
    let app = TestApp::empty().await;
    let question = r#"{"query":"{ register { revision } }"}"#;
    for (content_type, body) in [
        ("application/json", "{"),
        ("application/json", ""),
        ("application/json", "42"),
        ("application/json", r#"{"query":42}"#),
    ] {
        let (status, body_of_answer) = app.send(post(content_type, body)).await;
        let answer = String::from_utf8_lossy(&body_of_answer).into_owned();
        assert!(status.is_client_error(), "{content_type} {body:?}: {status} {answer}");
    }
    assert_eq!(app.send(post("application/json", question)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn only_json_is_taken_for_a_request() {
    let app = TestApp::empty().await;
    for content_type in ["text/plain", "application/xml", "application/x-www-form-urlencoded"] {
        let request = post(content_type, r#"{"query":"{ register { revision } }"}"#);
        let (status, body) = app.send(request).await;
        assert!(status.is_client_error(), "{content_type}: {status} {}", String::from_utf8_lossy(&body));
    }
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_too_large() {
    let app = TestApp::empty().await;
    let question = |spaces: usize| format!(r#"{{"query":"{{ register {{ revision }} }}{}"}}"#, " ".repeat(spaces));
    let (status, _) = app.send(post("application/json", question(1024 * 1024 - 100))).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = app.send(post("application/json", question(1024 * 1024))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn documents_that_cannot_be_answered_say_why() {
    let app = TestApp::empty().await;
    let nested =
        (0..10).fold("slug".to_owned(), |inner, _| format!("memberships {{ nodes {{ cluster {{ {inner} }} }} }}"));
    for (document, expected) in [
        ("{ register {".to_owned(), "GRAPHQL_PARSE_FAILED"),
        (String::new(), "GRAPHQL_PARSE_FAILED"),
        ("query { \"text\" }".to_owned(), "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        ("{ register }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        ("{ clusters(first: \"ten\") { totalCount } }".to_owned(), "BAD_USER_INPUT"),
        ("{ clusters(limit: 10) { totalCount } }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        ("query ($slug: String!) { cluster(by: { slug: $slug }) { id } }".to_owned(), "BAD_USER_INPUT"),
        ("mutation { register { revision } }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        (format!("{{ clusters {{ nodes {{ {nested} }} }} }}"), "QUERY_TOO_COMPLEX"),
    ] {
        let answer = app.answer(&document, json!({})).await;
        assert_eq!(code(&answer), expected, "{document}\n{answer}");
        assert_eq!(answer["data"], Value::Null, "{document}");
        assert!(answer["errors"][0]["extensions"].get("requestId").is_none(), "{document}");
    }
}

#[tokio::test]
async fn a_document_nested_beyond_what_is_read_is_too_complex() {
    let app = TestApp::empty().await;
    let document = format!("{{ {} __typename {} }}", "... on Query {".repeat(200), "}".repeat(200));
    let answer = app.answer(&document, json!({})).await;
    assert_eq!(code(&answer), "QUERY_TOO_COMPLEX", "{}", answer["errors"]);
}

#[tokio::test]
async fn a_document_as_deep_as_clients_ask_is_answered() {
    let app = TestApp::circlemade().await;
    let nested = (0..4)
        .fold("slug".to_owned(), |inner, _| format!("memberships(first: 1) {{ nodes {{ cluster {{ {inner} }} }} }}"));
    let answer = app.ask(&format!("{{ clusters {{ nodes {{ {nested} }} }} }}")).await;
    assert!(answer["clusters"]["nodes"][0]["memberships"]["nodes"].is_array());
}

#[tokio::test]
async fn the_schema_tells_of_itself() {
    let app = TestApp::empty().await;
    let document = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name }
        types { ...FullType } directives { name description locations args { ...InputValue } } } }
        fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description args { ...InputValue }
        type { ...TypeRef } isDeprecated deprecationReason } inputFields { ...InputValue } interfaces { ...TypeRef }
        enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
        fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
        ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
    let schema = &app.ask(document).await["__schema"];
    assert_eq!(schema["queryType"]["name"], "Query");
    assert!(schema["types"].as_array().is_some_and(|types| types.len() > 60));
}

#[tokio::test]
async fn our_own_failures_tell_nothing_but_a_number() {
    let package = Package::new("small").cluster("north").organization("acme", "company", "Acme");
    let app = TestApp::with(&package).await;
    app.db.execute_unprepared("DROP TABLE attribute").await.expect("the table goes");
    let documents = [
        r#"{ organizations(filter: { attribute: { code: "a" } }) { nodes { id } } }"#,
        "{ organizations { nodes { id attributes { code } } } }",
    ];
    let mut requests = Vec::new();
    for document in documents {
        let answer = app.answer(document, json!({})).await;
        assert_eq!(code(&answer), "INTERNAL", "{answer}");
        let error = &answer["errors"][0];
        requests.push(error["extensions"]["requestId"].as_str().expect("a request id").to_owned());
        let told = format!("{} {}", error["message"], error["extensions"]).to_lowercase();
        for word in ["attribute", "select", "table", "sql", "relation", "src/", ".rs"] {
            assert!(!told.contains(word), "`{word}` in {told}");
        }
    }
    assert_ne!(requests[0], requests[1]);
    assert_eq!(app.ask("{ organizations { totalCount } }").await["organizations"]["totalCount"], 1);
}

#[tokio::test]
async fn an_answer_of_too_many_rows_is_refused() {
    let package = (0..30).fold(Package::new("wide").cluster("north"), |package, position| {
        let key = format!("member-{position}");
        package.organization(&key, "company", &key).member("north", &key, "effective", "2020", "")
    });
    let app = TestApp::with(&package).await;
    let nested = |levels: usize| {
        let rows = (0..levels).fold("slug".to_owned(), |inner, _| {
            format!("memberships(first: 100) {{ nodes {{ cluster {{ {inner} }} }} }}")
        });
        format!("{{ clusters {{ nodes {{ {rows} }} }} }}")
    };
    app.ask(&nested(2)).await;
    let error = app.error(&nested(3)).await;
    assert!(error.starts_with("QUERY_TOO_COMPLEX: the answer would hold more than 20000 rows"), "{error}");
}

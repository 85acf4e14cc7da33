//! The wire: routes, health, limits, and what errors tell.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use clap::Parser;
use futures_util::stream;
use http_body_util::BodyExt;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tower::ServiceExt;
use trihelix::{
    domain::{
        ledger::Ledger,
        store::{
            database::{self, Missing},
            reading::Reads,
        },
    },
    http,
};

use crate::support::{Package, TestApp, now};

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

/// As a browser asks for a page.
fn page(path: &str) -> Request<Body> {
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    Request::get(path).header(header::ACCEPT, accept).body(Body::empty()).expect("a request")
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
    let router = http::router(http::App::new(Reads::new(db.clone()), db.clone(), Arc::default(), now));
    for (path, expected) in [("/health/live", StatusCode::OK), ("/health/ready", StatusCode::SERVICE_UNAVAILABLE)] {
        let response = router.clone().oneshot(get(path)).await.expect("the router answers");
        assert_eq!(response.status(), expected, "{path}");
    }
    let response = router.oneshot(post("application/json", r#"{"query":"{ events { totalCount } }"}"#)).await;
    let body = response.expect("the router answers").into_body().collect().await.expect("a body").to_bytes();
    let answer: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(code(&answer), "INTERNAL", "{answer}");
}

#[tokio::test]
async fn a_server_that_is_migrated_becomes_ready() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("register").display());
    let db = database::open(&url, 1, Missing::Create).await.expect("the database opens");
    let ledger = Arc::<Ledger>::default();
    let router = http::router(http::App::new(Reads::new(db.clone()), db.clone(), ledger.clone(), now));
    let status =
        |router: axum::Router| async move { router.oneshot(get("/health/ready")).await.expect("an answer").status() };
    assert_eq!(status(router.clone()).await, StatusCode::SERVICE_UNAVAILABLE);
    database::migrate(&db).await.expect("the database migrates");
    assert_eq!(status(router.clone()).await, StatusCode::SERVICE_UNAVAILABLE, "the register was not looked at yet");
    ledger.catch_up(&db).await.expect("the ledger follows");
    assert_eq!(status(router).await, StatusCode::OK);
}

#[tokio::test]
async fn a_browser_finds_where_to_ask_and_loads_nothing_from_another_host() {
    let app = TestApp::circlemade().await;
    let router = app.router(http::Options::default());
    for path in ["/api", "/graphql", "/explorer"] {
        let (status, headers, body) = exchange(router.clone(), page(path)).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{path}: {policy}");
        assert!(policy.ends_with("frame-ancestors 'none'") && headers["referrer-policy"] == "no-referrer", "{policy}");
        let text = body.as_str().expect("a page");
        let sources = ["src=\"", "href=\""].iter().flat_map(|at| text.split(at).skip(1));
        let mut files = 0;
        for source in sources.filter_map(|rest| rest.split('"').next()) {
            assert!(source.starts_with('/') && !source.starts_with("//"), "{path} loads {source}");
            if source.starts_with("/assets/") {
                let (status, headers, _) = exchange(router.clone(), get(source)).await;
                assert_eq!(status, StatusCode::OK, "{path} {source}");
                let kind = headers[header::CONTENT_TYPE].to_str().expect("text");
                assert_eq!(kind.starts_with("text/css"), source.ends_with(".css"), "{source}: {kind}");
                files += 1;
            }
        }
        assert!(files > 0, "{path} has no style");
    }
    let (status, _, start) = exchange(router.clone(), page("/api")).await;
    assert!(status == StatusCode::OK && start.as_str().is_some_and(|text| text.contains("href=\"/graphql\"")));
    assert_eq!(exchange(router.clone(), get("/assets/nothing.js")).await.0, StatusCode::NOT_FOUND);
    let (status, _, schema) = exchange(router, get("/schema.graphql")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(schema.as_str().map(str::trim_end), Some(include_str!("../../schema.graphql").trim_end()));
}

#[tokio::test]
async fn the_questions_that_explorers_open_with_are_answered() {
    let app = TestApp::circlemade().await;
    for question in http::browser::QUESTIONS {
        let data = app.ask(question).await;
        assert!(data.as_object().is_some_and(|data| data.values().all(|value| !value.is_null())), "{question}");
    }
    let (_, body) = app.send(get("/assets/questions.js")).await;
    assert!(String::from_utf8_lossy(&body).starts_with("const QUESTIONS = [\"# How many"));
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
    app.db.execute_unprepared("ALTER TABLE attribute RENAME TO elsewhere").await.expect("the table goes");
    let documents = [
        "{ organizations(first: 1) { edges { node { attributes { holds } } } } }",
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
            format!("memberships(first: 30) {{ nodes {{ cluster {{ {inner} }} }} }}")
        });
        format!("{{ clusters(first: 1) {{ nodes {{ {rows} }} }} }}")
    };
    app.ask(&nested(2)).await;
    let error = app.error(&nested(3)).await;
    assert!(error.starts_with("QUERY_TOO_COMPLEX: the answer would hold more than 20000 rows"), "{error}");
}

const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

/// The status, the headers and the body of an answer; a body of text where it is no JSON.
async fn exchange(router: Router, request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
    let response = router.oneshot(request).await.expect("the router answers");
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let body = serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into());
    (head.status, head.headers, body)
}

/// A question as a client sends it that accepts a media type.
fn question(document: &str, accept: &str) -> Request<Body> {
    let body = json!({ "query": document }).to_string();
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    request.header(header::ACCEPT, accept).body(body.into()).expect("a request")
}

#[tokio::test]
async fn the_status_says_whether_the_request_was_executed() {
    let app = TestApp::circlemade().await;
    let draft = http::Options { status_codes: http::StatusCodes::Draft, ..http::Options::default() };
    let (stable, draft) = (app.router(http::Options::default()), app.router(draft));
    let partial = r#"{ register { revision } organizations(first: 0) { totalCount } }"#;
    // The document; as JSON, as a GraphQL response, and as one in the draft's edition.
    for (document, statuses) in [
        ("{ register { revision } }", [200, 200, 200]),
        ("{ register {", [200, 400, 400]),
        ("{ nothing }", [200, 400, 422]),
        ("query ($slug: String!) { cluster(by: { slug: $slug }) { id } }", [200, 400, 422]),
        ("query A { register { revision } } query B { register { revision } }", [200, 400, 422]),
        ("query { register { revision } } query B { register { revision } }", [200, 400, 422]),
        (partial, [200, 200, 294]),
    ] {
        let of = [("application/json", &stable), (GRAPHQL_RESPONSE, &stable), (GRAPHQL_RESPONSE, &draft)];
        for ((accept, router), expected) in of.into_iter().zip(statuses) {
            let (status, headers, answer) = exchange(router.clone(), question(document, accept)).await;
            assert_eq!(status.as_u16(), expected, "{accept} {document}: {answer}");
            assert_eq!(headers[header::CONTENT_TYPE], format!("{accept}; charset=utf-8"), "{document}");
            assert!(headers.get_all(header::VARY).iter().any(|value| value == "accept"), "{headers:?}");
            assert_eq!(answer.get("data").is_some(), statuses[1] == 200, "{accept} {document}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_request_that_is_none_is_told_so_in_the_form_of_every_answer() {
    let app = TestApp::circlemade().await;
    let router = app.router(http::Options::default());
    let asked = r#"{"query":"{ register { revision } }"}"#;
    let request = |method: &str, path: &str, content_type: &str, body: &'static [u8]| {
        let request = Request::builder().method(method).uri(path).header(header::ACCEPT, GRAPHQL_RESPONSE);
        request.header(header::CONTENT_TYPE, content_type).body(Body::from(body)).expect("a request")
    };
    let post = |content_type: &str, body: &'static [u8]| request("POST", "/graphql", content_type, body);
    let json = "application/json";
    for (request, expected, word) in [
        (post("application/x-www-form-urlencoded", b"query=%7Bregister%7Brevision%7D%7D"), 415, "application/json"),
        (post("multipart/form-data; boundary=a", b"--a--"), 415, "application/json"),
        (post("application/graphql", b"{ register { revision } }"), 415, "application/json"),
        (post("application/json; charset=latin1", asked.as_bytes()), 415, "UTF-8"),
        (post(json, b""), 400, "empty"),
        (post(json, b"{"), 400, "EOF"),
        (post(json, b"42"), 400, "object"),
        (post(json, b"nonsense"), 400, "expected"),
        (post(json, b"[{\"query\":\"{ register { revision } }\"}]"), 400, "batches"),
        (post(json, b"{\"query\":\"{ register { revision } } # \xff\"}"), 400, "unicode"),
        (post(json, b"{\"query\":\"{ register { revision } } # \\ud800\"}"), 400, "hex escape"),
        (post(json, b"{\"query\":\"{ register { revision } }\",\"variables\":{\"a\":1e999}}"), 400, "number"),
        (post(json, b"{\"query\":\"{ register { revision } }\",\"query\":\"\"}"), 400, "duplicate"),
        (request("GET", "/graphql", json, b""), 400, "`query`"),
        (request("GET", "/graphql?query=%ff", json, b""), 400, "UTF-8"),
        (request("GET", "/graphql?query=%7Ba%7D&query=%7Bb%7D", json, b""), 400, "more than once"),
        (request("GET", "/graphql?query=%7Ba%7D&variables=%5B%5D", json, b""), 400, "`variables`"),
        (request("GET", "/graphql?query=mutation%7Ba%7D", json, b""), 405, "POST"),
        (request("PUT", "/graphql", json, asked.as_bytes()), 405, "POST"),
        (request("DELETE", "/graphql", json, b""), 405, "POST"),
    ] {
        let shown = format!("{request:?}");
        let (status, headers, answer) = exchange(router.clone(), request).await;
        assert_eq!(status.as_u16(), expected, "{shown}: {answer}");
        let code = if expected == 405 { "METHOD_NOT_ALLOWED" } else { "BAD_REQUEST" };
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{shown}: {answer}");
        assert!(answer["errors"][0]["message"].as_str().is_some_and(|text| text.contains(word)), "{shown}: {answer}");
        assert!(answer.get("data").is_none(), "{shown}: {answer}");
        assert_eq!(headers.contains_key(header::ALLOW), expected == 405, "{shown}");
    }
    let (status, _, answer) = exchange(router, question("{ register { revision } }", "text/csv")).await;
    assert_eq!(status, StatusCode::NOT_ACCEPTABLE, "{answer}");
}

#[tokio::test]
async fn a_question_in_the_address_is_answered() {
    let app = TestApp::circlemade().await;
    let document =
        "query A($slug: String!) { cluster(by: { slug: $slug }) { slug } } query B { register { revision } }";
    let encoded = document.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let path = format!("/graphql?query={encoded}&operationName=A&variables=%7B%22slug%22%3A+%22circlemade%22%7D");
    let (status, body) = app.send(get(&path)).await;
    let answer: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((status, &answer["data"]), (StatusCode::OK, &json!({ "cluster": { "slug": "circlemade" } })));
}

#[tokio::test]
async fn a_panic_is_our_failure_and_the_server_goes_on() {
    let app = TestApp::circlemade().await;
    fn broken() -> DateTime<Utc> {
        panic!("a clock that stands")
    }
    let router = http::router(http::App::new(Reads::new(app.db.clone()), app.db.clone(), app.ledger.clone(), broken));
    let (status, headers, answer) = exchange(router, question("{ register { revision } }", GRAPHQL_RESPONSE)).await;
    assert_eq!((status, code(&answer)), (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"), "{answer}");
    let told = &answer["errors"][0]["extensions"]["requestId"];
    assert_eq!(told.as_str(), headers["x-request-id"].to_str().ok());
    assert!(!answer.to_string().contains("clock"), "{answer}");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_ends() {
    let app = TestApp::circlemade().await;
    let options = http::Options { request_seconds: Duration::from_millis(100), ..http::Options::default() };
    let router = app.router(options);
    for accept in [GRAPHQL_RESPONSE, "application/json"] {
        let mut request = question("", accept);
        *request.body_mut() = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
        let (status, headers, answer) = exchange(router.clone(), request).await;
        assert_eq!((status, code(&answer)), (StatusCode::SERVICE_UNAVAILABLE, "TIMEOUT"), "{answer}");
        assert!(headers.contains_key(header::RETRY_AFTER) && answer.get("data").is_none(), "{headers:?} {answer}");
    }
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    let app = TestApp::circlemade().await;
    let router = app.router(http::Options::default());
    for (encoding, expected) in
        [("gzip", Some("gzip")), ("zstd", Some("zstd")), ("gzip, zstd", Some("zstd")), ("br", None)]
    {
        let document = "{ organizations { nodes { id name spheres: __typename source { title publisher url } } } }";
        let mut request = question(document, GRAPHQL_RESPONSE);
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding));
        let (status, headers, _) = exchange(router.clone(), request).await;
        assert_eq!(status, StatusCode::OK);
        let told = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().expect("text"));
        assert_eq!(told, expected, "{encoding}");
        let varies = headers.get_all(header::VARY).iter().any(|value| value == "accept-encoding");
        assert!(varies, "{headers:?}");
    }
}

#[tokio::test]
async fn pages_of_other_origins_read_what_they_may_and_never_with_credentials() {
    let app = TestApp::circlemade().await;
    let origins = |text: &str| {
        let arguments = ["trihelix", "--cors-origins", text];
        trihelix::cli::Cli::try_parse_from(arguments).expect("origins").config.http.cors_origins
    };
    let mut allowed = Vec::new();
    for named in ["*", "none", "https://a.example"] {
        let router = app.router(http::Options { cors_origins: origins(named), ..http::Options::default() });
        for origin in ["https://a.example", "https://b.example"] {
            let mut request = question("{ register { revision } }", GRAPHQL_RESPONSE);
            request.headers_mut().insert(header::ORIGIN, HeaderValue::from_static(origin));
            let (status, headers, _) = exchange(router.clone(), request).await;
            assert_eq!(status, StatusCode::OK);
            assert!(headers.get(header::ACCESS_CONTROL_ALLOW_CREDENTIALS).is_none());
            let origin = headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
            allowed.push(origin.map(|value| value.to_str().expect("text").to_owned()));
        }
    }
    let a = Some("https://a.example".to_owned());
    assert_eq!(allowed, [Some("*".to_owned()), Some("*".to_owned()), None, None, a, None]);
    let preflight = Request::options("/graphql")
        .header(header::ORIGIN, "https://a.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type")
        .body(Body::empty())
        .expect("a request");
    let (status, headers, _) = exchange(app.router(http::Options::default()), preflight).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_METHODS], "GET, POST");
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_HEADERS], "content-type, accept, if-none-match, trihelix-cost");
}

#[tokio::test]
async fn every_answer_has_an_id_and_is_taken_for_what_it_says() {
    let app = TestApp::circlemade().await;
    let router = app.router(http::Options::default());
    let mut ids = Vec::new();
    for request in [get("/health/live"), get("/nowhere"), question("{ nothing }", GRAPHQL_RESPONSE), page("/graphql")] {
        let (_, headers, _) = exchange(router.clone(), request).await;
        assert_eq!(headers["x-content-type-options"], "nosniff");
        ids.push(headers["x-request-id"].to_str().expect("text").to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn directives_know_the_defaults_of_variables() {
    let app = TestApp::circlemade().await;
    let document = "query($with: Boolean! = true, $without: Boolean! = false) { register { revision @include(if: $with)
        timeZone @skip(if: $without) } }";
    for (variables, fields) in [
        (json!({}), json!({ "revision": 1, "timeZone": "Europe/Brussels" })),
        (json!({ "with": false }), json!({ "timeZone": "Europe/Brussels" })),
        (json!({ "without": true }), json!({ "revision": 1 })),
    ] {
        assert_eq!(app.ask_with(document, variables).await, json!({ "register": fields }));
    }
}

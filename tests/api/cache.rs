//! What was answered before: tags, answers that are kept, documents that are known; and never one
//! that no longer holds.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use trihelix::{domain::store::reading::Reads, http};

use crate::support::{Package, TestApp, now, operations};

async fn sent(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let (head, body) = router.clone().oneshot(request).await.expect("an answer").into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    (head.status, head.headers, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> String {
    headers.get(name).map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
}

const DIRECTORY: &str = "/q/member-directory?cluster=circlemade&asOf=2018-06-01";
const DOCUMENT: &str = "/graphql?query=%7Bclusters%7Bnodes%7Bname%7D%7D%7D";

#[tokio::test]
async fn a_client_that_has_the_answer_is_told_so_and_nothing_is_executed() {
    let app = TestApp::circlemade().await;
    for address in [DIRECTORY, &DIRECTORY.replace('?', ".csv?"), &DIRECTORY.replace('?', ".ndjson?"), DOCUMENT] {
        let (status, headers, body) = app.get(address).await;
        assert_eq!(status, StatusCode::OK, "{address}: {body}");
        let tag = text(&headers, header::ETAG);
        assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{address}: {tag}");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=5", "{address}");
        let before = app.statement_count();
        let held = [tag.clone(), tag.trim_start_matches("W/").to_owned(), format!("\"other\", {tag}")];
        for held in &held {
            let (status, again, body) = app.get_with(address, &[("if-none-match", held)]).await;
            assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{address}");
            assert!(again.get_all(header::VARY).iter().any(|by| by.to_str().unwrap().contains("accept-encoding")));
            for name in [header::ETAG, header::CACHE_CONTROL, header::HeaderName::from_static("trihelix-basis")] {
                assert_eq!(again.get(&name), headers.get(&name), "{address}: {name}");
            }
        }
        assert_eq!(app.statement_count(), before, "{address}");
        let (status, ..) = app.get_with(address, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(status, StatusCode::OK, "{address}");
    }
}

#[tokio::test]
async fn tags_tell_answers_apart() {
    let app = TestApp::circlemade().await;
    let mut tags = std::collections::BTreeMap::new();
    let (json, graphql) = ("application/json", "application/graphql-response+json");
    for (address, accept) in [
        (DIRECTORY.to_owned(), json),
        (format!("{DIRECTORY}&language=FR"), json),
        (format!("{DIRECTORY}&language=NL"), json),
        (format!("{DIRECTORY}&status=CANDIDATE"), json),
        (DIRECTORY.replace("06-01", "06-02"), json),
        (DIRECTORY.replace('?', ".csv?"), json),
        (DIRECTORY.replace('?', ".csv?separator=;&"), json),
        (DIRECTORY.replace('?', ".csv?bom=1&"), json),
        (DIRECTORY.replace('?', ".ndjson?"), json),
        (DOCUMENT.to_owned(), json),
        (DOCUMENT.to_owned(), graphql),
        (DOCUMENT.replace("name", "slug"), json),
        (format!("{DOCUMENT}&variables=%7B%22a%22%3A1%7D"), json),
    ] {
        let (status, headers, body) = app.get_with(&address, &[("accept", accept)]).await;
        assert_eq!(status, StatusCode::OK, "{address}: {body}");
        let tag = text(&headers, header::ETAG);
        if let Some(other) = tags.insert(tag, format!("{address} {accept}")) {
            panic!("{address} has the tag of {other}");
        }
    }
    let (_, one, _) = app.get("/q/headcount?cluster=circlemade&asOf=2018-06-01").await;
    let (_, other, _) = app.get("/q/headcount?asOf=2018-06-01&cluster=circlemade").await;
    assert_eq!(one[header::ETAG], other[header::ETAG], "the order of parameters says nothing");
}

#[tokio::test]
async fn an_answer_is_kept_for_the_next_who_asks() {
    let app = TestApp::circlemade().await;
    let post = |document: &str| {
        let body = json!({ "query": document }).to_string();
        Request::post("/graphql").header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).expect("one")
    };
    let document = "{ organizations(first: 5) { totalCount nodes { name names { name } } } }";
    let (_, headers, first) = sent(&app.router(http::Options::default()), post(document)).await;
    assert!(
        headers.get(header::ETAG).is_none() && headers.get(header::CACHE_CONTROL).is_none(),
        "of a POST: {headers:?}"
    );
    let router = app.router(http::Options::default());
    let (_, _, again) = sent(&router, post(document)).await;
    assert_eq!(first, again);
    let before = app.statement_count();
    let (_, headers, third) = sent(&router, post(document)).await;
    assert_eq!((third, app.statement_count()), (first.clone(), before), "nothing was asked of the database");
    assert!(text(&headers, "trihelix-basis").starts_with("asOf=2026-11-23&knownAt="), "{headers:?}");
    let (_, _, metrics) = sent(&router, Request::get("/metrics").body(Body::empty()).expect("one")).await;
    for cache in ["answers", "documents"] {
        assert!(
            metrics.contains(&format!("trihelix_cache_lookups_total{{cache=\"{cache}\",result=\"hit\"}}")),
            "{metrics}"
        );
        assert!(metrics.contains(&format!("trihelix_cache_bytes{{cache=\"{cache}\"}}")), "{metrics}");
    }
    let without = app.router(http::Options { cache_bytes: 0, ..http::Options::default() });
    sent(&without, post(document)).await;
    let before = app.statement_count();
    let (_, _, fourth) = sent(&without, post(document)).await;
    assert_eq!(fourth, first);
    assert!(app.statement_count() > before, "without a cache it is executed");
}

#[tokio::test]
async fn what_is_wrong_or_of_the_moment_is_not_kept() {
    let app = TestApp::circlemade().await;
    for address in [
        "/graphql?query=%7Borganizations(first:0)%7BtotalCount%7D%7D",
        "/graphql?query=%7Bnothing%7D",
        "/graphql?query=%7Bregister%7BlookedAt%7D%7D",
        "/graphql?query=query($a:Int)%7Bregister%7B...f%7D%7Dfragment+f+on+Register%7BlookedAt%7D",
        "/q/headcount?cluster=circlemade&asOf=never",
        "/q/none",
    ] {
        let (_, headers, body) = app.get(address).await;
        assert_eq!(text(&headers, header::CACHE_CONTROL), "no-store", "{address}: {body}");
        assert!(headers.get(header::ETAG).is_none(), "{address}");
    }
    let (_, headers, body) = app.get_with(DOCUMENT, &[("trihelix-cost", "1")]).await;
    assert_eq!(text(&headers, header::CACHE_CONTROL), "no-store", "{body}");
    assert!(body.contains("\"cost\""));
    assert!(!app.get(DOCUMENT).await.2.contains("\"cost\""));
}

#[tokio::test]
async fn a_write_makes_other_answers_and_leaves_those_at_a_basis() {
    let package =
        Package::new("a").cluster("a").organization("o1", "company", "One").member("a", "o1", "effective", "2020", "");
    let app = TestApp::with(&package).await;
    let latest = [
        "/q/member-directory?cluster=a",
        "/q/member-directory.csv?cluster=a",
        "/graphql?query=%7Bmemberships%7BtotalCount%7D%7D",
    ];
    let mut tags = Vec::new();
    for address in latest {
        tags.push(text(&app.get(address).await.1, header::ETAG));
    }
    let (_, headers, _) = app.get(latest[0]).await;
    let basis = text(&headers, "trihelix-basis");
    let fixed = format!("{}&{basis}", latest[0]);
    let (_, headers, before) = app.get(&fixed).await;
    assert_eq!(text(&headers, header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    let tag = text(&headers, header::ETAG);
    let half = format!("{}&{}", latest[0], basis.split('&').next().expect("a day"));
    assert_eq!(text(&app.get(&half).await.1, header::CACHE_CONTROL), "public, max-age=5", "a write can change it");
    let future = format!("{}&asOf=2020-01-01&knownAt=2027-01-01T00:00:00Z", latest[0]);
    assert_eq!(
        text(&app.get(&future).await.1, header::CACHE_CONTROL),
        "public, max-age=5",
        "a write can come before it"
    );
    app.import(&package.organization("o2", "company", "Two").member("a", "o2", "effective", "2020", "")).await;
    for (address, tag) in latest.iter().zip(&tags) {
        let (status, headers, body) = app.get_with(address, &[("if-none-match", tag)]).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        assert_ne!(text(&headers, header::ETAG), *tag, "{address}");
        assert!(body.contains("Two") || body.contains(":2}"), "{address}: {body}");
    }
    let (status, ..) = app.get_with(&fixed, &[("if-none-match", &tag)]).await;
    assert_eq!(status, StatusCode::NOT_MODIFIED, "what was known then stays so");
    assert_eq!(app.get(&fixed).await.2, before);
}

/// A clock that a test puts forward, in hours.
static HOURS: AtomicI64 = AtomicI64::new(0);

fn clock() -> DateTime<Utc> {
    now() + TimeDelta::hours(HOURS.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_day_makes_other_answers() {
    let app = TestApp::circlemade().await;
    let router = http::router(
        http::App::new(Reads::new(app.db.clone()), app.db.clone(), app.ledger.clone(), clock)
            .with_operations(operations().await),
    );
    let get = |tag: &str| {
        let request = Request::get("/q/headcount?cluster=circlemade").header(header::IF_NONE_MATCH, tag);
        request.body(Body::empty()).expect("a request")
    };
    let (_, headers, first) = sent(&router, get("\"none\"")).await;
    let tag = text(&headers, header::ETAG);
    // 22 hours after three in the afternoon in Brussels' winter it is another day, in Brussels as in UTC.
    for (hours, is_same) in [(0, true), (8, true), (9, false), (22, false)] {
        HOURS.store(hours, Ordering::Relaxed);
        let (status, headers, body) = sent(&router, get(&tag)).await;
        assert_eq!(status == StatusCode::NOT_MODIFIED, is_same, "after {hours} hours: {headers:?}");
        assert!(is_same || body != first, "{body}");
        assert!(is_same || text(&headers, "trihelix-basis").starts_with("asOf=2026-11-24"), "{headers:?}");
    }
}

#[tokio::test]
async fn what_is_kept_is_bounded() {
    let app = TestApp::circlemade().await;
    let most = 64 * 1024;
    let router = app.router(http::Options { cache_bytes: most, ..http::Options::default() });
    for at in 0..400 {
        let document = format!("query Q{at} {{ organizations(first: 20) {{ nodes {{ name }} }} }}");
        let body = json!({ "query": document, "variables": { "at": at } }).to_string();
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        let (status, _, body) = sent(&router, request.body(Body::from(body)).expect("a request")).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert!(body.len() > 300, "{body}");
    }
    let metrics = sent(&router, Request::get("/metrics").body(Body::empty()).expect("one")).await.2;
    let bytes = |cache: &str| {
        let name = format!("trihelix_cache_bytes{{cache=\"{cache}\"}} ");
        let line = metrics.lines().find_map(|line| line.strip_prefix(&name)).unwrap_or_else(|| panic!("{metrics}"));
        line.parse::<f64>().expect("a number")
    };
    // What was just taken in is thrown out a moment later.
    assert!(bytes("answers") <= 2.0 * most as f64, "{} bytes", bytes("answers"));
    assert!(bytes("documents") <= 8.0 * 1024.0 * 1024.0);
}

#[tokio::test]
async fn a_known_document_is_answered_as_a_new_one() {
    let app = TestApp::circlemade().await;
    let members = "query($at: PointInTime, $filter: ParticipationFilter, $first: Int, $order: [ParticipationOrder!]) {
        memberships(at: $at, filter: $filter, first: $first, orderBy: $order) { totalCount } }";
    let cluster = "query($by: ClusterKey!) { cluster(by: $by) { slug } }";
    let cases = [
        (members, json!({})),
        (members, json!({ "at": { "asOf": "2018-06-01" }, "filter": { "status": ["EFFECTIVE"] }, "first": 3 })),
        (members, json!({ "at": { "asOf": "2018-13-01" } })),
        (members, json!({ "at": { "colour": "red" } })),
        (members, json!({ "at": "today" })),
        (members, json!({ "filter": { "status": "EFFECTIVE" } })),
        (members, json!({ "filter": { "status": ["GONE"] } })),
        (members, json!({ "filter": { "not": { "sphere": [1] } } })),
        (members, json!({ "first": "three" })),
        (members, json!({ "first": 1000 })),
        (members, json!({ "order": [{ "direction": "DESC" }] })),
        (members, json!({ "order": { "field": "SINCE" } })),
        (members, json!({ "unknown": 1 })),
        (cluster, json!({ "by": { "slug": "circlemade" } })),
        (cluster, json!({ "by": { "slug": "circlemade", "id": "a" } })),
        (cluster, json!({ "by": { "slug": null } })),
        (cluster, json!({ "by": {} })),
        (cluster, json!({ "by": null })),
        (cluster, json!({})),
    ];
    for (document, variables) in &cases {
        // A comment makes another text: it is read and validated as if nothing were known.
        let new = app.answer(&format!("{document} # {variables}"), variables.clone()).await;
        app.answer(document, json!({ "by": { "slug": "circlemade" } })).await;
        let known = app.answer(document, variables.clone()).await;
        assert_eq!(known, new, "{variables}");
    }
}

fn sha256(text: &str) -> String {
    trihelix::graphql::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_document_is_named_once_it_is_known() {
    let app = TestApp::circlemade().await;
    let code = |answer: &Value| answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
    let document = "query($slug: String!) { cluster(by: { slug: $slug }) { slug } }";
    let variables = json!({ "slug": "circlemade" });
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": sha256(document) } });
    let unknown = app.post(json!({ "variables": variables, "extensions": persisted })).await;
    assert_eq!(code(&unknown), "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(unknown["errors"][0]["message"], "PersistedQueryNotFound", "the word that clients look for");
    let sent = app.post(json!({ "query": document, "variables": variables, "extensions": persisted })).await;
    assert_eq!(sent["data"]["cluster"]["slug"], "circlemade");
    let named = app.post(json!({ "variables": variables, "extensions": persisted })).await;
    assert_eq!(named, sent);
    let address = format!(
        "/graphql?variables=%7B%22slug%22:%22circlemade%22%7D&extensions=%7B%22persistedQuery%22:%7B%22version%22:1,\
         %22sha256Hash%22:%22{}%22%7D%7D",
        sha256(document)
    );
    let (status, headers, body) = app.get(&address).await;
    assert_eq!((status, serde_json::from_str::<Value>(&body).expect("JSON")), (StatusCode::OK, sent));
    assert!(headers.contains_key(header::ETAG));
    let other = json!({ "persistedQuery": { "version": 1, "sha256Hash": sha256("{ a }") } });
    let wrong = app.post(json!({ "query": document, "variables": variables, "extensions": other })).await;
    assert_eq!(code(&wrong), "BAD_USER_INPUT");
    for extensions in
        [json!({ "persistedQuery": 1 }), json!({ "persistedQuery": { "version": 1, "sha256Hash": "zz" } })]
    {
        assert_eq!(code(&app.post(json!({ "extensions": extensions })).await), "BAD_USER_INPUT");
    }
    let invalid = "{ nothing }";
    app.post(json!({ "query": invalid })).await;
    let invalid = json!({ "persistedQuery": { "version": 1, "sha256Hash": sha256(invalid) } });
    assert_eq!(code(&app.post(json!({ "extensions": invalid })).await), "PERSISTED_QUERY_NOT_FOUND", "no use in it");
}

#[tokio::test]
async fn a_saved_operation_is_a_trusted_document() {
    let app = TestApp::circlemade().await;
    let ours = operations().await;
    let text = ours.get("headcount").expect("it is ours").text.clone();
    let variables = json!({ "cluster": "circlemade", "at": { "asOf": "2018-06-01" } });
    let whole = app.post(json!({ "query": text, "variables": variables })).await;
    assert!(whole["data"]["cluster"].is_object(), "{whole}");
    let only = app.router(http::Options { only_saved: true, ..http::Options::default() });
    let post = |body: Value| {
        Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap()
    };
    for named in [
        json!({ "documentId": "headcount", "variables": variables }),
        json!({ "documentId": format!("sha256:{}", sha256(&text)), "variables": variables }),
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": sha256(&text) } }, "variables": variables }),
        json!({ "query": text, "variables": variables }),
    ] {
        assert_eq!(app.post(named.clone()).await, whole);
        let (status, _, body) = sent(&only, post(named)).await;
        assert_eq!((status, serde_json::from_str::<Value>(&body).expect("JSON")), (StatusCode::OK, whole.clone()));
    }
    let (status, ..) = sent(&only, Request::get("/q/headcount?cluster=circlemade").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    for other in
        [json!({ "query": "{ register { revision } }" }), json!({ "query": "{ __schema { types { name } } }" })]
    {
        let (_, _, body) = sent(&only, post(other)).await;
        assert!(body.contains("PERSISTED_QUERY_NOT_IN_LIST"), "{body}");
    }
    for (body, code) in [
        (json!({ "documentId": "none" }), "PERSISTED_QUERY_NOT_FOUND"),
        (json!({ "documentId": "sha256:12" }), "BAD_USER_INPUT"),
        (json!({ "documentId": "headcount", "query": "{ a }" }), "BAD_USER_INPUT"),
        (json!({ "variables": {} }), "BAD_REQUEST"),
    ] {
        let answer = app.post(body.clone()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{body}");
    }
}

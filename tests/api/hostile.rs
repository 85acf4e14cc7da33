//! Requests that are meant to harm: each is answered as the table says, soon, in little memory, and
//! while others go on.

use std::{
    io::Write,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    server::{Server, read_answer},
};

/// A request with the answer it must get.
struct Row {
    name: String,
    method: &'static str,
    path: String,
    content_type: &'static str,
    body: Vec<u8>,
    status: u16,
    code: &'static str,
}

fn body(name: impl Into<String>, body: impl Into<Vec<u8>>, status: u16, code: &'static str) -> Row {
    let (path, body) = ("/graphql".to_owned(), body.into());
    Row { name: name.into(), method: "POST", path, content_type: "application/json", body, status, code }
}

fn document(name: impl Into<String>, document: impl AsRef<str>, status: u16, code: &'static str) -> Row {
    body(name, json!({ "query": document.as_ref() }).to_string(), status, code)
}

fn with(name: &str, document: &str, variables: Value, status: u16, code: &'static str) -> Row {
    body(name, json!({ "query": document, "variables": variables }).to_string(), status, code)
}

fn lists(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

fn objects(depth: usize) -> String {
    format!("{}1{}", "{ not: ".repeat(depth), "}".repeat(depth))
}

fn numbered(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(" ")
}

/// Every kind of request that was seen to harm, or could.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for depth in [1_000, 16_000, 100_000] {
        for (kind, value) in [("list", lists(depth)), ("object", objects(depth))] {
            for (place, text) in [
                ("argument", format!("{{ memberships(filter: {value}) {{ totalCount }} }}")),
                ("default", format!("query($a: [ID] = {value}) {{ register {{ revision }} }}")),
                ("directive", format!("{{ register @include(if: {value}) {{ revision }} }}")),
            ] {
                rows.push(document(format!("a {kind} {depth} deep as {place}"), text, 400, "QUERY_TOO_COMPLEX"));
            }
        }
        let deep = format!(
            r#"{{"query":"query($a: [ID]) {{ nodes(ids: $a) {{ id }} }}","variables":{{"a":{}}}}}"#,
            lists(depth)
        );
        rows.push(body(format!("a variable {depth} deep"), deep, 400, "BAD_REQUEST"));
    }
    let selections = format!("{}a{}", "{ a ".repeat(5_000), "}".repeat(5_000));
    rows.push(document("selections 5,000 deep", selections, 400, "QUERY_TOO_COMPLEX"));
    let bomb = |levels: usize, leaf: &str| {
        let fragments =
            numbered(levels, |level| format!("fragment f{level} on Query {{ ...f{0} ...f{0} }}", level + 1));
        format!("{{ ...f0 }} {fragments} fragment f{levels} on Query {{ {leaf} }}")
    };
    rows.push(document("a fragment bomb", bomb(30, "register { revision }"), 400, "QUERY_TOO_COMPLEX"));
    rows.push(document("a fragment bomb of cycles", bomb(30, "...f0"), 400, "QUERY_TOO_COMPLEX"));
    rows.push(document("a long chain of fragments", bomb(900, "__typename"), 400, "QUERY_TOO_COMPLEX"));
    let unused = bomb(30, "__typename").replace("{ ...f0 }", "{ __typename }");
    rows.push(document("a fragment bomb that is not spread", unused, 400, "QUERY_TOO_COMPLEX"));
    let beside =
        format!("query A {{ __typename }} query B {{ {} }} {}", "...f0 ".repeat(2_000), &bomb(18, "__typename")[9..]);
    rows.push(body(
        "a bomb beside what is asked",
        json!({ "query": beside, "operationName": "A" }).to_string(),
        400,
        "QUERY_TOO_COMPLEX",
    ));
    let operations = numbered(1_000, |at| format!("query Q{at} {{ ...f0 }}"));
    rows.push(document(
        "1,000 operations",
        format!("{operations} {}", &bomb(8, "__typename")[9..]),
        200,
        "GRAPHQL_VALIDATION_FAILED",
    ));
    let wide = format!("{{ {} }} fragment f on Query {{ __typename }}", "...f ".repeat(4_000));
    rows.push(document("one fragment 4,000 times", wide, 400, "QUERY_TOO_COMPLEX"));
    rows.push(document(
        "20,000 fragments",
        numbered(20_000, |at| format!("fragment f{at} on Query {{ a }}")),
        400,
        "QUERY_TOO_COMPLEX",
    ));
    let aliases = numbered(2_500, |at| format!(r#"a{at}: memberships(at: {{ asOf: "2020-01-01" }}) {{ totalCount }}"#));
    rows.push(document("2,500 dated aliases", format!("{{ {aliases} }}"), 400, "QUERY_TOO_COMPLEX"));
    let nested = format!("{{ register {{ {} }} }}", numbered(3_000, |at| format!("a{at}: revision")));
    rows.push(document("3,000 aliases of a scalar", nested, 400, "QUERY_TOO_COMPLEX"));
    rows.push(document(
        "7,000 times __typename",
        format!("{{ {} }}", "__typename ".repeat(7_000)),
        400,
        "QUERY_TOO_COMPLEX",
    ));
    rows.push(document(
        "50,000 times __typename",
        format!("{{ {} }}", "__typename ".repeat(50_000)),
        400,
        "QUERY_TOO_COMPLEX",
    ));
    let directives = format!("{{ register {} {{ revision }} }}", "@include(if: true) ".repeat(1_000));
    rows.push(document("1,000 directives", directives, 400, "QUERY_TOO_COMPLEX"));
    let errors = format!("{{ register {{ {} }} }}", numbered(7_000, |at| format!("wrong{at}")));
    rows.push(document("7,000 fields that are none", errors, 200, "GRAPHQL_VALIDATION_FAILED"));
    let pages = "{ clusters(first: 100) { nodes { memberships(first: 100) { nodes { cluster { memberships(first: 100) { nodes { id } } } } } } } }";
    rows.push(document("pages in pages in pages", pages, 400, "QUERY_TOO_COMPLEX"));
    let introspection =
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }";
    rows.push(document("a schema in a schema", introspection, 400, "QUERY_TOO_COMPLEX"));
    rows.push(document(
        "a number too large",
        "{ clusters(first: 99999999999999999999) { totalCount } }",
        200,
        "BAD_USER_INPUT",
    ));
    rows.push(document("NUL", "{ register { revision } } # \0", 200, "BAD_USER_INPUT"));
    let long = "x".repeat(900_000);
    rows.push(with(
        "a long search",
        "query($a: String) { organizations(search: $a) { totalCount } }",
        json!({ "a": long }),
        200,
        "BAD_USER_INPUT",
    ));
    rows.push(with(
        "a long name",
        "query($a: ClusterFilter) { clusters(filter: $a) { totalCount } }",
        json!({ "a": { "name": long } }),
        200,
        "BAD_USER_INPUT",
    ));
    rows.push(with("a long id", "query($a: ID!) { node(id: $a) { id } }", json!({ "a": long }), 200, "BAD_USER_INPUT"));
    rows.push(with(
        "a long cursor",
        "query($a: String) { organizations(after: $a) { totalCount } }",
        json!({ "a": long }),
        200,
        "BAD_USER_INPUT",
    ));
    let orders: Vec<_> = (0..10_000).map(|_| json!({ "field": "NAME", "direction": "ASC" })).collect();
    rows.push(with(
        "10,000 orders",
        "query($a: [OrganizationOrder!]) { organizations(orderBy: $a) { totalCount nodes { id } } }",
        json!({ "a": orders }),
        200,
        "",
    ));
    let codes: Vec<_> = (0..33_000).map(|code| code.to_string()).collect();
    let filtered = "query($a: ParticipationFilter) { memberships(filter: $a) { totalCount nodes { id } } }";
    rows.push(with("33,000 codes", filtered, json!({ "a": { "municipality": codes } }), 200, "BAD_USER_INPUT"));
    let pairs = (1..=19).flat_map(|one| (one + 1..=19).map(move |other| (one, other)));
    let place = |(one, other)| json!({ "municipality": [format!("210{one:02}"), format!("210{other:02}")] });
    let places: Vec<_> = pairs.take(100).map(place).collect();
    for within in ["and", "or"] {
        let filter = json!({ "a": { within: places } });
        rows.push(with(&format!("100 conditions in `{within}`"), filtered, filter, 200, ""));
        let organizations = "query($a: OrganizationFilter) { organizations(filter: $a) { totalCount nodes { id } } }";
        rows.push(with(
            &format!("100 conditions on organizations in `{within}`"),
            organizations,
            json!({ "a": { within: places } }),
            200,
            "",
        ));
    }
    let question = r#"{"query":"{ register { revision } }"}"#;
    rows.push(body("50 MB", vec![b' '; 50_000_000], 413, "BAD_REQUEST"));
    rows.push(body(
        "invalid UTF-8",
        b"{\"query\":\"{ register { revision } } # \xff\"}".as_slice(),
        400,
        "BAD_REQUEST",
    ));
    rows.push(body(
        "a lone surrogate",
        br#"{"query":"{ register { revision } } # \ud800"}"#.as_slice(),
        400,
        "BAD_REQUEST",
    ));
    rows.push(body("a batch", format!("[{question}]"), 400, "BAD_REQUEST"));
    for content_type in
        ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=a", "a/b", ""]
    {
        rows.push(Row { content_type, ..body(format!("as `{content_type}`"), question, 415, "BAD_REQUEST") });
    }
    let path = "/graphql?query=mutation%7Ba%7D".to_owned();
    rows.push(Row { method: "GET", path, ..body("a mutation by GET", "", 405, "METHOD_NOT_ALLOWED") });
    let path = format!("/graphql?query=%7B{}%7D", "a".repeat(60_000));
    rows.push(Row { method: "GET", path, ..body("a long address", "", 200, "GRAPHQL_VALIDATION_FAILED") });
    rows
}

/// How long a question that asks for little may take while another is answered.
const SOON: Duration = Duration::from_secs(1);

/// The memory that a server may take on top of what it had, in KiB.
const MEMORY: u64 = 200 * 1024;

fn send(server: &Server, row: &Row) -> (u16, String) {
    let mut stream = server.connect();
    let head = format!(
        "{} {} HTTP/1.1\r\nhost: t\r\nconnection: close\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
        row.method,
        row.path,
        row.content_type,
        row.body.len()
    );
    // The server may answer before it has read everything, and read no more.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&row.body));
    read_answer(&mut stream)
}

#[tokio::test]
async fn what_is_meant_to_harm_is_answered_and_harms_nobody() {
    let app = TestApp::circlemade().await;
    let server = Server::start(app.url(), &[]);
    let trivial = || {
        let begun = Instant::now();
        assert_eq!(server.ask("{ register { revision } }"), json!({ "register": { "revision": 5 } }));
        begun.elapsed()
    };
    trivial();
    let before = server.memory();
    let mut wrong = Vec::new();
    for row in rows() {
        let is_answered = AtomicBool::new(false);
        let begun = Instant::now();
        let ((status, answer), slowest) = thread::scope(|scope| {
            let harming = scope.spawn(|| {
                let answer = send(&server, &row);
                is_answered.store(true, Ordering::Release);
                answer
            });
            let mut slowest = trivial();
            while !is_answered.load(Ordering::Acquire) {
                slowest = slowest.max(trivial());
            }
            (harming.join().expect("an answer"), slowest)
        });
        let (time, memory) = (begun.elapsed(), server.memory().saturating_sub(before));
        let told: Value = serde_json::from_str(&answer).unwrap_or_default();
        let errors = told["errors"].as_array().map_or(0, Vec::len);
        let code = told["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
        let is_expected = status == row.status && code == row.code && errors <= 100;
        if !is_expected || code == "INTERNAL" || time > 3 * SOON || slowest > SOON || memory > MEMORY {
            let shown = answer.chars().take(200).collect::<String>();
            wrong.push(format!("{}: {status} {code} in {time:?}, others {slowest:?}, {memory} KiB: {shown}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(server.stop("-TERM").await, Some(0));
}

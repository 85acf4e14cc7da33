//! What is told of the server to those who run it: logs, metrics and traces, and nothing in them of
//! what was asked but its name.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::support::{TestApp, server::Server};

/// What nobody but the caller and the database may see.
const SECRET: &str = "permafungi-and-nobody-else";

const DOCUMENT: &str = "query Directory($search: String) {
    organizations(search: $search) { nodes { name } } events(first: 1) { nodes { kind } }
    faulty: organizations(first: 0) { totalCount } }";

fn question() -> String {
    json!({ "query": DOCUMENT, "variables": { "search": SECRET } }).to_string()
}

#[tokio::test]
async fn a_request_is_one_line_of_the_log_without_what_was_asked() {
    let app = TestApp::circlemade().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    for form in ["json", "text"] {
        let log = folder.path().join(form);
        let server = Server::logged(app.url(), &["--log-format", form], &log);
        assert_eq!(server.send("POST", "/graphql", &question()).0, 200);
        let path = format!("/graphql?query=%7B%20organizations(search%3A%22{SECRET}%22)%20%7BtotalCount%7D%7D");
        assert_eq!(server.send("GET", &path, "").0, 200);
        assert_eq!(server.send("POST", "/graphql", r#"{"query":"{ nothing }"}"#).0, 200);
        assert_eq!(server.stop("-TERM").await, Some(0));
        let text = std::fs::read_to_string(&log).expect("the log");
        assert!(!text.contains(SECRET) && !text.to_lowercase().contains("select"), "{text}");
        let answered: Vec<_> = text.lines().filter(|line| line.contains("answered")).collect();
        assert_eq!(answered.len(), 3, "{text}");
        if form == "text" {
            assert!(
                answered[0].contains("operation.name=\"Directory\"") && answered[0].contains("status=200"),
                "{text}"
            );
            continue;
        }
        let lines: Vec<Value> = answered.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let [asked, _, refused] = &lines[..] else { unreachable!("three lines") };
        assert_eq!(asked["status"], 200);
        assert_eq!(asked["outcome"], "errors");
        assert!(asked["statements"].as_u64().is_some_and(|count| count >= 1), "{asked}");
        assert!(asked["rows"].is_u64() && asked["elapsed_ms"].is_f64(), "{asked}");
        let span = &asked["span"];
        assert_eq!(span["operation.name"], "Directory", "{asked}");
        assert_eq!(span["operation.hash"].as_str().map(str::len), Some(32), "{asked}");
        assert!(span["cost"].as_u64().is_some_and(|cost| cost > 50), "{asked}");
        assert_eq!(span["request.id"].as_str().map(str::len), Some(36), "{asked}");
        assert_eq!((&span["method"], &span["path"]), (&json!("POST"), &json!("/graphql")), "{asked}");
        assert_eq!(refused["outcome"], "GRAPHQL_VALIDATION_FAILED", "{refused}");
    }
}

#[tokio::test]
async fn a_monitor_reads_how_many_requests_there_were_and_how_the_server_is() {
    let app = TestApp::circlemade().await;
    let server = Server::start(app.url(), &[]);
    assert_eq!(server.send("POST", "/graphql", &question()).0, 200);
    assert_eq!(server.send("POST", "/graphql", r#"{"query":"{ register { revision } }"}"#).0, 200);
    assert_eq!(server.send("POST", "/graphql", r#"{"query":"{ nothing }"}"#).0, 200);
    assert_eq!(server.send("POST", "/graphql", "{").0, 400);
    let (status, metrics) = server.send("GET", "/metrics", "");
    assert_eq!(status, 200);
    for line in [
        "# TYPE trihelix_requests_total counter",
        "# TYPE trihelix_request_duration_seconds histogram",
        r#"trihelix_requests_total{operation="Directory",outcome="errors"} 1"#,
        r#"trihelix_requests_total{operation="unnamed",outcome="ok"} 1"#,
        r#"trihelix_requests_total{operation="unnamed",outcome="GRAPHQL_VALIDATION_FAILED"} 1"#,
        r#"trihelix_requests_total{operation="unnamed",outcome="BAD_REQUEST"} 1"#,
        r#"trihelix_request_duration_seconds_count{operation="Directory"} 1"#,
        r#"trihelix_database_connections{state="free"}"#,
        "trihelix_database_statements_total",
        "trihelix_ledger_revision 5",
        "trihelix_ledger_age_seconds 0.",
        "process_resident_memory_bytes",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    assert!(!metrics.contains(SECRET), "{metrics}");
    // Clients choose the names of operations: they do not fill the memory with them.
    for number in 0..250 {
        let document = json!({ "query": format!("query Q{number} {{ register {{ revision }} }}") }).to_string();
        server.send("POST", "/graphql", &document);
    }
    let (_, metrics) = server.send("GET", "/metrics", "");
    assert!(metrics.contains(r#"trihelix_requests_total{operation="others",outcome="ok"}"#), "{metrics}");
}

#[tokio::test]
async fn metrics_are_read_through_the_router_too() {
    let app = TestApp::circlemade().await;
    let request = Request::get("/metrics").body(Body::empty()).expect("a request");
    let (status, body) = app.send(request).await;
    assert!(status.is_success() && String::from_utf8_lossy(&body).contains("# TYPE trihelix_ledger_revision gauge"));
}

/// A collector that keeps what it is sent: each request whole, with its header.
fn collector() -> (String, Arc<Mutex<Vec<Vec<u8>>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let kept = Arc::<Mutex<Vec<Vec<u8>>>>::default();
    let keeping = kept.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let keeping = keeping.clone();
            thread::spawn(move || {
                while let Some(request) = received(&stream) {
                    keeping.lock().expect("no panic").push(request);
                    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
                    let _ = (&stream).write_all(answer.as_bytes());
                }
            });
        }
    });
    (address, kept)
}

fn received(mut stream: &TcpStream) -> Option<Vec<u8>> {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") {
        (stream.read(&mut byte).ok()? == 1).then(|| bytes.push(byte[0]))?;
    }
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.trim().parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    bytes.extend(body);
    Some(bytes)
}

#[tokio::test]
async fn a_collector_is_sent_the_traces_of_requests() {
    let app = TestApp::circlemade().await;
    let (address, kept) = collector();
    let server = Server::start(app.url(), &["--otlp-endpoint", &address]);
    let mut stream = server.connect();
    let trace = [0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36];
    let body = question();
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nhost: t\r\nconnection: close\r\ncontent-type: application/json\r\n\
         traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("sent");
    assert_eq!(crate::support::server::read_answer(&mut stream).0, 200);
    // What was not sent yet is sent at the end.
    assert_eq!(server.stop("-TERM").await, Some(0));
    let begun = Instant::now();
    while kept.lock().expect("no panic").is_empty() && begun.elapsed() < Duration::from_secs(5) {
        thread::sleep(Duration::from_millis(20));
    }
    let all = kept.lock().expect("no panic").concat();
    let has = |part: &[u8]| all.windows(part.len()).any(|window| window == part);
    assert!(has(b"POST /v1/traces HTTP/1.1"), "{}", String::from_utf8_lossy(&all));
    for part in ["request", "statement", "operation.name", "Directory", "service.name", "trihelix"] {
        assert!(has(part.as_bytes()), "{part}: {}", String::from_utf8_lossy(&all));
    }
    assert!(has(&trace), "the client's trace goes on");
    assert!(!has(SECRET.as_bytes()) && !has(b"SELECT"), "{}", String::from_utf8_lossy(&all));
}

//! Clients that are slow, silent or half gone: the real server, on a real port.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{
    TestApp,
    server::{Server, read_answer},
};

const QUESTION: &str = r#"{"query":"{ register { revision } }"}"#;

fn header(length: usize) -> String {
    format!("POST /graphql HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
}

/// How long the server keeps a connection open on which nothing more is sent, and what it says
/// before.
fn kept(mut stream: TcpStream) -> (Duration, String) {
    let begun = Instant::now();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    (begun.elapsed(), String::from_utf8_lossy(&answer).into_owned())
}

/// A server that waits half a second for its clients.
async fn impatient(arguments: &[&str]) -> (TestApp, Server) {
    let app = TestApp::circlemade().await;
    let server = Server::start(app.url(), &[&["--client-seconds", "0.5"], arguments].concat());
    (app, server)
}

const SOON: std::ops::Range<Duration> = Duration::from_millis(400)..Duration::from_secs(8);

#[tokio::test]
async fn silent_and_slow_clients_are_cut_off() {
    let (_app, server) = impatient(&[]).await;
    let silent = server.connect();
    let (time, answer) = kept(silent);
    assert!(SOON.contains(&time) && answer.is_empty(), "silent: {time:?} {answer}");

    let mut half_a_header = server.connect();
    half_a_header.write_all(b"POST /graphql HTTP/1.1\r\nhost: t\r\nx-").expect("sent");
    let (time, answer) = kept(half_a_header);
    assert!(SOON.contains(&time), "half a header: {time:?} {answer}");

    let mut half_a_body = server.connect();
    half_a_body.write_all(header(QUESTION.len()).as_bytes()).expect("sent");
    half_a_body.write_all(&QUESTION.as_bytes()[..5]).expect("sent");
    let (time, answer) = kept(half_a_body);
    assert!(SOON.contains(&time), "half a body: {time:?} {answer}");
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("BAD_REQUEST"), "{answer}");

    let mut idle = server.connect();
    idle.write_all(header(QUESTION.len()).as_bytes()).expect("sent");
    idle.write_all(QUESTION.as_bytes()).expect("sent");
    let (time, answer) = kept(idle);
    assert!(SOON.contains(&time) && answer.contains(r#""revision":5"#), "idle: {time:?} {answer}");
    assert_eq!(server.ask("{ register { revision } }"), json!({ "register": { "revision": 5 } }));
}

#[tokio::test]
async fn a_header_that_drips_is_cut_off() {
    let (_app, server) = impatient(&[]).await;
    let mut dripping = server.connect();
    let begun = Instant::now();
    let head = format!("POST /graphql HTTP/1.1\r\nhost: t\r\nx-long: {}", "a".repeat(1000));
    let cut = head.bytes().position(|byte| {
        std::thread::sleep(Duration::from_millis(20));
        dripping.write_all(&[byte]).is_err()
    });
    assert!(cut.is_some() && begun.elapsed() < SOON.end, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_client_that_takes_no_answer_is_cut_off() {
    let (_app, server) = impatient(&[]).await;
    let mut stream = server.connect();
    let document = "{ a: __schema { types { name description fields { name description } } } }";
    let body = json!({ "query": document }).to_string() + &" ".repeat(100_000);
    // One after the other on one connection, none of them read, until the server takes no more.
    stream.set_write_timeout(Some(Duration::from_secs(3))).expect("a timeout");
    let request = format!("{}{body}", header(body.len()));
    let refused = (0..2000).find(|_| stream.write_all(request.as_bytes()).is_err());
    assert!(refused.is_some(), "the server takes requests without end");
    std::thread::sleep(Duration::from_secs(1));
    let mut rest = Vec::new();
    // What was on its way arrives, and then the end: not more answers.
    let end = stream.read_to_end(&mut rest);
    assert!(end.is_ok() || end.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset));
    assert_eq!(server.ask("{ register { revision } }"), json!({ "register": { "revision": 5 } }));
}

#[tokio::test]
async fn others_are_answered_while_clients_keep_the_server_waiting() {
    let app = TestApp::circlemade().await;
    let server = Server::start(app.url(), &[]);
    let mut kept = Vec::new();
    for number in 0..200 {
        let mut stream = server.connect();
        let sent = match number % 4 {
            0 => Vec::new(),
            1 => b"POST /graphql HTTP/1.1\r\nhost: t\r\nx-".to_vec(),
            2 => header(1_000_000).into_bytes(),
            // A whole question, whose answer nobody takes.
            _ => [header(QUESTION.len()).as_bytes(), QUESTION.as_bytes()].concat(),
        };
        stream.write_all(&sent).expect("sent");
        kept.push(stream);
    }
    for _ in 0..50 {
        let begun = Instant::now();
        assert_eq!(server.ask("{ register { revision } }"), json!({ "register": { "revision": 5 } }));
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn connections_are_bounded_and_the_next_one_waits() {
    let (_app, server) = impatient(&["--max-connections", "2"]).await;
    let _open = [server.connect(), server.connect()];
    let begun = Instant::now();
    assert_eq!(server.ask("{ register { revision } }"), json!({ "register": { "revision": 5 } }));
    assert!(SOON.contains(&begun.elapsed()), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_requests_that_did_not_come_whole() {
    let app = TestApp::circlemade().await;
    let server = Server::start(app.url(), &[]);
    let _silent = server.connect();
    let mut half_a_header = server.connect();
    half_a_header.write_all(b"POST /graphql HTTP/1.1\r\nhost: t\r\n").expect("sent");
    let mut half_a_body = server.connect();
    half_a_body.write_all(header(QUESTION.len()).as_bytes()).expect("sent");
    let mut answered = server.connect();
    answered.write_all(header(QUESTION.len()).as_bytes()).expect("sent");
    answered.write_all(QUESTION.as_bytes()).expect("sent");
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    assert_eq!(server.stop("-TERM").await, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(read_answer(&mut answered).0, 200);
    let (status, answer) = read_answer(&mut half_a_body);
    assert!(status == 503 && answer.contains("UNAVAILABLE"), "{status} {answer}");
}

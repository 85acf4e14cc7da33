//! A server under load, over HTTP: requests per second, latencies and memory of each operation. See BENCHMARKS.md.

mod support;

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use chrono::Days;
use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::{Value, json};
use tokio::{net::TcpStream, runtime::Runtime, task::JoinSet};

use self::support::today;

/// How many clients ask at once, each on a connection that it keeps.
const CLIENTS: usize = 8;

/// How long each operation is asked, after a tenth of it to warm up.
const DURATION: Duration = Duration::from_secs(5);

const QUESTION_784: &str = include_str!("../tests/api/acceptance/question-784.graphql");

/// Operations, with `$cluster` and `$at`.
const OPERATIONS: [(&str, &str); 8] = [
    (
        "headcount of one cluster",
        "query ($cluster: String!, $at: PointInTime!) { cluster(by: { slug: $cluster }) { statistics {
           headcount(at: $at) { candidates { value } effective { value confirmed presumed complete } } } } }",
    ),
    (
        "monthly flow of one cluster, eight years",
        "query ($cluster: String!) { cluster(by: { slug: $cluster }) { statistics {
           flow(period: { from: \"2018-01-01\", to: \"2026-01-01\" }, interval: MONTH) {
             opening joined ended { kind count } closing } } } }",
    ),
    (
        "breakdown by sphere and sector, all clusters, today",
        "{ statistics { breakdown(by: [SPHERE, SECTOR], limit: 50) { total { value } rows { count { value } } } } }",
    ),
    (
        "prospects of one cluster, today",
        "query ($cluster: String!) { cluster(by: { slug: $cluster }) { prospects(first: 25) { totalCount nodes { name } } } }",
    ),
    (
        "25 members of one cluster, as of a day",
        "query ($cluster: String!, $at: PointInTime!) { cluster(by: { slug: $cluster }) {
           memberships(at: $at, orderBy: [{ field: ORGANIZATION_NAME }]) { nodes { status organization { name sphere } period { from } } } } }",
    ),
    (
        "organizations by name",
        "query ($at: PointInTime!) { organizations(first: 10) { nodes { name
           memberships(at: $at) { totalCount nodes { status cluster { slug name } } } } } }",
    ),
    ("what was asked in written question 784", QUESTION_784),
    ("the smallest question", "{ register { revision } }"),
];

/// A server of this crate's binary on a free port, for as long as this lives.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(url: &str) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let process = Command::new(env!("CARGO_BIN_EXE_trihelix"))
            .args(["--database-url", url, "--listen", &port.to_string(), "--log", "error"])
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        Self { process, address: port.to_string() }
    }

    /// How much memory it takes now, and how much it took at most, in MB.
    fn memory(&self) -> Option<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let of = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
        };
        Some((of("VmRSS:")?, of("VmHWM:")?))
    }

    async fn connect(&self) -> Option<http1::SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(&self.address).await.ok()?;
        let (client, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(client)
    }

    /// Waits until it answers; it reads the register first.
    async fn ready(&self) {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(180) {
            if let Some(mut client) = self.connect().await {
                ask(&mut client, &json!({ "query": "{ register { revision } }" })).await;
                eprintln!("the server was ready after {:.1?}", start.elapsed());
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not answer");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn ask(client: &mut http1::SendRequest<Full<Bytes>>, request: &Value) {
    let request = Request::post("/graphql")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(request.to_string())))
        .expect("a request");
    let answer = client.send_request(request).await.expect("an answer").into_body();
    let answer = answer.collect().await.expect("a body").to_bytes();
    assert!(answer.starts_with(b"{\"data\":{"), "{}", String::from_utf8_lossy(&answer));
}

/// Asks an operation with many variables for a while; how long each answer took.
async fn load(server: &Server, document: &'static str, clusters: &[String], duration: Duration) -> Vec<Duration> {
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let mut client = server.connect().await.expect("the server accepts");
        let clusters = clusters.to_vec();
        clients.spawn(async move {
            let mut latencies = Vec::new();
            while start.elapsed() < duration {
                let round = latencies.len() * CLIENTS + number;
                let day = today() - Days::new((round as u64 * 37) % 3_650);
                let cluster = &clusters[round * 7 % clusters.len()];
                let variables = json!({ "cluster": cluster, "at": { "asOf": day } });
                let asked = Instant::now();
                ask(&mut client, &json!({ "query": document, "variables": variables })).await;
                latencies.push(asked.elapsed());
            }
            latencies
        });
    }
    let mut latencies = clients.join_all().await.concat();
    latencies.sort_unstable();
    latencies
}

fn main() {
    // `cargo test --benches` and the like only see that it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let url = support::url();
    let clusters = runtime.block_on(async {
        let db = support::open(&url).await;
        let slugs = entity::cluster::Entity::find().select_only().column(entity::cluster::Column::Slug);
        let clusters = slugs.into_tuple::<String>().all(&db).await.expect("SQL");
        db.close().await.expect("the database closes");
        clusters
    });
    let server = Server::start(&url);
    runtime.block_on(server.ready());
    let database = url.split(':').next().unwrap_or_default();
    eprintln!("{database}, {} clusters, {CLIENTS} clients, {DURATION:?} each", clusters.len());
    eprintln!("| operation | requests/s | p50 | p99 | memory |\n|---|---|---|---|---|");
    for (name, document) in OPERATIONS {
        let document = document.replace("\"circlemade\"", &format!("{:?}", clusters[0])).leak();
        runtime.block_on(load(&server, document, &clusters, DURATION / 10));
        let latencies = runtime.block_on(load(&server, document, &clusters, DURATION));
        let at = |percent: usize| latencies[(latencies.len() * percent / 100).min(latencies.len() - 1)];
        let (memory, _) = server.memory().unwrap_or_default();
        eprintln!(
            "| {name} | {:.0} | {:.2?} | {:.2?} | {memory} MB |",
            latencies.len() as f64 / DURATION.as_secs_f64(),
            at(50),
            at(99)
        );
    }
    let (_, most) = server.memory().unwrap_or_default();
    eprintln!("the server took {most} MB at most");
}

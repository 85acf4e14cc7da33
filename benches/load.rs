//! A server under load, over HTTP: requests per second, latencies, processor time and memory of each operation. See
//! BENCHMARKS.md.
//!
//! With `TRIHELIX_BENCH_AGAINST=BINARY` that other server answers the same operations from the same database, in turns
//! with this one.

#[path = "support/process.rs"]
mod process;
#[path = "support/server.rs"]
mod server;
mod support;

use std::time::{Duration, Instant};

use chrono::Days;
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::{Value, json};
use tokio::{runtime::Runtime, task::JoinSet};

use self::{
    server::{Client, Server, send},
    support::today,
};

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

/// How many turns the two servers of a comparison take, and how long one is.
const TURNS: u32 = 8;
const TURN: Duration = Duration::from_secs(2);

async fn ask(client: &mut Client, request: &Value) {
    let answer = send(client, request).await.expect("an answer").into_body();
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
    clients.join_all().await.concat()
}

/// What a server did in all its turns with an operation.
#[derive(Default)]
struct Measured {
    latencies: Vec<Duration>,
    asked: Duration,
    processor_time: Duration,
}

impl Measured {
    fn turn(
        &mut self,
        runtime: &Runtime,
        server: &Server,
        document: &'static str,
        clusters: &[String],
        time: Duration,
    ) {
        let before = process::processor_time(server.id()).unwrap_or_default();
        self.latencies.extend(runtime.block_on(load(server, document, clusters, time)));
        self.processor_time += process::processor_time(server.id()).unwrap_or_default() - before;
        self.asked += time;
        self.latencies.sort_unstable();
    }

    fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.asked.as_secs_f64()
    }

    fn per_request(&self) -> Duration {
        self.processor_time / self.latencies.len() as u32
    }

    fn at(&self, percent: usize) -> Duration {
        self.latencies[(self.latencies.len() * percent / 100).min(self.latencies.len() - 1)]
    }
}

/// Asks every operation of two servers in turns.
fn compare(runtime: &Runtime, server: &Server, other: &Server, clusters: &[String]) {
    eprintln!("| operation | requests/s | against | ratio | processor a request | against | ratio |");
    eprintln!("|---|---|---|---|---|---|---|");
    for (name, document) in OPERATIONS {
        let document = document.replace("\"circlemade\"", &format!("{:?}", clusters[0])).leak();
        let mut measured = [Measured::default(), Measured::default()];
        for server in [server, other] {
            runtime.block_on(load(server, document, clusters, TURN / 4));
        }
        for _ in 0..TURNS {
            for (server, measured) in [server, other].into_iter().zip(&mut measured) {
                measured.turn(runtime, server, document, clusters, TURN);
            }
        }
        let [this, against] = measured;
        let (time, before) = (this.per_request(), against.per_request());
        eprintln!(
            "| {name} | {:.0} | {:.0} | {:.3} | {time:.1?} | {before:.1?} | {:.3} |",
            this.rate(),
            against.rate(),
            this.rate() / against.rate(),
            time.as_secs_f64() / before.as_secs_f64()
        );
    }
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
    let server = Server::start(env!("CARGO_BIN_EXE_trihelix"), &url);
    runtime.block_on(server.ready());
    let database = url.split(':').next().unwrap_or_default();
    if let Ok(binary) = std::env::var("TRIHELIX_BENCH_AGAINST") {
        let other = Server::start(&binary, &url);
        runtime.block_on(other.ready());
        eprintln!("{database}, {} clusters, {CLIENTS} clients, {TURNS} turns of {TURN:?} each", clusters.len());
        return compare(&runtime, &server, &other, &clusters);
    }
    eprintln!("{database}, {} clusters, {CLIENTS} clients, {DURATION:?} each", clusters.len());
    eprintln!("| operation | requests/s | p50 | p99 | processor a request | memory |\n|---|---|---|---|---|---|");
    for (name, document) in OPERATIONS {
        let document = document.replace("\"circlemade\"", &format!("{:?}", clusters[0])).leak();
        runtime.block_on(load(&server, document, &clusters, DURATION / 10));
        let mut measured = Measured::default();
        measured.turn(&runtime, &server, document, &clusters, DURATION);
        let (memory, _) = process::memory(server.id()).unwrap_or_default();
        eprintln!(
            "| {name} | {:.0} | {:.2?} | {:.2?} | {:.1?} | {memory} MB |",
            measured.rate(),
            measured.at(50),
            measured.at(99),
            measured.per_request()
        );
    }
    let (_, most) = process::memory(server.id()).unwrap_or_default();
    eprintln!("the server took {most} MB at most");
}

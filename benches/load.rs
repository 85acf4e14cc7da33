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
use http_body_util::{BodyExt, Full};
use hyper::{Request, header};
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::{Value, json};
use tokio::{runtime::Runtime, task::JoinSet};

use trihelix::domain::reference::REFERENCE;

use self::{
    server::{Client, Server, send},
    support::today,
};

/// How many clients ask at once, each on a connection that it keeps; and how many where a question is about the whole
/// register.
const CLIENTS: usize = 16;
const FEW_CLIENTS: usize = 4;

/// How long each operation is asked, after a tenth of it to warm up.
const DURATION: Duration = Duration::from_secs(5);

const QUESTION_784: &str = include_str!("../tests/api/acceptance/question-784.graphql");

/// Operations: who asks, and what, of random things (`Things::variables`).
fn operations() -> Vec<(&'static str, usize, String)> {
    let monthly = (0..96).map(|month| {
        let day = format!("{}-{:02}-01", 2018 + month / 12, 1 + month % 12);
        format!("m{month}: headcount(at: {{ asOf: {day:?} }}) {{ effective {{ value }} }}")
    });
    let monthly = monthly.collect::<Vec<_>>().join(" ");
    vec![
        (
            "one cluster, 50 members, organizations, activities",
            CLIENTS,
            "query ($cluster: String!) { cluster(by: { slug: $cluster }) { name memberships(first: 50) { totalCount nodes {
               status organization { id name sphere municipality { nis } activities { rank class { code label } } } } } } }"
                .into(),
        ),
        (
            "organizations by three filters, page of 100 by name",
            FEW_CLIENTS,
            "query ($municipality: [String!], $section: String!) { organizations(first: 100, filter: { sphere: [COMPANY],
               municipality: $municipality, activity: { version: NACE_BEL_2008, under: $section } }) {
               totalCount nodes { id name } } }"
                .into(),
        ),
        (
            "counts by status of a cluster, random date",
            CLIENTS,
            "query ($cluster: String!, $at: PointInTime!) { cluster(by: { slug: $cluster }) { statistics { headcount(at: $at) {
               candidates { value } effective { value confirmed presumed complete } ended { value } partners { value } } } } }"
                .into(),
        ),
        (
            "96 monthly counts",
            CLIENTS,
            format!("query ($cluster: String!) {{ cluster(by: {{ slug: $cluster }}) {{ statistics {{ {monthly} }} }} }}"),
        ),
        (
            "sphere x municipality, all clusters, another date each time",
            FEW_CLIENTS,
            "query ($at: PointInTime!) { statistics { breakdown(by: [SPHERE, MUNICIPALITY], at: $at) { total { value }
               rows { keys { value } count { value confirmed presumed } } } } }"
                .into(),
        ),
        (
            "prospects, 50 and their number, today",
            FEW_CLIENTS,
            "query ($cluster: String!) { cluster(by: { slug: $cluster }) { prospects(first: 50) { totalCount nodes { id name } } } }"
                .into(),
        ),
        (
            "one organization with everything",
            CLIENTS,
            "query ($organization: ID!) { organization(by: { id: $organization }) { id name names { kind name } sphere website
               identifiers { scheme value } municipality { name } sites { kind municipality { nis } source { title } }
               activities { rank class { code label } } attributes { code holds }
               memberships(filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }) { totalCount nodes { cluster { slug name } status
                 periods { status from to exit { kind reason } source { title } } } } source { title } } }"
                .into(),
        ),
        (
            "search by name, first 20",
            CLIENTS,
            "query ($text: String!) { organizations(search: $text, first: 20) { totalCount nodes { id name } } }".into(),
        ),
        (
            "figures, headcount, exits, flow of a cluster",
            CLIENTS,
            "query ($cluster: String!, $at: PointInTime!) { cluster(by: { slug: $cluster }) {
               figures { nodes { metric value on } } statistics { headcount(at: $at) { effective { value } }
               exits(period: { from: \"2018-01-01\", to: \"2026-01-01\" }) { rows { kind count { value } } }
               flow(period: { from: \"2018-01-01\", to: \"2026-01-01\" }, interval: YEAR) { joined closing } } } }"
                .into(),
        ),
        (
            "members of one cluster by name, as of a day",
            CLIENTS,
            "query ($cluster: String!, $at: PointInTime!) { cluster(by: { slug: $cluster }) {
               memberships(at: $at, orderBy: [{ field: ORGANIZATION_NAME }]) { nodes { status organization { name sphere }
               period { from } } } } }"
                .into(),
        ),
        ("what was asked in written question 784", CLIENTS, QUESTION_784.into()),
        ("the smallest question", CLIENTS, "{ register { revision } }".into()),
    ]
}

/// What is asked about.
#[derive(Clone)]
struct Things {
    clusters: Vec<String>,
    organizations: Vec<String>,
    municipalities: Vec<&'static str>,
    texts: Vec<String>,
}

impl Things {
    async fn of(url: &str) -> Self {
        let db = support::open(url).await;
        let slugs = entity::cluster::Entity::find().select_only().column(entity::cluster::Column::Slug);
        let clusters = slugs.into_tuple::<String>().all(&db).await.expect("SQL");
        let profiles = entity::organization_profile::Entity::find().limit(2000).all(&db).await.expect("SQL");
        db.close().await.expect("the database closes");
        let id = |id: uuid::Uuid| {
            let kind = type_safe_id::DynamicType::new("organization").expect("a type");
            type_safe_id::TypeSafeId::from_type_and_uuid(kind, id).to_string()
        };
        // As people type: the first letters of a word, and of several; sometimes from the middle of one.
        let typed = |(at, name): (usize, &str)| {
            let from = if at % 8 == 7 { 2 } else { 0 };
            name.chars().skip(from).take(3 + at % 9).collect::<String>()
        };
        Self {
            clusters,
            organizations: profiles.iter().map(|row| id(row.organization_id.0)).collect(),
            municipalities: REFERENCE.municipalities().map(|municipality| municipality.nis.as_str()).collect(),
            texts: profiles.iter().map(|row| row.sort_name.as_str()).enumerate().map(typed).collect(),
        }
    }

    /// What a request names: others each time.
    fn variables(&self, round: usize) -> Value {
        fn pick<T>(all: &[T], round: usize) -> &T {
            // A number that has no divisor in common with most lengths.
            &all[round.wrapping_mul(7919) % all.len()]
        }
        let day = today() - Days::new((round as u64 * 37) % 3_650);
        json!({
            "cluster": pick(&self.clusters, round),
            "at": { "asOf": day },
            "organization": pick(&self.organizations, round),
            "municipality": [pick(&self.municipalities, round)],
            "section": pick(&["C", "G", "M", "38", "62"], round),
            "text": pick(&self.texts, round),
        })
    }
}

/// How many turns the two servers of a comparison take, and how long one is.
const TURNS: u32 = 8;
const TURN: Duration = Duration::from_secs(2);

async fn ask(client: &mut Client, request: &Value) {
    let answer = send(client, request).await.expect("an answer").into_body();
    assert!(answer.starts_with(b"{\"data\":{"), "{}", String::from_utf8_lossy(&answer));
}

/// An operation, and who asks it about what.
struct Question<'a> {
    name: &'static str,
    clients: usize,
    document: String,
    things: &'a Things,
}

/// Asks an operation with many variables for a while; how long each answer took.
async fn load(server: &Server, question: &Question<'_>, duration: Duration) -> Vec<Duration> {
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for number in 0..question.clients {
        let mut client = server.connect().await.expect("the server accepts");
        let (things, document, clients_at_once) =
            (question.things.clone(), question.document.clone(), question.clients);
        clients.spawn(async move {
            let mut latencies = Vec::new();
            while start.elapsed() < duration {
                let variables = things.variables(latencies.len() * clients_at_once + number);
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
    fn turn(&mut self, runtime: &Runtime, server: &Server, question: &Question<'_>, time: Duration) {
        let before = process::processor_time(server.id()).unwrap_or_default();
        self.latencies.extend(runtime.block_on(load(server, question, time)));
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
fn compare(runtime: &Runtime, server: &Server, other: &Server, questions: &[Question<'_>]) {
    eprintln!("| operation | requests/s | against | ratio | processor a request | against | ratio |");
    eprintln!("|---|---|---|---|---|---|---|");
    for question in questions {
        let mut measured = [Measured::default(), Measured::default()];
        for server in [server, other] {
            runtime.block_on(load(server, question, TURN / 4));
        }
        for _ in 0..TURNS {
            for (server, measured) in [server, other].into_iter().zip(&mut measured) {
                measured.turn(runtime, server, question, TURN);
            }
        }
        let [this, against] = measured;
        let (time, before) = (this.per_request(), against.per_request());
        eprintln!(
            "| {} | {:.0} | {:.0} | {:.3} | {time:.1?} | {before:.1?} | {:.3} |",
            question.name,
            this.rate(),
            against.rate(),
            this.rate() / against.rate(),
            time.as_secs_f64() / before.as_secs_f64()
        );
    }
}

/// The lines of a server's metrics that begin so.
async fn metrics(server: &Server, name: &str) -> Vec<String> {
    let mut client = server.connect().await.expect("the server accepts");
    let request = Request::get("/metrics").header(header::HOST, "localhost").body(Full::default()).expect("a request");
    let answer = client.send_request(request).await.expect("an answer").into_body();
    let text = String::from_utf8_lossy(&answer.collect().await.expect("a body").to_bytes()).into_owned();
    text.lines().filter(|line| line.starts_with(name)).map(str::to_owned).collect()
}

/// How many statements a server has sent.
async fn statements(server: &Server) -> u64 {
    let found = metrics(server, "trihelix_database_statements_total").await;
    found.iter().filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

fn main() {
    // `cargo test --benches` and the like only see that it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let url = support::url();
    let things = runtime.block_on(Things::of(&url));
    let question = |(name, clients, document): (&'static str, usize, String)| {
        let document = document.replace("\"circlemade\"", &format!("{:?}", things.clusters[0]));
        Question { name, clients, document, things: &things }
    };
    let questions: Vec<_> = operations().into_iter().map(question).collect();
    let server = Server::start(env!("CARGO_BIN_EXE_trihelix"), &url);
    runtime.block_on(server.ready());
    let database = url.split(':').next().unwrap_or_default();
    if let Ok(binary) = std::env::var("TRIHELIX_BENCH_AGAINST") {
        let other = Server::start(&binary, &url);
        runtime.block_on(other.ready());
        eprintln!("{database}, {} clusters, {TURNS} turns of {TURN:?} each", things.clusters.len());
        return compare(&runtime, &server, &other, &questions);
    }
    eprintln!("{database}, {} clusters, {DURATION:?} each", things.clusters.len());
    eprintln!("| operation | clients | requests/s | p50 | p99 | processor | statements | memory |");
    eprintln!("|---|---|---|---|---|---|---|---|");
    for question in &questions {
        runtime.block_on(load(&server, question, DURATION / 10));
        let mut measured = Measured::default();
        let before = runtime.block_on(statements(&server));
        measured.turn(&runtime, &server, question, DURATION);
        let sent = runtime.block_on(statements(&server)) - before;
        let (memory, _) = process::memory(server.id()).unwrap_or_default();
        eprintln!(
            "| {} | {} | {:.0} | {:.2?} | {:.2?} | {:.1?} | {:.1} | {memory} MB |",
            question.name,
            question.clients,
            measured.rate(),
            measured.at(50),
            measured.at(99),
            measured.per_request(),
            sent as f64 / measured.latencies.len() as f64
        );
    }
    eprintln!("{}", runtime.block_on(metrics(&server, "trihelix_ledger_bytes")).join("\n"));
    let (_, most) = process::memory(server.id()).unwrap_or_default();
    eprintln!("the server took {most} MB at most");
}

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
#[path = "support/things.rs"]
mod things;
#[path = "support/turns.rs"]
mod turns;

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::{Request, header};
use tokio::runtime::Runtime;

use self::{
    server::Server,
    things::Things,
    turns::{Measured, Question, load},
};

/// How many clients ask at once, each on a connection that it keeps; and how many where a question is about the whole
/// register.
const CLIENTS: usize = 16;
const FEW_CLIENTS: usize = 4;

/// How long each operation is asked, after a tenth of it to warm up.
const DURATION: Duration = Duration::from_secs(5);

const QUESTION_784: &str = include_str!("../tests/api/acceptance/question-784.graphql");

/// The questions that are also asked of others (`peers`), by their folder.
macro_rules! shared {
    ($folder:literal) => {
        include_str!(concat!("peers/questions/", $folder, "/trihelix.graphql")).to_owned()
    };
}

const MEMBERS_BY_NAME: &str = "query ($cluster: String!, $at: PointInTime!) { cluster(by: { slug: $cluster }) {
    memberships(at: $at, orderBy: [{ field: ORGANIZATION_NAME }]) {
    nodes { status organization { name sphere } period { from } } } } }";

/// Operations: who asks, and what, of random things (`Things::variables`).
fn operations() -> Vec<(&'static str, usize, String)> {
    vec![
        ("one cluster, 50 members, organizations, activities", CLIENTS, shared!("cluster")),
        ("organizations by three filters, page of 100 by name", FEW_CLIENTS, shared!("filters")),
        ("counts by status of a cluster, random date", CLIENTS, shared!("counts")),
        ("96 monthly counts", CLIENTS, shared!("months")),
        ("sphere x municipality, all clusters, another date each time", FEW_CLIENTS, shared!("breakdown")),
        ("prospects, 50 and their number, today", FEW_CLIENTS, shared!("prospects")),
        ("one organization with everything", CLIENTS, shared!("organization")),
        ("search by name, first 20", CLIENTS, shared!("search")),
        ("figures, headcount, exits, flow of a cluster", CLIENTS, shared!("figures")),
        ("members of one cluster by name, as of a day", CLIENTS, MEMBERS_BY_NAME.into()),
        ("what was asked in written question 784", CLIENTS, QUESTION_784.into()),
        ("the smallest question", CLIENTS, shared!("smallest")),
    ]
}

/// How many turns the two servers of a comparison take, and how long one is.
const TURNS: u32 = 8;
const TURN: Duration = Duration::from_secs(2);

/// Asks every operation of two servers in turns.
fn compare(runtime: &Runtime, server: &Server, other: &Server, questions: &[Question]) {
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
    let things = runtime.block_on(Things::read(&url));
    let question = |(name, clients, document): (&'static str, usize, String)| {
        let document = document.replace("\"circlemade\"", &format!("{:?}", things.clusters[0]));
        Question::new(name, clients, document, &things)
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

//! A server under more clients than it has connections to the database, for a minute, in which
//! PostgreSQL may be stopped and started. See BENCHMARKS.md.
//!
//! `TRIHELIX_BENCH_OUTAGE=COMMAND` stops and starts the database: it is run as `COMMAND stop` and
//! `COMMAND start`.

#[path = "support/process.rs"]
mod process;
#[path = "support/server.rs"]
mod server;
mod support;

use std::{
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{runtime::Runtime, task::JoinSet};

use self::server::{Server, send};

/// How many clients ask at once.
const CLIENTS: usize = 200;

/// How long they ask.
const DURATION: Duration = Duration::from_secs(60);

/// When the database is stopped, and for how long.
const OUTAGE: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(15));

/// How long a line of the table is.
const LINE: Duration = Duration::from_secs(5);

/// How long the server may take to answer as before once the database is there again.
const RECOVERY: Duration = Duration::from_secs(10);

/// Questions for the database and for the memory.
const QUESTIONS: [&str; 3] = [
    "{ organizations(first: 25) { nodes { name memberships { totalCount nodes { status cluster { slug } } } } } }",
    "{ clusters(first: 10) { nodes { slug statistics { headcount { effective { value } } } } } }",
    "{ statistics { headcount { effective { value } } } }",
];

/// What became of the requests of a line.
#[derive(Clone, Copy, Default)]
struct Line {
    answered: u32,
    turned_away: u32,
    other: u32,
    slowest: Duration,
}

async fn ask(server: Arc<Server>, number: usize, begun: Instant, lines: Arc<Mutex<Vec<Line>>>) {
    let mut client = None;
    for round in number.. {
        if begun.elapsed() >= DURATION {
            return;
        }
        let mut kept = match client.take() {
            Some(kept) => kept,
            None => server.connect().await.expect("the server accepts"),
        };
        let asked = Instant::now();
        let answer = send(&mut kept, &json!({ "query": QUESTIONS[round % QUESTIONS.len()] })).await;
        let at = (begun.elapsed().as_secs() / LINE.as_secs()) as usize;
        let mut wait = Duration::ZERO;
        {
            let mut lines = lines.lock().expect("no panic");
            let line = &mut lines[at];
            line.slowest = line.slowest.max(asked.elapsed());
            match answer.map(|answer| (answer.status().as_u16(), answer.headers().contains_key("retry-after"))) {
                Some((200, _)) => line.answered += 1,
                Some((503, true)) => {
                    line.turned_away += 1;
                    wait = Duration::from_secs(1);
                }
                _ => line.other += 1,
            }
        }
        client = Some(kept).filter(|kept| !kept.is_closed());
        tokio::time::sleep(wait).await;
    }
}

/// Stops the database for a while.
async fn outage(command: String) {
    let run = |what: &'static str| {
        let command = command.clone();
        async move {
            let run = move || Command::new(command).arg(what).status().expect("the command runs");
            assert!(tokio::task::spawn_blocking(run).await.expect("no panic").success(), "{what}");
        }
    };
    tokio::time::sleep(OUTAGE.0).await;
    run("stop").await;
    tokio::time::sleep(OUTAGE.1).await;
    run("start").await;
}

fn main() {
    // `cargo test --benches` and the like only see that it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let url = support::url();
    runtime.block_on(async { support::open(&url).await.close().await.expect("the database closes") });
    let server = Arc::new(Server::start(env!("CARGO_BIN_EXE_trihelix"), &url));
    runtime.block_on(server.ready());
    let interrupted = std::env::var("TRIHELIX_BENCH_OUTAGE").ok();
    let count = (DURATION.as_secs() / LINE.as_secs()) as usize + 8;
    let lines = Arc::new(Mutex::new(vec![Line::default(); count]));
    let memory = Arc::new(Mutex::new(Vec::new()));
    runtime.block_on(async {
        let begun = Instant::now();
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn(ask(server.clone(), number, begun, lines.clone()));
        }
        if let Some(command) = interrupted.clone() {
            clients.spawn(outage(command));
        }
        let (watched, kept) = (server.clone(), memory.clone());
        clients.spawn(async move {
            while begun.elapsed() < DURATION {
                tokio::time::sleep(LINE).await;
                kept.lock().expect("no panic").push(process::memory(watched.id()).unwrap_or_default().0);
            }
        });
        clients.join_all().await;
    });
    let (lines, memory) = (lines.lock().expect("no panic"), memory.lock().expect("no panic"));
    let database = url.split(':').next().unwrap_or_default();
    let time = process::processor_time(server.id()).unwrap_or_default();
    eprintln!("{database}, {CLIENTS} clients, {DURATION:?}; the server took {time:.1?} of processors");
    eprintln!("| from | answered | 503 with Retry-After | other | slowest | memory |\n|---|---|---|---|---|---|");
    for (number, (line, memory)) in lines.iter().zip(memory.iter()).enumerate() {
        let Line { answered, turned_away, other, slowest } = line;
        let from = number as u64 * LINE.as_secs();
        eprintln!("| {from} s | {answered} | {turned_away} | {other} | {slowest:.1?} | {memory} MB |");
    }
    let other: u32 = lines.iter().map(|line| line.other).sum();
    assert_eq!(other, 0, "answers that are neither");
    if interrupted.is_some() {
        assert!(lines.iter().any(|line| line.turned_away > 0), "the outage was not told");
        let recovered = ((OUTAGE.0 + OUTAGE.1 + RECOVERY).as_secs() / LINE.as_secs()) as usize;
        let after = &lines[recovered..memory.len().min(lines.len())];
        assert!(after.iter().all(|line| line.answered > 0 && line.turned_away == 0), "it did not recover");
    }
    let (first, last) = (memory[1], memory[memory.len() - 1]);
    assert!(last <= first + first / 4 + 20, "memory grew from {first} MB to {last} MB");
}

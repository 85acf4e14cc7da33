//! What a monitor is told: how many requests of which kind, how long they took, and how the server
//! is.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
    time::Duration,
};

use metrics::{Counter, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::app::App;

const REQUESTS: &str = "trihelix_requests_total";
const DURATION: &str = "trihelix_request_duration_seconds";
const STATEMENTS: &str = "trihelix_database_statements_total";
const CONNECTIONS: &str = "trihelix_database_connections";
const CACHE: &str = "trihelix_cache_lookups_total";
const CACHE_BYTES: &str = "trihelix_cache_bytes";
const REVISION: &str = "trihelix_ledger_revision";
const LEDGER_BYTES: &str = "trihelix_ledger_bytes";
const AGE: &str = "trihelix_ledger_age_seconds";
const MEMORY: &str = "process_resident_memory_bytes";

/// The bounds of durations, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The recorder of this process, and the way to read it.
static RECORDER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new().set_buckets(&BOUNDS).expect("there are bounds");
    let handle = builder.install_recorder().expect("nothing else records in this process");
    describe_counter!(REQUESTS, "GraphQL requests, by the operation's name and what became of them.");
    describe_histogram!(DURATION, "How long requests took, by the operation's name.");
    describe_counter!(STATEMENTS, "Statements that requests sent to the database.");
    describe_gauge!(CONNECTIONS, "Connections of requests to the database, by their state.");
    describe_counter!(CACHE, "How often what was read or answered before was looked for, by the cache and the result.");
    describe_gauge!(CACHE_BYTES, "What a cache takes, about.");
    describe_gauge!(REVISION, "The last revision that the server holds.");
    describe_gauge!(AGE, "How long ago the server found that it holds all that was written.");
    describe_gauge!(MEMORY, "The memory of the process.");
    handle
});

/// How many names of operations are told apart; clients choose them, and each takes memory.
const MOST_OPERATIONS: usize = 200;

/// How long such a name may be, in bytes.
const LONGEST_NAME: usize = 100;

/// What is counted of an operation: how long its requests took, and how many had each outcome.
struct Operation {
    duration: Histogram,
    outcomes: Vec<(&'static str, Counter)>,
}

/// The operations that are told apart, by their names.
static OPERATIONS: LazyLock<Mutex<HashMap<String, Operation>>> = LazyLock::new(Mutex::default);

/// Counts a request.
pub(super) fn count(operation: Option<&str>, outcome: &'static str, elapsed: Duration) {
    LazyLock::force(&RECORDER);
    let mut name = operation.unwrap_or("unnamed");
    let mut operations = OPERATIONS.lock().expect("no panic while the lock is held");
    if !operations.contains_key(name) {
        if operations.len() >= MOST_OPERATIONS || name.len() > LONGEST_NAME {
            name = "others";
        }
        let duration = || histogram!(DURATION, "operation" => name.to_owned());
        let operation = || Operation { duration: duration(), outcomes: Vec::new() };
        operations.entry(name.to_owned()).or_insert_with(operation);
    }
    let operation = operations.get_mut(name).expect("it was put there");
    operation.duration.record(elapsed.as_secs_f64());
    match operation.outcomes.iter().find(|(counted, _)| *counted == outcome) {
        Some((_, counter)) => counter.increment(1),
        None => {
            let counter = counter!(REQUESTS, "operation" => name.to_owned(), "outcome" => outcome);
            counter.increment(1);
            operation.outcomes.push((outcome, counter));
        }
    }
}

/// Everything, in the text format of Prometheus.
pub(super) fn written(app: &App) -> String {
    LazyLock::force(&RECORDER);
    let (open, free) = app.reads.connections();
    gauge!(CONNECTIONS, "state" => "used").set(f64::from(open.saturating_sub(free)));
    gauge!(CONNECTIONS, "state" => "free").set(f64::from(free));
    counter!(STATEMENTS).absolute(app.reads.statements());
    for (cache, (hits, misses, bytes)) in [("documents", app.schema.documents()), ("answers", app.answers.counts())] {
        counter!(CACHE, "cache" => cache, "result" => "hit").absolute(hits);
        counter!(CACHE, "cache" => cache, "result" => "miss").absolute(misses);
        gauge!(CACHE_BYTES, "cache" => cache).set(bytes as f64);
    }
    let image = app.ledger.image();
    for (part, bytes) in image.bytes_by_part() {
        gauge!(LEDGER_BYTES, "part" => part).set(bytes as f64);
    }
    let revision = image.head().map_or(0, |(revision, _)| revision);
    gauge!(REVISION).set(revision as f64);
    if let Some(age) = app.ledger.looked() {
        gauge!(AGE).set(age.as_secs_f64());
    }
    if let Some(memory) = resident_memory() {
        gauge!(MEMORY).set(memory as f64);
    }
    RECORDER.render()
}

/// Lets go of what a monitor that never asks would let grow.
pub(super) fn tidy() {
    RECORDER.run_upkeep();
}

/// The memory of the process in bytes, where the system tells.
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().split(' ').next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

//! A server that follows 300 writes of another process: how soon it answers from each, and whether
//! its memory grows. On SQLite the register is then restored under it. See BENCHMARKS.md.

#[path = "support/process.rs"]
mod process;
#[path = "support/scratch.rs"]
mod scratch;
#[path = "support/server.rs"]
mod server;
mod support;

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use self::server::{Client, Server, send};

const REVISIONS: usize = 300;

/// What is asked after each write: of members, of names, of all clusters.
const QUESTION: &str = "{ register { revision } organizations(search: \"acme\", first: 5) { totalCount nodes { name } }
    memberships(first: 20, orderBy: [{ field: ORGANIZATION_NAME }]) { totalCount nodes { organization { name } } }
    statistics { headcount { effective { value } } breakdown(by: [SPHERE, MUNICIPALITY]) { rows { count { value } } } } }";

async fn ask(client: &mut Client) -> Value {
    let answer = send(client, &json!({ "query": QUESTION })).await.expect("an answer").into_body();
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

/// Asks until the answer is of a revision; how long that took.
async fn until(client: &mut Client, revision: i64) -> Duration {
    let begun = Instant::now();
    while ask(client).await["register"]["revision"].as_i64() != Some(revision) {
        assert!(begun.elapsed() < Duration::from_secs(60), "revision {revision} does not come");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    begun.elapsed()
}

async fn follow(url: &str) {
    let clusters = scratch::two_clusters(&support::open(url).await).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = scratch::copy(url, "follow").await;
    let server = Server::start(env!("CARGO_BIN_EXE_trihelix"), &copy);
    server.ready().await;
    let mut client = server.connect().await.expect("the server accepts");
    let first = ask(&mut client).await["register"]["revision"].as_i64().expect("a number");
    let (mut took, mut slowest) = (Duration::ZERO, Duration::ZERO);
    let worked = || process::processor_time(server.id()).unwrap_or_default();
    let mut before = worked();
    eprintln!(
        "| revisions | followed after, mean | at most | processor | memory | at most |\n|---|---|---|---|---|---|"
    );
    for number in 1..=REVISIONS {
        scratch::thirteen_rows(folder.path(), &clusters, 2000 + number % 20);
        let mut import = Command::new(env!("CARGO_BIN_EXE_trihelix"));
        import.args(["--database-url", &copy, "--log", "error", "import"]).arg(folder.path()).stdout(Stdio::null());
        assert!(import.status().expect("the binary starts").success(), "it is imported");
        let after = until(&mut client, first + number as i64).await;
        (took, slowest) = (took + after, slowest.max(after));
        if number % 50 == 0 {
            let (now, most) = process::memory(server.id()).unwrap_or_default();
            let (mean, work) = (took / 50, (worked() - before) / 50);
            eprintln!("| {number} | {mean:.1?} | {slowest:.1?} | {work:.1?} | {now} MB | {most} MB |");
            (took, slowest, before) = (Duration::ZERO, Duration::ZERO, worked());
        }
    }
    if let (Some(file), Some(original)) = (copy.strip_prefix("sqlite://"), url.strip_prefix("sqlite://")) {
        let restored = format!("{file}-restored");
        fs::copy(original, &restored).expect("the file is copied");
        for of_the_copy in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{file}{of_the_copy}"));
        }
        fs::rename(&restored, file).expect("the file is put in its place");
        eprintln!("a restore was noticed after {:.1?}", until(&mut client, first).await);
    }
}

fn main() {
    // `cargo test --benches` and the like only see that it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let url = support::url();
    eprintln!("{}, scale {}", url.split(':').next().unwrap_or_default(), support::scale());
    Runtime::new().expect("a runtime").block_on(follow(&url));
}

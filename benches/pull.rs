//! Pulling without GraphQL: the same asked again, tables, and the whole register. See
//! BENCHMARKS.md.

#[path = "support/largest.rs"]
mod largest;
#[path = "support/process.rs"]
mod process;
#[path = "support/server.rs"]
mod server;
mod support;

use std::time::{Duration, Instant};

use chrono::Days;
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, body::Bytes, header};
use tokio::{runtime::Runtime, task::JoinSet};

use self::{
    server::{Client, Server},
    support::today,
};

/// How many clients ask at once, each on a connection that it keeps.
const CLIENTS: usize = 8;

/// How many turns each way of asking takes, and how long one is.
const TURNS: u32 = 4;
const TURN: Duration = Duration::from_secs(1);

/// Saved operations as dashboards ask them, with `CLUSTER` and `DAY`.
const ADDRESSES: [(&str, &str); 4] = [
    ("headcount", "/q/headcount?cluster=CLUSTER&asOf=DAY"),
    ("breakdown by sphere and municipality", "/q/breakdown?cluster=CLUSTER&by=SPHERE,MUNICIPALITY&asOf=DAY"),
    ("directory, 100 members", "/q/member-directory?cluster=CLUSTER&asOf=DAY"),
    ("written question 784", "/q/written-question-784?cluster=CLUSTER&asOf=DAY"),
];

/// The smallest answer that the server has, through all of it that is not GraphQL's.
const SMALLEST: &str = "/health/live";

/// An operation whose table is all organizations.
const ORGANIZATIONS: &str = "\"All organizations.\"
query Organizations($first: Int = 100, $after: String) {
  organizations(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id name sphere website municipality { nis name } }
  }
}";

/// An answer to an address: its status, its tag, and how many bytes and lines it has. What is read
/// is thrown away.
async fn get(client: &mut Client, address: &str, tag: Option<&str>) -> (StatusCode, String, usize, usize) {
    let request = Request::get(address).header(header::HOST, "localhost");
    let request = tag.into_iter().fold(request, |request, tag| request.header(header::IF_NONE_MATCH, tag));
    let request = request.body(Full::new(Bytes::new())).expect("a request");
    let response = client.send_request(request).await.expect("an answer");
    let tag = response.headers().get(header::ETAG).map(|tag| tag.to_str().expect("text").to_owned());
    let (status, mut body, mut bytes, mut lines) = (response.status(), response.into_body(), 0, 0);
    while let Some(frame) = body.frame().await {
        let data = frame.expect("the answer comes whole").into_data().unwrap_or_default();
        bytes += data.len();
        lines += data.iter().filter(|byte| **byte == b'\n').count();
    }
    (status, tag.unwrap_or_default(), bytes, lines)
}

/// What one way of asking took in all its turns.
#[derive(Clone, Copy, Default)]
struct Measured {
    requests: u32,
    processor_time: Duration,
}

impl Measured {
    /// Asks an address for a turn, with a tag where there is one; each round another day where it
    /// names one.
    fn turn(&mut self, runtime: &Runtime, server: &Server, address: &str, tag: Option<&str>) {
        let before = process::processor_time(server.id()).unwrap_or_default();
        let begun = Instant::now();
        let count = runtime.block_on(async {
            let mut clients = JoinSet::new();
            for number in 0..CLIENTS {
                let mut client = server.connect().await.expect("the server accepts");
                let (address, tag) = (address.to_owned(), tag.map(str::to_owned));
                clients.spawn(async move {
                    let mut rounds = 0_u32;
                    while begun.elapsed() < TURN {
                        let day =
                            today() - Days::new((u64::from(rounds) * CLIENTS as u64 + number as u64) * 37 % 3_650);
                        let address = address.replace("DAY", &day.to_string());
                        let (status, ..) = get(&mut client, &address, tag.as_deref()).await;
                        let expected = if tag.is_some() { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
                        assert_eq!(status, expected, "{address}");
                        rounds += 1;
                    }
                    rounds
                });
            }
            clients.join_all().await.into_iter().sum::<u32>()
        });
        self.requests += count;
        self.processor_time += process::processor_time(server.id()).unwrap_or_default() - before;
    }

    fn each(self) -> Duration {
        self.processor_time / self.requests.max(1)
    }

    fn rate(self) -> f64 {
        f64::from(self.requests) / (TURN * TURNS).as_secs_f64()
    }
}

/// The same asked again: executed, from the answers that are kept, and told that it still holds.
fn polls(runtime: &Runtime, executing: &Server, keeping: &Server, cluster: &str) {
    eprintln!("processor time of the server a request, {CLIENTS} clients, {TURNS} turns of {TURN:?} each");
    eprintln!(
        "| operation | executed | kept | of executed | 304 | of the smallest | requests/s: executed, kept, 304 |"
    );
    eprintln!("|---|---|---|---|---|---|---|");
    let mut smallest = Measured::default();
    for (name, address) in ADDRESSES {
        let asked = address.replace("CLUSTER", cluster);
        let day = asked.replace("DAY", &today().to_string());
        let (_, tag, ..) =
            runtime.block_on(async { get(&mut keeping.connect().await.expect("it accepts"), &day, None).await });
        let [mut executed, mut kept, mut unchanged] = [Measured::default(); 3];
        for _ in 0..TURNS {
            executed.turn(runtime, executing, &asked, None);
            kept.turn(runtime, keeping, &day, None);
            unchanged.turn(runtime, keeping, &day, Some(&tag));
            smallest.turn(runtime, keeping, SMALLEST, None);
        }
        let part = |part: Measured, of: Measured| part.each().as_secs_f64() / of.each().as_secs_f64();
        eprintln!(
            "| {name} | {:.0?} | {:.1?} | {:.3} | {:.1?} | {:.2} | {:.0}, {:.0}, {:.0} |",
            executed.each(),
            kept.each(),
            part(kept, executed),
            unchanged.each(),
            part(unchanged, smallest),
            executed.rate(),
            kept.rate(),
            unchanged.rate()
        );
    }
    smallest.requests /= ADDRESSES.len() as u32;
    smallest.processor_time /= ADDRESSES.len() as u32;
    eprintln!("the smallest answer (`{SMALLEST}`): {:.1?}, {:.0} a second", smallest.each(), smallest.rate());
}

/// Forgets how much memory a process took at most so far.
fn forget_most(id: u32) {
    // Elsewhere than on Linux there is nothing to forget.
    let _ = std::fs::write(format!("/proc/{id}/clear_refs"), "5");
}

/// One long download, and what the memory of the server grew by: of the second time, since what was
/// taken to read the register when the server started is given back meanwhile.
fn download(runtime: &Runtime, binary: &str, url: &str, operations: &str, address: &str) {
    let server = Server::start_with(binary, url, &[("TRIHELIX_OPERATIONS", operations)]);
    runtime.block_on(server.ready());
    let get = || runtime.block_on(async { get(&mut server.connect().await.expect("it accepts"), address, None).await });
    get();
    forget_most(server.id());
    let (before, _) = process::memory(server.id()).unwrap_or_default();
    let begun = Instant::now();
    let (status, _, bytes, lines) = get();
    assert_eq!(status, StatusCode::OK, "{address}");
    let (_, most) = process::memory(server.id()).unwrap_or_default();
    let lines = if address.ends_with(".zip") || address.ends_with(".parquet") {
        "".to_owned()
    } else {
        format!("{lines} lines")
    };
    eprintln!(
        "| `{address}` | {lines} | {:.1} MB | {:.1?} | {before} MB | {most} MB | {} MB |",
        bytes as f64 / 1e6,
        begun.elapsed(),
        most.saturating_sub(before)
    );
}

fn main() {
    // `cargo test --benches` and the like only see that it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let url = support::url();
    let cluster = runtime.block_on(largest::largest_cluster(&url));
    let binary = env!("CARGO_BIN_EXE_trihelix");
    eprintln!("{}, scale {}, the cluster {cluster}", url.split(':').next().unwrap_or_default(), support::scale());
    {
        let executing = Server::start(binary, &url);
        let keeping = Server::start_with(binary, &url, &[]);
        runtime.block_on(executing.ready());
        runtime.block_on(keeping.ready());
        polls(&runtime, &executing, &keeping, &cluster);
    }
    let folder = std::env::temp_dir().join(format!("trihelix-pull-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("organizations.graphql"), ORGANIZATIONS).expect("a file");
    let operations = folder.to_str().expect("UTF-8");
    eprintln!("| download | | size | time | memory before | at most | more |\n|---|---|---|---|---|---|---|");
    for address in [
        "/q/organizations.csv",
        "/q/organizations.ndjson",
        "/data/periods.csv",
        "/data/periods.parquet",
        "/data/package.zip",
    ] {
        download(&runtime, binary, &url, operations, address);
    }
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

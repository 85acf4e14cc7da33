//! The pages that people read: how long the server takes for each, and what they weigh. See
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
use tokio::runtime::Runtime;

use self::{
    server::{Client, Server},
    support::today,
};

/// How often each page is asked, each time for another day.
const TIMES: u64 = 15;

/// The pages, with `CLUSTER` and `DAY`.
const PAGES: [&str; 9] = [
    "/?asOf=DAY",
    "/c/CLUSTER?asOf=DAY",
    "/c/CLUSTER/answer?asOf=DAY",
    "/c/CLUSTER/members?asOf=DAY",
    "/c/CLUSTER/flow?to=DAY",
    "/c/CLUSTER/left?asOf=DAY",
    "/c/CLUSTER/criteria?asOf=DAY",
    "/figures?c=CLUSTER&asOf=DAY",
    "/changes?c=CLUSTER&from=2020-01-01&to=DAY",
];

/// The bytes of a page: as it is, or compressed for who accepts that.
async fn get(client: &mut Client, address: &str, is_compressed: bool) -> usize {
    let accepted = if is_compressed { "gzip" } else { "identity" };
    let request = Request::get(address).header(header::HOST, "localhost").header(header::ACCEPT_ENCODING, accepted);
    let request = request.body(Full::new(Bytes::new())).expect("a request");
    client.ready().await.expect("the connection stays");
    let response = client.send_request(request).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK, "{address}");
    response.into_body().collect().await.expect("the page comes whole").to_bytes().len()
}

/// Asks every page of a cluster one at a time.
fn pages(runtime: &Runtime, server: &Server, cluster: &str) {
    eprintln!("the cluster {cluster}, one request at a time, {TIMES} days each\n");
    eprintln!("| page | median | slowest | processor | size | compressed |\n|---|---|---|---|---|---|");
    for page in PAGES {
        let address = |times: u64| {
            let day = today() - Days::new(times * 37 % 2_000);
            page.replace("CLUSTER", cluster).replace("DAY", &day.to_string())
        };
        let mut client = runtime.block_on(server.connect()).expect("the server accepts");
        let processor = || process::processor_time(server.id()).unwrap_or_default();
        let before = processor();
        let mut taken: Vec<Duration> = (0..TIMES)
            .map(|times| {
                let begun = Instant::now();
                runtime.block_on(get(&mut client, &address(times), false));
                begun.elapsed()
            })
            .collect();
        let processor = (processor() - before) / TIMES as u32;
        taken.sort_unstable();
        let [plain, compressed] = [false, true].map(|is| runtime.block_on(get(&mut client, &address(0), is)));
        let kilobytes = |bytes: usize| format!("{:.1} kB", bytes as f64 / 1e3);
        eprintln!(
            "| `{page}` | {:.1?} | {:.1?} | {processor:.1?} | {} | {} |",
            taken[taken.len() / 2],
            taken[taken.len() - 1],
            kilobytes(plain),
            kilobytes(compressed)
        );
    }
    let (memory, _) = process::memory(server.id()).unwrap_or_default();
    eprintln!("\nthe server takes {memory} MB then");
}

fn main() {
    // `cargo test --benches` and the like only see that it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let binary = env!("CARGO_BIN_EXE_trihelix");
    let url = support::url();
    let cluster = runtime.block_on(largest::largest_cluster(&url));
    eprintln!("{}, scale {}", url.split(':').next().unwrap_or_default(), support::scale());
    {
        let server = Server::start(binary, &url);
        runtime.block_on(server.ready());
        pages(&runtime, &server, &cluster);
    }
    // What a first start loads.
    let folder = std::env::temp_dir().join(format!("trihelix-pages-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let server = Server::start(binary, &format!("sqlite://{}", folder.join("published.sqlite").display()));
    runtime.block_on(server.ready());
    pages(&runtime, &server, "circlemade");
    drop(server);
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

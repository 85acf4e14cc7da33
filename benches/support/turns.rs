//! Questions that clients ask for a while, and how long the answers took.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use hyper::body::Bytes;
use serde_json::{Value, json};
use tokio::{runtime::Runtime, task::JoinSet};

use super::{
    process,
    server::{Client, Server, send_to},
    things::Things,
};

/// Asks, and expects an answer without errors.
pub(crate) async fn ask(client: &mut Client, path: &str, request: &Value) -> Bytes {
    let answer = send_to(client, path, request).await;
    let answer = answer.unwrap_or_else(|| panic!("{path} answers nothing to {request:.300}")).into_body();
    assert!(answer.starts_with(b"{\"data\":{"), "{}", String::from_utf8_lossy(&answer));
    answer
}

/// A question, and who asks it.
#[derive(Clone)]
pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) clients: usize,
    /// Where it is sent.
    pub(crate) path: String,
    /// What is sent, of a request's number.
    pub(crate) request: Arc<dyn Fn(usize) -> Value + Send + Sync>,
}

impl Question {
    /// A document that is asked about random things.
    pub(crate) fn new(name: &'static str, clients: usize, document: String, things: &Things) -> Self {
        let things = things.clone();
        let request = Arc::new(move |round| json!({ "query": document, "variables": things.variables(round) }));
        Self { name, clients, path: "/graphql".into(), request }
    }
}

/// Asks an operation with many variables for a while; how long each answer took.
pub(crate) async fn load(server: &Server, question: &Question, duration: Duration) -> Vec<Duration> {
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for number in 0..question.clients {
        let mut client = server.connect().await.expect("the server accepts");
        let question = question.clone();
        clients.spawn(async move {
            let mut latencies = Vec::new();
            while latencies.is_empty() || start.elapsed() < duration {
                let request = (question.request)(latencies.len() * question.clients + number);
                let asked = Instant::now();
                ask(&mut client, &question.path, &request).await;
                latencies.push(asked.elapsed());
            }
            latencies
        });
    }
    clients.join_all().await.concat()
}

/// What a server did in all its turns with an operation.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) latencies: Vec<Duration>,
    asked: Duration,
    processor_time: Duration,
}

impl Measured {
    /// One turn more.
    pub(crate) fn turn(&mut self, runtime: &Runtime, server: &Server, question: &Question, time: Duration) {
        let before = process::processor_time(server.id()).unwrap_or_default();
        let begun = Instant::now();
        self.latencies.extend(runtime.block_on(load(server, question, time)));
        self.processor_time += process::processor_time(server.id()).unwrap_or_default() - before;
        self.asked += begun.elapsed();
        self.latencies.sort_unstable();
    }

    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.asked.as_secs_f64()
    }

    /// The server's processor time for a request.
    pub(crate) fn per_request(&self) -> Duration {
        self.processor_time / self.latencies.len() as u32
    }

    /// A percentile of the latencies.
    pub(crate) fn at(&self, percent: usize) -> Duration {
        self.latencies[(self.latencies.len() * percent / 100).min(self.latencies.len() - 1)]
    }
}

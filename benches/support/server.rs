//! A server as a process, and clients that keep their connections.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// A client's side of a connection.
pub(crate) type Client = http1::SendRequest<Full<Bytes>>;

/// A server on a free port, for as long as this lives.
pub(crate) struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// One that keeps no answers, so that each request is executed.
    pub(crate) fn start(binary: &str, url: &str) -> Self {
        Self::start_with(binary, url, &[("TRIHELIX_CACHE_BYTES", "0")])
    }

    /// One in an environment.
    pub(crate) fn start_with(binary: &str, url: &str, environment: &[(&str, &str)]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let process = Command::new(binary)
            .args(["--database-url", url, "--listen", &port.to_string(), "--log", "off"])
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        Self { process, address: port.to_string() }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) async fn connect(&self) -> Option<Client> {
        let stream = TcpStream::connect(&self.address).await.ok()?;
        let (client, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(client)
    }

    /// Waits until it answers; it reads the register first.
    pub(crate) async fn ready(&self) {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(180) {
            if let Some(mut client) = self.connect().await {
                let answer = send(&mut client, &json!({ "query": "{ register { revision } }" })).await;
                assert!(answer.is_some_and(|answer| answer.status().is_success()));
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

/// The answer to a request, with its body; nothing where the connection broke.
pub(crate) async fn send(client: &mut Client, request: &Value) -> Option<Response<Bytes>> {
    let request = Request::post("/graphql")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(request.to_string())))
        .expect("a request");
    let (head, body) = client.send_request(request).await.ok()?.into_parts();
    Some(Response::from_parts(head, body.collect().await.ok()?.to_bytes()))
}

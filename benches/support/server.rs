//! A server as a process, and clients that keep their connections.

use std::{
    net::{SocketAddr, TcpListener},
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
        Self::run(|address| {
            let mut command = Command::new(binary);
            command.args(["--database-url", url, "--listen", &address.to_string(), "--log", "off"]);
            command.envs(environment.iter().copied());
            command
        })
    }

    /// One that some command starts on an address.
    pub(crate) fn run(command: impl FnOnce(SocketAddr) -> Command) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let process = command(free).stdout(Stdio::null()).spawn().expect("the server starts");
        Self { process, address: free.to_string() }
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

    /// Waits until it takes connections.
    pub(crate) async fn accepts(&self) {
        let start = Instant::now();
        while self.connect().await.is_none() {
            assert!(start.elapsed() < Duration::from_secs(180), "the server takes no connections");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until it answers; it reads the register first.
    pub(crate) async fn ready(&self) {
        let start = Instant::now();
        self.accepts().await;
        let mut client = self.connect().await.expect("the server accepts");
        let answer = send(&mut client, &json!({ "query": "{ register { revision } }" })).await;
        assert!(answer.is_some_and(|answer| answer.status().is_success()));
        eprintln!("the server was ready after {:.1?}", start.elapsed());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The answer to a document, with its body; `None` where the connection broke.
pub(crate) async fn send(client: &mut Client, request: &Value) -> Option<Response<Bytes>> {
    send_to(client, "/graphql", request).await
}

/// The same of whatever is asked at an address.
pub(crate) async fn send_to(client: &mut Client, path: &str, request: &Value) -> Option<Response<Bytes>> {
    let request = Request::post(path)
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(request.to_string())))
        .expect("a request");
    client.ready().await.ok()?;
    let (head, body) = client.send_request(request).await.ok()?.into_parts();
    Some(Response::from_parts(head, body.collect().await.ok()?.to_bytes()))
}

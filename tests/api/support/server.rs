//! The real binary as a process: a server that answers on a port of its own.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

/// The binary in an environment that configures nothing.
pub(crate) fn trihelix(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trihelix"));
    for (variable, _) in std::env::vars_os() {
        if variable == "DATABASE_URL"
            || variable.to_string_lossy().starts_with("OTEL_")
            || variable.to_string_lossy().starts_with("TRIHELIX_")
        {
            command.env_remove(variable);
        }
    }
    command.args(arguments);
    command
}

/// A server that ends with its test.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts on a database and a free port, and waits until it says where it listens.
    pub(crate) fn start(url: &str, arguments: &[&str]) -> Self {
        Self::started(url, &[&["--log", "warn"], arguments].concat(), Stdio::inherit())
    }

    /// The same, whose log goes to a file.
    pub(crate) fn logged(url: &str, arguments: &[&str], log: &Path) -> Self {
        Self::started(url, arguments, File::create(log).expect("a file").into())
    }

    fn started(url: &str, arguments: &[&str], log: Stdio) -> Self {
        let arguments = [&["--database-url", url, "--listen", "127.0.0.1:0"], arguments].concat();
        let mut command = trihelix(&arguments);
        let mut process = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the server starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let line = lines.next().expect("a line").expect("text");
        let address = line.strip_prefix("Trihelix listens on http://").expect("an address").to_owned();
        assert!(!address.ends_with(":0"), "{line}");
        assert!(
            lines.any(|line| line.is_ok_and(|line| line.ends_with("/health/ready"))),
            "the last line of the greeting"
        );
        Self { process, address }
    }

    /// A connection to it.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("the server accepts");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        stream
    }

    /// The status and the body of the answer to a request.
    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = self.connect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .expect("the request is sent");
        read_answer(&mut stream)
    }

    /// The data of the answer to a document.
    pub(crate) fn ask(&self, document: &str) -> Value {
        let (status, body) = self.send("POST", "/graphql", &json!({ "query": document }).to_string());
        assert_eq!(status, 200, "{body}");
        serde_json::from_str::<Value>(&body).expect("JSON")["data"].clone()
    }

    /// The memory that it holds, in KiB; 0 where the system does not tell.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or_default()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args([signal, &self.process.id().to_string()]).status();
        assert!(kill.expect("kill runs").success());
    }

    /// Sends a signal, and waits for the exit status.
    pub(crate) async fn stop(mut self, signal: &str) -> Option<i32> {
        self.signal(signal);
        for _ in 0..1000 {
            if let Some(status) = self.process.try_wait().expect("a process") {
                return status.code();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it did not stop");
    }
}

/// The status and the body of an answer after which the server closes the connection.
pub(crate) fn read_answer(stream: &mut TcpStream) -> (u16, String) {
    let mut answer = Vec::new();
    // Where the server did not read the whole request, the rest of it is answered by a reset.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).expect("UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, body.to_owned())
}

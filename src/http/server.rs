//! Connections: how many there are, how long a client may leave one waiting, and how they end.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{Router, body::Body, extract::Request};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};
use tower_service::Service;

use super::{App, metrics, router};

/// How long a connection without a whole request stays when the server is told to stop: long enough
/// to send what was answered just before.
const FAREWELL: Duration = Duration::from_secs(1);

/// How long to wait when no connection can be accepted, as when the process has no file left to
/// open.
const PAUSE: Duration = Duration::from_millis(100);

/// How often what was measured is tidied up.
const TIDYING: Duration = Duration::from_secs(5);

/// Serves until the process is told to stop (SIGINT, SIGTERM), then answers the requests that came
/// whole, for as long as a request may take.
pub async fn serve(listener: TcpListener, app: App) -> io::Result<()> {
    let connections = Arc::new(Semaphore::new(app.options.max_connections as usize));
    let mut open = JoinSet::new();
    let routes = router(app.clone());
    let told = told_to_stop();
    tokio::pin!(told);
    let mut tidying = tokio::time::interval(TIDYING);
    loop {
        let next = async {
            let place = connections.clone().acquire_owned().await.expect("nobody closes the semaphore");
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            next = next => next,
            () = &mut told => break,
            _ = tidying.tick() => {
                metrics::tidy();
                continue;
            }
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = connection(stream, routes.clone(), app.clone());
                open.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(cause = %error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
        // Those that have ended are forgotten.
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    tracing::info!("stopping");
    app.stopping.send_replace(true);
    let all = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(app.options.request_seconds + FAREWELL, all).await.is_err() {
        tracing::warn!("stopped with requests unanswered");
    }
    Ok(())
}

/// Answers the requests of one connection.
async fn connection(stream: TcpStream, routes: Router, app: App) {
    let _ = stream.set_nodelay(true);
    let state = Arc::new(State::new());
    let stream = Watched { stream, state: state.clone() };
    let counted = state.clone();
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let answering = Answering::begin(counted.clone());
        let answer = routes.clone().call(request.map(Body::new) as Request);
        async move {
            let answer = answer.await;
            drop(answering);
            answer
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let mut looking = tokio::time::interval(app.options.client_seconds / LOOKS);
    let stopped = app.stopped();
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            // What ends it is the client's affair: it went away, or sent no HTTP.
            _ = connection.as_mut() => return,
            () = &mut stopped => break,
            _ = looking.tick() => {
                if state.waits().is_some_and(|waits| waits >= app.options.client_seconds) {
                    return;
                }
            }
        }
    }
    connection.as_mut().graceful_shutdown();
    let rest = if state.waits().is_none() { app.options.request_seconds } else { FAREWELL };
    let _ = tokio::time::timeout(rest, connection).await;
}

/// How often the server looks, in the time that a client may take, whether it has taken it.
const LOOKS: u32 = 8;

/// Whether a connection has a request that is being answered, and since when it has none.
struct State {
    opened: Instant,
    /// How many requests are being answered: one, or none.
    answering: AtomicUsize,
    /// When the client last took some of an answer, in milliseconds after it was opened.
    taken: AtomicU64,
}

impl State {
    fn new() -> Self {
        Self { opened: Instant::now(), answering: AtomicUsize::new(0), taken: AtomicU64::new(0) }
    }

    fn take(&self) {
        self.taken.store(self.opened.elapsed().as_millis() as u64, Ordering::Release);
    }

    /// For how long the client has neither taken some of an answer nor sent the header of a
    /// request; nothing while one is being answered.
    fn waits(&self) -> Option<Duration> {
        let since = self.opened + Duration::from_millis(self.taken.load(Ordering::Acquire));
        (self.answering.load(Ordering::Acquire) == 0).then(|| since.elapsed())
    }
}

/// A stream that notes when its client takes something.
struct Watched {
    stream: TcpStream,
    state: Arc<State>,
}

impl Watched {
    fn noted(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(_))) {
            self.state.take();
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.noted(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.noted(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A request that is being answered.
struct Answering(Arc<State>);

impl Answering {
    fn begin(state: Arc<State>) -> Self {
        state.answering.fetch_add(1, Ordering::AcqRel);
        Self(state)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.take();
        self.0.answering.fetch_sub(1, Ordering::AcqRel);
    }
}

async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened to");
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
}

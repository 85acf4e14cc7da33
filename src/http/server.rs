//! Connections: how many there are, how long a client may leave one waiting, and how they end.

use std::{
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{Router, body::Body, extract::Request};
use futures_util::task::AtomicWaker;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::{AbortHandle, JoinSet},
};
use tower_service::Service;

use super::{app::App, metrics, router};

/// How long a connection without a whole request stays when the server is told to stop: long enough
/// to send what was answered just before.
const FAREWELL: Duration = Duration::from_secs(1);

/// How long to wait when no connection can be accepted, as when the process has no file left to
/// open.
const PAUSE: Duration = Duration::from_millis(100);

/// How often what was measured is tidied up.
const TIDYING: Duration = Duration::from_secs(5);

/// How often the connections are looked at, in the time that a client may take.
const LOOKS: u32 = 8;

/// Serves until it is told to stop, then answers the requests that came whole, for as long as a
/// request may take.
pub async fn serve(listener: TcpListener, app: App, told: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(app.options.max_connections as usize));
    let mut open = Connections::default();
    let routes = router(app.clone());
    let mut told = pin!(told);
    let mut looking = tokio::time::interval(app.options.client_seconds / LOOKS);
    let mut tidying = tokio::time::interval(TIDYING);
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await.expect("nobody closes the semaphore");
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            next = next => next,
            () = &mut told => break,
            _ = looking.tick() => {
                open.cut_off(app.options.client_seconds);
                continue;
            }
            _ = tidying.tick() => {
                metrics::tidy();
                continue;
            }
        };
        match accepted {
            Ok((stream, _)) => open.begin(stream, routes.clone(), place),
            Err(error) => {
                tracing::warn!(cause = %error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    tracing::info!("stopping");
    app.stopping.send_replace(true);
    if !open.finish(app.options.request_seconds).await {
        tracing::warn!("stopped with requests unanswered");
    }
}

/// The connections that are open. They are looked at from here, so that no timer has to be set for
/// each request.
#[derive(Default)]
struct Connections {
    tasks: JoinSet<()>,
    states: Vec<(Arc<State>, AbortHandle)>,
}

impl Connections {
    /// Answers the requests of a connection, which holds its place until it ends.
    fn begin(&mut self, stream: TcpStream, routes: Router, place: OwnedSemaphorePermit) {
        let state = Arc::new(State::new());
        let connection = connection(stream, routes, state.clone());
        let task = self.tasks.spawn(async move {
            connection.await;
            drop(place);
        });
        self.states.push((state, task));
    }

    /// Ends those whose clients have kept the server waiting for so long, and forgets those that
    /// have ended.
    fn cut_off(&mut self, patience: Duration) {
        while self.tasks.try_join_next().is_some() {}
        self.states.retain(|(state, task)| {
            let is_late = state.waits().is_some_and(|waits| waits >= patience);
            if is_late {
                task.abort();
            }
            !is_late && !task.is_finished()
        });
    }

    /// Answers what was asked, for so long at most; whether that was all.
    async fn finish(&mut self, patience: Duration) -> bool {
        for (state, _) in &self.states {
            state.end();
        }
        let begun = Instant::now();
        while begun.elapsed() < patience + FAREWELL {
            if tokio::time::timeout(FAREWELL, self.all()).await.is_ok() {
                return true;
            }
            // Whoever has not sent a whole request by now is not waited for.
            self.cut_off(Duration::ZERO);
        }
        self.tasks.is_empty()
    }

    async fn all(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Answers the requests of one connection.
async fn connection(stream: TcpStream, routes: Router, state: Arc<State>) {
    let _ = stream.set_nodelay(true);
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
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    let mut is_told = false;
    // What ends it is the client's affair: it went away, or sent no HTTP.
    let _ = poll_fn(|cx| {
        state.task.register(cx.waker());
        if !is_told && state.ends.load(Ordering::Acquire) {
            is_told = true;
            connection.as_mut().graceful_shutdown();
        }
        connection.as_mut().poll(cx)
    })
    .await;
}

/// What is known of a connection from outside.
struct State {
    opened: Instant,
    /// How many requests are being answered: one, or none.
    answering: AtomicUsize,
    /// When the client last took some of an answer, in milliseconds after it was opened.
    taken: AtomicU64,
    /// Whether it ends after the request that is being answered.
    ends: AtomicBool,
    task: AtomicWaker,
}

impl State {
    fn new() -> Self {
        Self {
            opened: Instant::now(),
            answering: AtomicUsize::new(0),
            taken: AtomicU64::new(0),
            ends: AtomicBool::new(false),
            task: AtomicWaker::new(),
        }
    }

    fn take(&self) {
        self.taken.store(self.opened.elapsed().as_millis() as u64, Ordering::Release);
    }

    /// For how long the client has neither taken some of an answer nor sent the header of a
    /// request; `None` while one is being answered.
    fn waits(&self) -> Option<Duration> {
        let since = self.opened + Duration::from_millis(self.taken.load(Ordering::Acquire));
        (self.answering.load(Ordering::Acquire) == 0).then(|| since.elapsed())
    }

    /// Lets the connection end after the request that is being answered.
    fn end(&self) {
        self.ends.store(true, Ordering::Release);
        self.task.wake();
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

/// Resolves when the process is told to stop, by SIGINT or SIGTERM. From the call on, neither ends
/// the process by itself.
pub fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

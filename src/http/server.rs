//! Connections: how many there are, how long a client may leave one waiting, and how they end.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, extract::Request};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};
use tokio_io_timeout::TimeoutStream;
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
    let mut stream = TimeoutStream::new(stream);
    // A client that takes nothing of an answer for so long will not take the rest either.
    stream.set_write_timeout(Some(app.options.client_seconds));
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let answering = Answering::begin(counted.clone());
        let answer = routes.clone().call(request.map(Body::new) as Request);
        async move {
            let answer = answer.await;
            drop(answering);
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.options.client_seconds)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::pin!(connection);
    tokio::select! {
        // What ends it is the client's affair: it went away, or sent no HTTP.
        _ = connection.as_mut() => return,
        () = app.stopped() => connection.as_mut().graceful_shutdown(),
    }
    let is_asked = asked.load(Ordering::Acquire) > 0;
    let rest = if is_asked { app.options.request_seconds } else { FAREWELL };
    let _ = tokio::time::timeout(rest, connection).await;
}

/// A request that is being answered.
struct Answering(Arc<AtomicUsize>);

impl Answering {
    fn begin(count: Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
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

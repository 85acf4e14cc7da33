//! The wire: routes, health, the instant of a request, a graceful stop.

use std::{sync::Arc, time::Duration};

use async_graphql_axum::GraphQLResponse;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use tokio::net::TcpListener;
use tower_http::{timeout::TimeoutLayer, trace::TraceLayer};
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    domain::{database, ledger::Ledger},
    graphql::Schema,
};

/// The largest body of a request, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// How long a request may take.
const MAX_DURATION: Duration = Duration::from_secs(30);

/// What every request needs.
#[derive(Clone, Debug)]
pub struct App {
    db: DatabaseConnection,
    ledger: Arc<Ledger>,
    schema: Schema,
    now: fn() -> DateTime<Utc>,
}

impl App {
    /// Answers from a database and its ledger; `now` is the only clock.
    pub fn new(db: DatabaseConnection, ledger: Arc<Ledger>, now: fn() -> DateTime<Utc>) -> Self {
        Self { db, ledger, schema: Schema::default(), now }
    }
}

/// All routes.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/graphql") }))
        .route("/graphql", get(graphiql).post(graphql))
        .route("/health/live", get(|| async { "live" }))
        .route("/health/ready", get(ready))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, MAX_DURATION))
        .layer(TraceLayer::new_for_http())
        .with_state(Arc::new(app))
}

/// Serves until the process is told to stop (SIGINT, SIGTERM), then answers what was begun, for as long as a
/// request may take.
pub async fn serve(listener: TcpListener, app: App) -> std::io::Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let told = async {
        told_to_stop().await;
        tracing::info!("stopping");
        let _ = stopping.send(());
    };
    let server = axum::serve(listener, router(app)).with_graceful_shutdown(told);
    tokio::select! {
        result = async { server.await } => result,
        () = async {
            let _ = stopped.await;
            tokio::time::sleep(MAX_DURATION).await;
        } => {
            tracing::warn!("stopped with requests unanswered");
            Ok(())
        }
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

async fn graphql(State(app): State<Arc<App>>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.split(';').next().is_none_or(|kind| !kind.trim().eq_ignore_ascii_case("application/json")) {
        return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the request as `content-type: application/json`");
    }
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return refusal(rejection.status(), &rejection.body_text()),
    };
    let request: async_graphql::Request = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &format!("the body is no GraphQL request: {error}")),
    };
    let request_id = Uuid::now_v7().to_string();
    let span = tracing::info_span!("graphql", request.id = request_id);
    let answer = app.schema.execute(&app.db, app.ledger.image(), request, (app.now)(), &request_id);
    let answer = answer.instrument(span).await;
    GraphQLResponse::from(answer).into_response()
}

/// An answer to what is no request, in the form of every other answer.
fn refusal(status: StatusCode, message: &str) -> Response {
    let answer = serde_json::json!({ "errors": [{ "message": message, "extensions": { "code": "BAD_REQUEST" } }] });
    (status, Json(answer)).into_response()
}

async fn graphiql() -> Html<String> {
    Html(async_graphql::http::GraphiQLSource::build().endpoint("/graphql").title("Trihelix").finish())
}

/// 200 when the database is reachable, has the schema of this release, and is the one that statistics are counted from; 503
/// otherwise.
async fn ready(State(app): State<Arc<App>>) -> impl IntoResponse {
    if !app.ledger.is_of_its_history() {
        (StatusCode::SERVICE_UNAVAILABLE, "the database was restored or replaced, and is being read anew")
    } else if database::is_ready(&app.db).await {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database is not reachable or not migrated")
    }
}

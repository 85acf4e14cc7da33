//! The wire: routes, and what every answer has whatever its route.
//!
//! `graphql` reads requests and answers them as GraphQL over HTTP says, `media_type` reads what clients accept,
//! `exchange` gives every request its id and bounds its time, `server` holds the connections, and `options` are what an
//! operator decides of all this.

mod exchange;
mod graphql;
mod media_type;
mod options;
mod server;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use tokio::sync::watch;
use tower_http::{
    compression::{CompressionLayer, predicate::SizeAbove},
    cors::{AllowOrigin, CorsLayer},
    set_header::SetResponseHeaderLayer,
};

pub use self::{
    options::{Options, Origins, StatusCodes},
    server::serve,
};
use crate::{
    domain::{database, ledger::Ledger},
    graphql::Schema,
};

/// What every request needs.
#[derive(Clone, Debug)]
pub struct App {
    db: DatabaseConnection,
    ledger: Arc<Ledger>,
    schema: Schema,
    now: fn() -> DateTime<Utc>,
    options: Options,
    /// Whether the server was told to stop.
    stopping: watch::Sender<bool>,
}

impl App {
    /// Answers from a database and its ledger; `now` is the only clock.
    pub fn new(
        db: DatabaseConnection,
        ledger: Arc<Ledger>,
        now: fn() -> DateTime<Utc>,
        schema: Schema,
        options: Options,
    ) -> Self {
        Self { db, ledger, now, schema, options, stopping: watch::Sender::new(false) }
    }

    /// Resolves when the server is told to stop.
    async fn stopped(&self) {
        // The sender lives as long as the application.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }
}

/// The smallest answer that is compressed, in bytes.
const COMPRESSED_FROM: u16 = 1024;

/// All routes.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    let cors = cors(&app.options.cors_origins);
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/graphql") }))
        .route("/graphql", get(graphql::get).post(graphql::post).fallback(graphql::other_method))
        .route("/health/live", get(|| async { "live" }))
        .route("/health/ready", get(ready))
        .layer(middleware::from_fn_with_state(app.clone(), exchange::accompany))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(COMPRESSED_FROM)))
        .layer(cors)
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, NOTHING_RUNS))
        .with_state(app)
}

/// What is no page loads nothing, runs nothing, and stands in no frame.
const NOTHING_RUNS: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Whose pages may ask and read answers; never with credentials.
fn cors(origins: &Origins) -> CorsLayer {
    let origins = match origins {
        Origins::Any => AllowOrigin::any(),
        Origins::These(origins) => AllowOrigin::list(origins.iter().cloned()),
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::ACCEPT, HeaderName::from_static(graphql::COST)])
        .expose_headers([HeaderName::from_static(exchange::REQUEST_ID), header::RETRY_AFTER])
        .max_age(std::time::Duration::from_secs(24 * 60 * 60))
}

/// 200 when the database is reachable, has the schema of this release, and is the one that statistics are counted from;
/// 503 otherwise.
async fn ready(app: axum::extract::State<Arc<App>>) -> Response {
    let answer = if !app.ledger.is_of_its_history() {
        (StatusCode::SERVICE_UNAVAILABLE, "the database was restored or replaced, and is being read anew")
    } else if database::is_ready(&app.db).await {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database is not reachable or not migrated")
    };
    answer.into_response()
}

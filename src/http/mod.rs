//! The wire: routes, and what every answer has whatever its route.
//!
//! `graphql` reads requests and answers them as GraphQL over HTTP says, `documents` finds the
//! document that a request means, `cache` has what was answered before, `media_type` reads what
//! clients accept and `address` what stands in addresses, `saved` answers saved operations, which
//! `table` writes as tables and `openapi` describes, `downloads` give the register as a whole,
//! which `catalogue` describes, `pages` are what people read and `browser` what else a browser is
//! shown, `exchange` is what is known of a request, `accompany` gives it its id and
//! bounds its time, `metrics` counts them, `server` holds the connections, and `options` are what
//! an operator decides of all this.

mod accompany;
mod address;
mod answers;
mod app;
pub mod browser;
mod cache;
mod catalogue;
mod cors;
mod documents;
mod downloads;
mod exchange;
mod graphql;
mod media_type;
mod metrics;
mod openapi;
mod options;
mod pages;
mod saved;
mod server;
mod table;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    middleware,
    routing::get,
};
use tower::ServiceBuilder;
use tower_http::compression::{
    CompressionLayer, Predicate,
    predicate::{NotForContentType, SizeAbove},
};

pub use self::{
    app::App,
    options::{Options, Origins, StatusCodes},
    server::{serve, told_to_stop},
};
use crate::domain::store::database;

/// The smallest answer that is compressed, in bytes.
const COMPRESSED_FROM: u16 = 1024;

/// All routes.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    Router::new()
        .route("/graphql", get(graphql::get).post(graphql::post).fallback(graphql::other_method))
        .route("/schema.graphql", get(schema))
        .merge(saved::routes())
        .merge(downloads::routes())
        .route("/openapi.json", get(openapi::described))
        .route("/llms.txt", get(openapi::told))
        .route("/metrics", get(async |State(app): State<Arc<App>>| metrics::written(&app)))
        .merge(browser::routes())
        .merge(pages::routes())
        .route("/health/live", get(|| async { "live" }))
        .route("/health/ready", get(ready))
        .fallback(pages::missing)
        .layer(
            // One after the other in one: each layer of a router costs its requests a box.
            ServiceBuilder::new()
                .layer(CompressionLayer::new().compress_when(
                    SizeAbove::new(COMPRESSED_FROM).and(NotForContentType::const_new("application/zip")),
                ))
                .layer(middleware::from_fn_with_state(app.clone(), accompany::accompany)),
        )
        .with_state(app)
}

/// The schema in its own language.
async fn schema(State(app): State<Arc<App>>) -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], app.schema.sdl())
}

/// How old the last look at the database may be.
const STALE: Duration = Duration::from_secs(15);

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// 200 when the database is reachable, has the schema of this release, and is the one that
/// statistics are counted from, as it was a moment ago; 503 otherwise.
async fn ready(State(app): State<Arc<App>>) -> (StatusCode, String) {
    let ledger = &app.ledger;
    let shown = |looked: Option<Duration>| match looked {
        Some(age) => format!("the register was last looked at {:.1} s ago", age.as_secs_f64()),
        None => "the register was not looked at yet".into(),
    };
    let looked = ledger.looked();
    let is_there = tokio::time::timeout(PATIENCE, database::is_ready(&app.own)).await.unwrap_or(false);
    let fault = if !ledger.is_of_its_history() {
        "the database was restored or replaced, and is being read anew"
    } else if !is_there {
        "the database is not reachable or not migrated"
    } else if looked.is_none_or(|age| age > STALE) {
        "the server does not follow the database"
    } else {
        return (StatusCode::OK, format!("ready; {}", shown(looked)));
    };
    (StatusCode::SERVICE_UNAVAILABLE, format!("{fault}; {}", shown(looked)))
}

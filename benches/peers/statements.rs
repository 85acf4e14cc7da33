//! A server that answers each question by one statement, and does nothing else: what SQL alone can
//! do.

use std::str::FromStr;

use axum::{Json, Router, extract::State, http::header, response::IntoResponse, routing::post};
use chrono::NaiveDate;
use sea_orm::sqlx::{
    self, AssertSqlSafe,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};
use serde::Deserialize;
use tokio::net::TcpListener;
use uuid::Uuid;

/// Serves each statement at its name, on an address.
pub(crate) async fn serve(address: &str, url: &str, statements: impl Iterator<Item = (&'static str, &'static str)>) {
    let pool = PgPoolOptions::new().max_connections(16).test_before_acquire(false);
    // Planning takes longer than most of these statements.
    let options = PgConnectOptions::from_str(url).expect("an address");
    let options = options.options([("plan_cache_mode", "force_generic_plan")]);
    let pool = pool.connect_with(options).await.expect("the database opens");
    let mut router = Router::new();
    for (name, statement) in statements {
        let answer = move |State(pool): State<PgPool>, Json(asked): Json<Asked>| answer(pool, statement, asked);
        router = router.route(&format!("/{name}"), post(answer));
    }
    let listener = TcpListener::bind(address).await.expect("a free port");
    axum::serve(listener, router.with_state(pool)).await.expect("it serves until it is stopped");
}

/// The variables, of which each statement takes some by their places.
#[derive(Deserialize)]
struct Asked {
    cluster: String,
    day: NaiveDate,
    municipality: String,
    section: String,
    organization: Uuid,
    text: String,
}

async fn answer(pool: PgPool, statement: &'static str, asked: Asked) -> impl IntoResponse {
    let data = sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(statement));
    let data = data.bind(asked.cluster).bind(asked.day).bind(asked.municipality);
    let data = data.bind(asked.section).bind(asked.organization).bind(asked.text);
    let data = data.fetch_optional(&pool).await.expect("SQL").flatten();
    let body = format!("{{\"data\":{}}}", data.as_deref().unwrap_or("null"));
    ([(header::CONTENT_TYPE, "application/json")], body)
}

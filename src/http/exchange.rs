//! One request and its answer: what they have in common whatever is asked.

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt;
use tracing::Instrument;
use uuid::Uuid;

use super::{App, graphql, media_type::MediaType};
use crate::graphql::Code;

/// The header that tells the id of a request, as the log does.
pub(super) const REQUEST_ID: &str = "x-request-id";

/// The id of a request.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) Arc<str>);

/// Gives a request its id, and ends it when it takes too long or fails in a way that nobody foresaw.
pub(super) async fn accompany(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::now_v7().to_string().into());
    let form = MediaType::accepted(request.headers()).unwrap_or(MediaType::Json);
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", request.id = &*id.0);
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone());
    let answer = tokio::time::timeout(app.options.request_seconds, answer).await;
    let mut answer = match answer {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => {
            span.in_scope(|| tracing::error!("a request panicked"));
            graphql::refusal(form, Code::Internal, "the server failed to answer", Some(&id))
        }
        Err(_) => {
            let seconds = app.options.request_seconds.as_secs_f64();
            let message = format!("the answer took longer than {seconds} s; ask for less at once");
            graphql::refusal(form, Code::Timeout, &message, None)
        }
    };
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        answer.headers_mut().insert(REQUEST_ID, value);
    }
    answer
}

//! Around every request: its id, its time, its place in a trace, and what is told of it afterwards.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Instrument, field};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::{
    app::App,
    cors,
    exchange::{Exchange, REQUEST_ID},
    graphql,
    media_type::MediaType,
    metrics, pages,
};
use crate::graphql::{Code, Summary};

/// The header by which a client's trace goes on in the server's.
const TRACE_PARENT: &str = "traceparent";

/// Gives a request its id, ends it when it takes too long or fails in a way that nobody foresaw,
/// and tells of it.
pub(super) async fn accompany(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let origins = &app.options.cors_origins;
    if let Some(answer) = cors::preflight(origins, request.method(), request.headers()) {
        return answer;
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let begun = Instant::now();
    let exchange = Arc::new(Exchange::begin());
    let form = MediaType::accepted(request.headers()).unwrap_or(MediaType::Json);
    let page = pages::language_of(request.uri(), request.headers());
    let refusal = |code, message: &str, id| match page {
        Some(locale) => pages::failed(locale, message),
        None => graphql::refusal(form, code, message, id),
    };
    request.extensions_mut().insert(exchange.clone());
    let span = tracing::info_span!(
        "request",
        request.id = exchange.id(),
        method = request.method().as_str(),
        // Without what stands behind the question mark: variables are nobody's business.
        path = request.uri().path(),
        operation.name = field::Empty,
        operation.hash = field::Empty,
        cost = field::Empty,
    );
    if request.headers().contains_key(TRACE_PARENT) {
        let client = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
        // Without a collector there is no trace to go on in.
        let _ = span.set_parent(client);
    }
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone());
    let answer = tokio::time::timeout(app.options.request_seconds, answer).await;
    let mut answer = match answer {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => {
            span.in_scope(|| tracing::error!("a request panicked"));
            exchange.refused(Code::Internal);
            refusal(Code::Internal, "the server failed to answer", Some(exchange.id()))
        }
        Err(_) => {
            let seconds = app.options.request_seconds.as_secs_f64();
            let message = format!("the answer took longer than {seconds} s; ask for less at once");
            exchange.refused(Code::Timeout);
            refusal(Code::Timeout, &message, None)
        }
    };
    let headers = answer.headers_mut();
    headers.insert(REQUEST_ID, exchange.id.clone());
    cors::expose(origins, origin.as_ref(), headers);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let (status, elapsed) = (answer.status().as_u16(), begun.elapsed());
    let elapsed_ms = elapsed.as_micros() as f64 / 1000.0;
    span.in_scope(|| match exchange.summary.get() {
        Some(Summary { operation, statements, rows, outcome, .. }) => {
            metrics::count(operation.as_deref(), outcome, elapsed);
            tracing::info!(status, outcome, elapsed_ms, statements, rows, "answered");
        }
        None => tracing::debug!(status, elapsed_ms, "answered"),
    });
    answer
}

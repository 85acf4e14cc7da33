//! Whose pages may ask and read answers: the part of a browser's rules that servers have a say in,
//! as <https://fetch.spec.whatwg.org/#http-cors-protocol> has it. Credentials are never part of it.
//!
//! Ours and not the library's: its layer copies its settings for every request, and adds to the
//! answers of clients that are no browser's pages.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Origins;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static("content-type, accept, if-none-match, trihelix-cost");
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static("x-request-id, retry-after, trihelix-basis, etag");

/// How long a browser may remember what it was allowed, in seconds: a day.
const MAX_AGE: HeaderValue = HeaderValue::from_static("86400");

/// What the header `Access-Control-Allow-Origin` says to a page of an origin; `None` where it may
/// not read answers.
fn allowed(origins: &Origins, origin: &HeaderValue) -> Option<HeaderValue> {
    match origins {
        Origins::Any => Some(HeaderValue::from_static("*")),
        Origins::These(origins) => origins.contains(origin).then(|| origin.clone()),
    }
}

/// The answer to a browser that asks beforehand whether a page may ask; `None` for every other
/// request.
pub(super) fn preflight(origins: &Origins, method: &Method, headers: &HeaderMap) -> Option<Response> {
    let origin = headers.get(header::ORIGIN)?;
    if method != Method::OPTIONS || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut answer = StatusCode::NO_CONTENT.into_response();
    if let Some(allowed) = allowed(origins, origin) {
        let told: [(HeaderName, HeaderValue); 4] = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed),
            (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
            (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        ];
        answer.headers_mut().extend(told);
    }
    Some(answer)
}

/// Lets a page read an answer, where it may.
pub(super) fn expose(origins: &Origins, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(allowed) = origin.and_then(|origin| allowed(origins, origin)) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
    }
}

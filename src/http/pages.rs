//! The pages that people read, by their addresses: what each asks is answered by the schema, in
//! this process, and kept as answers are.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{OriginalUri, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use super::{
    address,
    app::App,
    cache::{self, Written},
    exchange::Exchange,
    media_type,
};
use crate::{
    domain::time::day_in_brussels,
    graphql::{Answer, Code, GraphqlRequest, Operations},
    page::{self, ASSETS, Asked, Fault, Locale, PLOT_POLICY},
};

/// The paths of pages, and of their plots.
const PATHS: [&str; 11] = [
    "/",
    "/compare",
    "/figures",
    "/changes",
    "/c/{name}",
    "/c/{name}/{part}",
    "/c/{name}/{part}/{plot}",
    "/o/{name}",
    "/o/{name}/{part}",
    "/s/{name}",
    "/compare/{plot}",
];

/// The routes of pages.
pub(super) fn routes() -> Router<Arc<App>> {
    PATHS.into_iter().fold(Router::new(), |routes, path| routes.route(path, get(answer)))
}

/// What a page may do: have its own style and script, and lead to this server's pages.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);

/// What answers vary by besides their address: the language where the address names none.
const VARIES_BY: &str = "accept-encoding, accept-language";

async fn answer(
    State(app): State<Arc<App>>,
    Extension(exchange): Extension<Arc<Exchange>>,
    method: Method,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let pairs = address::pairs(uri.query().unwrap_or_default());
    let locale = locale(&headers, pairs.as_deref().unwrap_or_default());
    let refuse = |fault, code, told: &str| {
        exchange.refused(code);
        faulty(locale, fault, told)
    };
    let pairs = match pairs {
        Ok(pairs) => pairs,
        Err(message) => return refuse(Fault::Invalid, Code::BadUserInput, &message),
    };
    let parts = parts(&uri);
    let asked = parts.and_then(|parts| Asked::from_path(&parts, pairs, locale, day_in_brussels((app.now)())));
    let Some(asked) = asked else { return refuse(Fault::Missing, Code::NotFound, "") };
    let Some(operation) = app.operations.get(asked.operation()).cloned() else {
        return refuse(Fault::Missing, Code::NotFound, "");
    };
    match operation.request(&asked.parameters()) {
        Ok(request) => {
            let question = app.question(&exchange, request).await;
            let question = GraphqlRequest { digest: Some(operation.digest), ..question };
            let page = OfPage { origin: origin(&headers), asked, operations: &app.operations };
            cache::answer(&app, &exchange, &method, &headers, question, &page).await
        }
        Err(refused) => {
            let (code, told) = refused.first_error().unwrap_or((Code::BadUserInput, ""));
            refuse(Fault::Invalid, code, told)
        }
    }
}

/// The language of a request for a page; `None` where it is for something else.
pub(super) fn language_of(uri: &Uri, headers: &HeaderMap) -> Option<Locale> {
    // Every request is asked, whatever it is for: nothing is copied.
    let is_of_page = PATHS.iter().any(|path| path.split('/').nth(1) == uri.path().split('/').nth(1));
    is_of_page.then(|| locale(headers, &address::pairs(uri.query().unwrap_or_default()).unwrap_or_default()))
}

/// A page that says that another could not be made.
pub(super) fn failed(locale: Locale, told: &str) -> Response {
    faulty(locale, Fault::Failed, told)
}

/// What is shown where no route has the path.
pub(super) async fn missing(Extension(exchange): Extension<Arc<Exchange>>, headers: HeaderMap, uri: Uri) -> Response {
    exchange.refused(Code::NotFound);
    if media_type::prefers_pages(&headers) {
        let pairs = address::pairs(uri.query().unwrap_or_default()).unwrap_or_default();
        return faulty(locale(&headers, &pairs), Fault::Missing, "");
    }
    (StatusCode::NOT_FOUND, "there is nothing under this address; `/` leads to all\n").into_response()
}

/// The files that pages load: another content has another name, so that each is kept for ever.
pub(super) fn asset(name: &str) -> Option<Response> {
    let asset = ASSETS.iter().find(|asset| asset.name == name)?;
    let headers =
        [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Some((headers, asset.text.as_str()).into_response())
}

/// The language of a page: the one that its address names, else the one that the client prefers.
fn locale(headers: &HeaderMap, pairs: &[(String, String)]) -> Locale {
    let named = pairs.iter().find(|(name, _)| name == "lang").and_then(|(_, code)| Locale::from_code(code));
    let accepted = || {
        let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Locale::accepted(header.unwrap_or_default())
    };
    named.unwrap_or_else(accepted)
}

/// The parts of a path; `None` where one is not in UTF-8.
fn parts(uri: &Uri) -> Option<Vec<String>> {
    let parts = uri.path().split('/').filter(|part| !part.is_empty());
    parts.map(|part| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned())).collect()
}

/// The server as the client calls it; of a name that is none, nothing.
fn origin(headers: &HeaderMap) -> String {
    let value = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let is_name = |host: &&str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte));
    let scheme = if value("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    value(header::HOST.as_str()).filter(is_name).map(|host| format!("{scheme}://{host}")).unwrap_or_default()
}

/// A page that says what is wrong.
fn faulty(locale: Locale, fault: Fault, told: &str) -> Response {
    let status = match fault {
        Fault::Missing => StatusCode::NOT_FOUND,
        Fault::Invalid => StatusCode::BAD_REQUEST,
        Fault::Failed => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = cache::unkept((status, Html(page::fault(locale, fault, told))).into_response());
    protect(&mut response, POLICY);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static(VARIES_BY));
    response
}

fn protect(response: &mut Response, policy: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // Whom a link leads to is not told where it was.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// The way in which an answer is written as a page, or as a plot of one.
struct OfPage<'a> {
    asked: Asked,
    operations: &'a Operations,
    origin: String,
}

impl Written for OfPage<'_> {
    fn name(&self) -> &'static str {
        if self.asked.is_plot() { "plot" } else { "page" }
    }

    fn told_apart(&self, identity: [u8; 32]) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(identity);
        for part in [&self.asked.told_apart(), &self.origin] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }

    fn response(&self, answer: &Answer) -> Response {
        let locale = self.asked.locale();
        let (code, told) = answer.first_error().unwrap_or((Code::Internal, ""));
        let fault = match code {
            Code::NotFound => Fault::Missing,
            Code::BadUserInput | Code::TooComplex => Fault::Invalid,
            _ => Fault::Failed,
        };
        faulty(locale, fault, told)
    }

    fn varies_by(&self) -> &'static str {
        VARIES_BY
    }

    fn text(&self, answer: &Answer, basis: &str) -> Result<Bytes, Box<Response>> {
        let instead = |fault, told| Err(faulty(self.asked.locale(), fault, told).into());
        match self.asked.write(self.operations, answer, basis, &self.origin) {
            page::Written::Page(text) | page::Written::Plot(text) => Ok(text.into()),
            page::Written::Missing => instead(Fault::Missing, ""),
            page::Written::Unreadable => {
                let name = self.asked.operation();
                instead(Fault::Failed, &format!("the saved operation `{name}` does not answer what this page shows"))
            }
        }
    }

    fn response_of_text(&self, text: Bytes) -> Response {
        let (kind, policy) = if self.asked.is_plot() {
            ("image/svg+xml; charset=utf-8", HeaderValue::from_str(&PLOT_POLICY).expect("letters and digits"))
        } else {
            ("text/html; charset=utf-8", POLICY)
        };
        let mut response = ([(header::CONTENT_TYPE, kind), (header::VARY, VARIES_BY)], text).into_response();
        protect(&mut response, policy);
        response
    }
}

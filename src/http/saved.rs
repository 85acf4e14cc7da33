//! Saved operations by their addresses: `/q/NAME` as JSON, `/q/NAME.csv` and `/q/NAME.ndjson` as
//! tables, `/q/` as the list of all.
//!
//! A table is written while it is read: page by page, each asked for when the client has taken the
//! one before, all at one basis. So a table of any length takes the memory of a page.

use std::{io, sync::Arc};

use async_graphql::Value;
use axum::{
    Extension, Json, Router,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::stream;
use maud::{DOCTYPE, html};
use serde_json::json;

use super::{
    App, address,
    exchange::Exchange,
    graphql::{self, BASIS},
    media_type, pages,
    table::Form,
};
use crate::graphql::{Answer, Cells, Code, Operation, Question};

/// The routes of saved operations.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/q", get(list)).route("/q/", get(list)).route("/q/{name}", get(answer))
}

/// The ends of an address that ask for tables.
const TABLES: [(&str, Form); 2] = [(".csv", Form::Csv { separator: b',', has_mark: false }), (".ndjson", Form::Lines)];

async fn answer(
    State(app): State<Arc<App>>,
    Extension(exchange): Extension<Arc<Exchange>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let refused = |code, message: &str| {
        exchange.refused(code);
        graphql::told(&Answer::refusal(code, message, None))
    };
    let table = TABLES.iter().find_map(|(end, form)| Some((name.strip_suffix(end)?, *form)));
    let (name, form) = table.map_or((name.as_str(), None), |(name, form)| (name, Some(form)));
    let Some(operation) = app.operations.get(name).cloned() else {
        return refused(Code::NotFound, "there is no such saved operation; `/q/` lists all");
    };
    let pairs = match address::pairs(&query.unwrap_or_default()) {
        Ok(pairs) => pairs,
        Err(message) => return refused(Code::BadUserInput, &message),
    };
    let Some(form) = form else {
        return whole(&app, &exchange, &operation, &pairs).await;
    };
    if !operation.is_table() {
        let message = format!("`{name}` does not answer one list; ask for `/q/{name}`, which answers JSON");
        return refused(Code::NotFound, &message);
    }
    let (form, pairs) = match written_as(form, pairs) {
        Ok(found) => found,
        Err(message) => return refused(Code::BadUserInput, &message),
    };
    match Walk::begin(app, exchange.clone(), operation, pairs, form).await {
        Ok((walk, first)) => walk.respond(first),
        Err(answer) => graphql::told(&answer),
    }
}

/// The answer as JSON.
async fn whole(app: &App, exchange: &Exchange, operation: &Operation, pairs: &[(String, String)]) -> Response {
    let answer = match operation.request(pairs) {
        Ok(request) => app.schema.execute(app.question(exchange, request)).await,
        Err(refused) => refused,
    };
    if let Some(summary) = answer.summary.clone() {
        let _ = exchange.summary.set(summary);
    } else if let Some(code) = answer.refusal {
        exchange.refused(code);
    }
    graphql::told(&answer)
}

/// The form of a table as its address asks for it, and what else the address says.
fn written_as(form: Form, pairs: Vec<(String, String)>) -> Result<(Form, Vec<(String, String)>), String> {
    let Form::Csv { mut separator, mut has_mark } = form else { return Ok((form, pairs)) };
    let mut rest = Vec::new();
    for (name, text) in pairs {
        match (name.as_str(), text.as_str()) {
            ("separator", "," | ";" | "\t") => separator = text.as_bytes()[0],
            ("separator", "") => {}
            ("separator", _) => return Err("`separator` is `,` (the default), `;` or a tab (`%09`)".into()),
            ("bom", "1" | "true") => has_mark = true,
            ("bom", "" | "0" | "false") => has_mark = false,
            ("bom", _) => return Err("`bom` is `1` or `0` (the default)".into()),
            _ => rest.push((name, text)),
        }
    }
    Ok((Form::Csv { separator, has_mark }, rest))
}

/// The way through the pages of a table.
struct Walk {
    app: Arc<App>,
    exchange: Arc<Exchange>,
    operation: Arc<Operation>,
    pairs: Vec<(String, String)>,
    form: Form,
    columns: Vec<Cells>,
    /// The cursor that the next page begins after; nothing after the last one.
    next: Option<Value>,
    /// What all pages are answered from.
    image: Arc<crate::domain::ledger::Image>,
    now: chrono::DateTime<chrono::Utc>,
    basis: Option<String>,
}

impl Walk {
    /// Asks for the first page, which decides whether there is a table.
    async fn begin(
        app: Arc<App>,
        exchange: Arc<Exchange>,
        operation: Arc<Operation>,
        pairs: Vec<(String, String)>,
        form: Form,
    ) -> Result<(Self, Vec<u8>), Answer> {
        let columns = operation.page(&pairs, None).inspect_err(|answer| told(&exchange, answer))?;
        let columns = operation.columns(&columns).unwrap_or_default();
        let (image, now) = (app.ledger.image(), (app.now)());
        let mut walk = Self { app, exchange, operation, pairs, form, columns, next: None, image, now, basis: None };
        let mut text = form.head(&walk.columns);
        let rows = walk.page(None).await.inspect_err(|answer| told(&walk.exchange, answer))?;
        text.extend(rows);
        Ok((walk, text))
    }

    /// The rows of a page as they are written.
    async fn page(&mut self, after: Option<Value>) -> Result<Vec<u8>, Answer> {
        let Self { app, exchange, operation, pairs, .. } = self;
        let request = operation.page(pairs, after)?;
        let (image, now) = (self.image.clone(), self.now);
        let question = Question { image, now, ..app.question(exchange, request) };
        let seconds = app.options.request_seconds;
        let answer = tokio::time::timeout(seconds, app.schema.execute(question)).await.map_err(|_| {
            let message = format!("a page took longer than {} s", seconds.as_secs_f64());
            Answer::refusal(Code::Timeout, &message, None)
        })?;
        if answer.has_errors() {
            return Err(answer.without_data());
        }
        let Some((rows, next)) = operation.rows(&answer) else {
            let message = "nothing is recorded under these parameters: what holds the list is null";
            return Err(Answer::refusal(Code::NotFound, message, None));
        };
        let text = self.form.rows(&self.columns, rows);
        self.next = next;
        if self.basis.is_none() {
            self.basis = answer.basis();
            if let Some(summary) = answer.summary {
                let _ = exchange.summary.set(summary);
            }
        }
        Ok(text)
    }

    /// The rows of the first page, and the others as the client takes them.
    fn respond(self, first: Vec<u8>) -> Response {
        let (content_type, basis) = (self.form.content_type(), self.basis.clone());
        let others = stream::try_unfold(self, async |mut walk: Self| {
            let Some(cursor) = walk.next.take() else { return Ok(None) };
            match walk.page(Some(cursor)).await {
                Ok(rows) => Ok(Some((rows, walk))),
                Err(answer) => {
                    let refusal = answer.refusal.map_or("errors", Code::as_str);
                    tracing::warn!(request.id = walk.exchange.id(), outcome = refusal, "a table broke off");
                    // The client sees that it is not whole, as its end does not come.
                    Err(io::Error::other("the table broke off"))
                }
            }
        });
        let first = stream::once(async { Ok(first) });
        let mut response = Body::from_stream(stream::StreamExt::chain(first, others)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, content_type);
        if let Some(basis) = basis {
            headers.insert(BASIS, HeaderValue::from_str(&basis).expect("dates and numbers"));
        }
        response
    }
}

/// Tells of a request that ended before there was a table.
fn told(exchange: &Exchange, answer: &Answer) {
    exchange.refused(answer.refusal.unwrap_or(Code::Internal));
}

/// The forms that an operation answers in, as ends of its address.
fn forms(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let tables = TABLES.iter().filter(|_| operation.is_table()).map(|(end, _)| *end);
    std::iter::once("").chain(tables)
}

/// All operations: a page for those who look at pages, else JSON.
async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let mut response = if media_type::prefers_pages(&headers) {
        pages::written(&page(&app))
    } else {
        let operations = app.operations.iter().map(|operation| {
            let parameters = operation.parameters.iter().map(|parameter| {
                json!({
                    "name": parameter.name,
                    "description": parameter.description,
                    "takes": parameter.kind.words(),
                    "list": parameter.is_list,
                    "required": parameter.is_required,
                    "default": parameter.default,
                })
            });
            json!({
                "name": operation.name,
                "description": operation.description,
                "addresses": forms(operation).map(|end| format!("/q/{}{end}", operation.name)).collect::<Vec<_>>(),
                "parameters": parameters.collect::<Vec<_>>(),
                "document": operation.text,
            })
        });
        Json(json!({ "operations": operations.collect::<Vec<_>>() })).into_response()
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    (StatusCode::OK, response).into_response()
}

fn page(app: &App) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Saved operations · Trihelix" }
                link rel="stylesheet" href="/assets/start.css";
            }
            body {
                main {
                    h1 { "Saved operations" }
                    p {
                        "Each is asked by its address, with parameters behind a question mark: "
                        code { "/q/member-directory.csv?cluster=circlemade&asOf=2018-06-01" }
                        ". Lists are given by repeating a parameter, or with commas. Tables are CSV ("
                        code { "?separator=;&bom=1" } " for spreadsheets that want it) or JSON lines. "
                        "Programs find the same at " a href="/openapi.json" { "/openapi.json" } "."
                    }
                    @for operation in app.operations.iter() {
                        section id=(operation.name) {
                            h2 { (operation.name) }
                            p { (operation.description) }
                            p { @for end in forms(operation) { code { "/q/" (operation.name) (end) } " " } }
                            dl {
                                @for parameter in &operation.parameters {
                                    dt {
                                        code { (parameter.name) }
                                        @if parameter.is_required { " (needed)" }
                                        @else if parameter.is_alternative { " (this or another)" }
                                    }
                                    dd {
                                        (parameter.description) " Takes " (parameter.kind.words())
                                        @if parameter.is_list { ", or several" }
                                        @if let Some(default) = &parameter.default { "; by default " (default) }
                                        "."
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

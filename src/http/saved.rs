//! Saved operations by their addresses: `/q/NAME` as JSON, `/q/NAME.csv` and `/q/NAME.ndjson` as
//! tables, `/q/` as the list of all.
//!
//! A table is written while it is read: page by page, each asked for when the client has taken the
//! one before, all at one basis. So a table of any length takes the memory of a page.

use std::{io, sync::Arc};

use async_graphql::{Request, Value};
use axum::{
    Extension, Json, Router,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use futures_util::stream;
use maud::{Markup, html};
use serde_json::json;

use super::{
    StatusCodes, address,
    app::App,
    browser,
    cache::{self, Kept, Written},
    exchange::Exchange,
    graphql,
    media_type::{self, MediaType},
    table::Form,
};
use crate::{
    domain::ledger::Image,
    graphql::{Answer, Code, ColumnPath, GraphqlRequest, Operation, Prepared},
};

/// The routes of saved operations.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/q", get(list)).route("/q/", get(list)).route("/q/{name}", get(answer))
}

/// The ends of an address that ask for tables.
const TABLES: [(&str, Form); 2] = [(".csv", Form::Csv { separator: b',', has_mark: false }), (".ndjson", Form::Lines)];

async fn answer(
    State(app): State<Arc<App>>,
    Extension(exchange): Extension<Arc<Exchange>>,
    method: Method,
    headers: HeaderMap,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let refuse = |code, message: &str| refused(&exchange, &Answer::refusal(code, message, None));
    let table = TABLES.iter().find_map(|(end, form)| Some((name.strip_suffix(end)?, *form)));
    let (name, form) = table.map_or((name.as_str(), None), |(name, form)| (name, Some(form)));
    let Some(operation) = app.operations.get(name).cloned() else {
        return refuse(Code::NotFound, "there is no such saved operation; `/q/` lists all");
    };
    let pairs = match address::pairs(&query.unwrap_or_default()) {
        Ok(pairs) => pairs,
        Err(message) => return refuse(Code::BadUserInput, &message),
    };
    let Some(form) = form else {
        return match operation.request(&pairs) {
            Ok(request) => {
                let question = app.question(&exchange, request).await;
                let question = GraphqlRequest { digest: Some(operation.digest), ..question };
                cache::answer(&app, &exchange, &method, &headers, question, &ToAddresses).await
            }
            Err(answer) => refused(&exchange, &answer),
        };
    };
    if !operation.is_table() {
        let message = format!("`{name}` does not answer one list; ask for `/q/{name}`, which answers JSON");
        return refuse(Code::NotFound, &message);
    }
    let (form, pairs) = match written_as(form, pairs) {
        Ok(found) => found,
        Err(message) => return refuse(Code::BadUserInput, &message),
    };
    let walk = Walk::open(app, exchange.clone(), operation, pairs, form).await;
    match walk.begin(&headers).await {
        Ok(response) => response,
        Err(answer) => refused(&exchange, &answer),
    }
}

/// What answers of one form vary by.
pub(super) const COMPRESSED: &str = "accept-encoding";

/// The way in which answers are written to those who ask by an address: in one form, and the status
/// tells what became of the request.
pub(super) struct ToAddresses;

impl Written for ToAddresses {
    fn name(&self) -> &'static str {
        "address"
    }

    fn response(&self, answer: &Answer) -> Response {
        let status = graphql::status(MediaType::GraphqlResponse, StatusCodes::Stable, answer);
        of_one_form(graphql::written(MediaType::Json, status, answer))
    }

    fn varies_by(&self) -> &'static str {
        COMPRESSED
    }

    fn response_of_text(&self, text: Bytes) -> Response {
        of_one_form(graphql::written_text(MediaType::Json, StatusCode::OK, text))
    }
}

/// Whatever a client accepts, there is one form.
fn of_one_form(mut response: Response) -> Response {
    response.headers_mut().remove(header::VARY);
    response
}

/// A refusal.
pub(super) fn refused(exchange: &Exchange, answer: &Answer) -> Response {
    exchange.refused(answer.refusal.unwrap_or(Code::Internal));
    cache::unkept(ToAddresses.response(answer))
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
    columns: Vec<ColumnPath>,
    /// The cursor that the next page begins after; `None` after the last one.
    next: Option<Value>,
    /// What all pages are answered from.
    image: Arc<Image>,
    now: DateTime<Utc>,
}

impl Walk {
    async fn open(
        app: Arc<App>,
        exchange: Arc<Exchange>,
        operation: Arc<Operation>,
        pairs: Vec<(String, String)>,
        form: Form,
    ) -> Self {
        let (image, now) = (app.ledger.fresh().await, (app.now)());
        Self { app, exchange, operation, pairs, form, columns: Vec::new(), next: None, image, now }
    }

    /// Asks for the first page, which decides whether there is a table, and leaves the others to
    /// the client; with nothing where the client has the table.
    async fn begin(mut self, headers: &HeaderMap) -> Result<Response, Answer> {
        let request = self.operation.page(&self.pairs, None)?;
        self.columns = self.operation.columns(&request).unwrap_or_default();
        let prepared = self.app.schema.prepare(self.question(request))?;
        let kept = prepared.identity.map(|identity| Kept::new(identity, self.form.name(), prepared.basis()));
        if let Some(kept) = kept.as_ref().filter(|kept| kept.is_held(headers)) {
            let _ = self.exchange.summary.set(prepared.summary("not_modified"));
            return Ok(kept.unchanged(COMPRESSED));
        }
        let first = [self.form.head(&self.columns), self.page(prepared).await?].concat();
        let response = self.respond(first);
        Ok(match kept {
            Some(kept) => kept.tell(response),
            None => cache::unkept(response),
        })
    }

    fn question(&self, request: Request) -> GraphqlRequest<'_> {
        let digest = Some(self.operation.digest_of_pages);
        GraphqlRequest { digest, now: self.now, ..self.app.request_at(&self.exchange, request, self.image.clone()) }
    }

    /// The rows of a page as they are written.
    async fn page(&mut self, prepared: Prepared) -> Result<Vec<u8>, Answer> {
        let seconds = self.app.options.request_seconds;
        let answer = tokio::time::timeout(seconds, self.app.schema.answer(prepared)).await.map_err(|_| {
            let message = format!("a page took longer than {} s", seconds.as_secs_f64());
            Answer::refusal(Code::Timeout, &message, None)
        })?;
        if answer.has_errors() {
            return Err(answer.without_data());
        }
        let Some((rows, next)) = self.operation.rows(&answer) else {
            let message = "nothing is recorded under these parameters: what holds the list is null";
            return Err(Answer::refusal(Code::NotFound, message, None));
        };
        let text = self.form.rows(&self.columns, rows);
        self.next = next;
        if let Some(summary) = answer.summary {
            // Of the first page: those that follow are written when the request has been told of.
            let _ = self.exchange.summary.set(summary);
        }
        Ok(text)
    }

    /// The rows of the page that begins after a cursor.
    async fn page_after(&mut self, cursor: Value) -> Result<Vec<u8>, Answer> {
        let request = self.operation.page(&self.pairs, Some(cursor))?;
        let prepared = self.app.schema.prepare(self.question(request))?;
        self.page(prepared).await
    }

    /// The rows of the first page, and the others as the client takes them.
    fn respond(self, first: Vec<u8>) -> Response {
        let content_type = self.form.content_type();
        let others = stream::try_unfold(self, async |mut walk: Self| {
            let Some(cursor) = walk.next.take() else { return Ok(None) };
            match walk.page_after(cursor).await {
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
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        response
    }
}

/// The forms that an operation answers in, as ends of its address.
fn forms(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let tables = TABLES.iter().filter(|_| operation.is_table()).map(|(end, _)| *end);
    std::iter::once("").chain(tables)
}

/// All operations: a page for those who look at pages, else JSON.
async fn list(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let mut response = if media_type::prefers_pages(&headers) {
        browser::written("Saved operations", &page(&app))
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
                "example": format!("/q/{}?{}", operation.name, tried(operation)),
                "document": operation.text,
            })
        });
        Json(json!({ "operations": operations.collect::<Vec<_>>() })).into_response()
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    (StatusCode::OK, response).into_response()
}

/// A text in which words of the API stand between backticks.
fn marked(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A default as an address has it.
fn plain(default: &serde_json::Value) -> String {
    match default {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// The example of an operation, as an address has it.
pub(super) fn tried(operation: &Operation) -> String {
    let pairs = operation.example.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}

fn page(app: &App) -> Markup {
    html! {
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
                p { (marked(&operation.description)) }
                p {
                    @for end in forms(operation) {
                        @let address = format!("/q/{}{end}", operation.name);
                        a href={ (address) "?" (tried(operation)) } { code { (address) } }
                        " "
                    }
                }
                dl {
                    @for parameter in &operation.parameters {
                        dt {
                            code { (parameter.name) }
                            @if parameter.is_required { " (needed)" }
                            @else if parameter.is_alternative { " (this or another)" }
                        }
                        dd {
                            (marked(&parameter.description)) " Takes " (marked(&parameter.kind.words()))
                            @if parameter.is_list { ", or several" }
                            @if let Some(default) = &parameter.default { "; by default " (plain(default)) }
                            "."
                        }
                    }
                }
            }
        }
    }
}

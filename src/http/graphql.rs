//! GraphQL over HTTP: requests in, answers with their status out.
//!
//! As <https://graphql.github.io/graphql-over-http/draft/> has it. GET asks; POST takes
//! `application/json`. The answer is `application/graphql-response+json` where the client accepts
//! it: its status says whether the request was executed. As `application/json` an answer to a
//! document is 200, whatever it says, since clients of that type read the errors.

use std::{borrow::Cow, pin::pin, sync::Arc};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http_body_util::BodyExt;

use super::{
    StatusCodes, address,
    app::App,
    browser,
    cache::{self, Written},
    documents::{self, Parameters},
    exchange::Exchange,
    media_type::{self, MediaType},
};
use crate::graphql::{Answer, Code, GraphqlRequest};

/// Why a request is none.
struct Refused {
    status: StatusCode,
    message: Cow<'static, str>,
}

impl Refused {
    fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into() }
    }

    /// JSON whose parameters are none of a request's.
    fn parameters(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }
}

/// The methods that the endpoint takes.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");

/// The header of a request that asks what it costs; its value does not matter.
pub(super) const COST: &str = "trihelix-cost";

/// When a client that was turned away may come again, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// Answers a question in the address; shows a page to those who bring none and look at pages.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Extension(exchange): Extension<Arc<Exchange>>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let asks = |part: &str| matches!(part.split('=').next(), Some("query" | "documentId" | "extensions"));
    let is_question = query.split('&').any(asks);
    if !is_question && media_type::prefers_pages(&headers) {
        return browser::asking();
    }
    answer(&app, &exchange, &headers, &method, from_address(&query)).await
}

/// Answers a question in the body.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Extension(exchange): Extension<Arc<Exchange>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let parameters = match read(&app, &headers, body).await {
        Ok(body) => from_body(&body),
        Err(refused) => Err(refused),
    };
    answer(&app, &exchange, &headers, &Method::POST, parameters).await
}

/// Refuses every other method.
pub(super) async fn other_method(headers: HeaderMap) -> Response {
    let form = MediaType::accepted(&headers).unwrap_or(MediaType::Json);
    let mut answer = refusal(form, Code::MethodNotAllowed, "ask with GET or POST", None);
    answer.headers_mut().insert(header::ALLOW, METHODS);
    answer
}

/// The way in which answers are written to those who send documents.
struct ToDocuments {
    form: MediaType,
    edition: StatusCodes,
}

impl Written for ToDocuments {
    fn name(&self) -> &'static str {
        match self.form {
            MediaType::GraphqlResponse => "graphql",
            MediaType::Json => "json",
        }
    }

    fn response(&self, answer: &Answer) -> Response {
        written(self.form, status(self.form, self.edition, answer), answer)
    }

    fn varies_by(&self) -> &'static str {
        "accept, accept-encoding"
    }

    fn response_of_text(&self, text: Bytes) -> Response {
        written_text(self.form, StatusCode::OK, text)
    }
}

/// An answer to a request that no document was read of.
pub(super) fn refusal(form: MediaType, code: Code, message: &str, id: Option<&str>) -> Response {
    let answer = Answer::refusal(code, message, id);
    written(form, status(form, StatusCodes::Stable, &answer), &answer)
}

async fn answer(
    app: &App,
    exchange: &Exchange,
    headers: &HeaderMap,
    method: &Method,
    parameters: Result<Parameters, Refused>,
) -> Response {
    let edition = app.options.status_codes;
    let Some(form) = MediaType::accepted(headers) else {
        let message = "accept `application/graphql-response+json` or `application/json`, in UTF-8";
        exchange.refused(Code::BadRequest);
        let answer = Answer::refusal(Code::BadRequest, message, None);
        return cache::unkept(written(MediaType::Json, StatusCode::NOT_ACCEPTABLE, &answer));
    };
    let to_documents = ToDocuments { form, edition };
    let request = match parameters {
        Ok(parameters) => documents::request(app, parameters),
        Err(Refused { status, message }) => {
            // Of the two editions only one tells JSON that is none from JSON that is no request.
            let is_draft = edition == StatusCodes::Draft && form == MediaType::GraphqlResponse;
            let is_told = is_draft || status != StatusCode::UNPROCESSABLE_ENTITY;
            let status = if is_told { status } else { StatusCode::BAD_REQUEST };
            let is_ours = status == StatusCode::SERVICE_UNAVAILABLE;
            let code = if is_ours { Code::Unavailable } else { Code::BadRequest };
            exchange.refused(code);
            return cache::unkept(written(form, status, &Answer::refusal(code, &message, None)));
        }
    };
    let request = match request {
        Ok(request) => request,
        Err(refused) => {
            exchange.refused(refused.refusal.unwrap_or(Code::BadRequest));
            return cache::unkept(to_documents.response(&refused));
        }
    };
    let (only_queries, shows_cost) = (*method != Method::POST, headers.contains_key(COST));
    let question = GraphqlRequest { only_queries, shows_cost, ..app.question(exchange, request).await };
    cache::answer(app, exchange, method, headers, question, &to_documents).await
}

/// Reads the body of a request: in time, whole, and no longer than it may be.
async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Refused> {
    if !media_type::is_json(headers) {
        let message = "send the request as `content-type: application/json`, in UTF-8";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body without `content-encoding`"));
    }
    let limit = app.options.max_body_bytes;
    let mut body = pin!(collect(body, limit));
    let read = match body.as_mut().now_or_never() {
        // As a rule it is there: nothing has to be waited for.
        Some(read) => Ok(read),
        None => tokio::select! {
            // What came whole is answered, even while the server stops.
            biased;
            read = tokio::time::timeout(app.options.client_seconds, body) => read,
            () = app.stopped() => {
                return Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, "the server is stopping"));
            }
        },
    };
    match read {
        Ok(Ok(Some(body))) => Ok(body),
        Ok(Ok(None)) => {
            Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a body has at most {limit} bytes; ask for less")))
        }
        Ok(Err(_)) => Err(Refused::new(StatusCode::BAD_REQUEST, "the body did not come whole")),
        Err(_) => {
            let seconds = app.options.client_seconds.as_secs_f64();
            let message = format!("the body did not come within {seconds} s");
            Err(Refused::new(StatusCode::REQUEST_TIMEOUT, message))
        }
    }
}

/// How much of a body that is too large is read, and thrown away, in bytes: most clients send all
/// before they look for the answer, and would find a broken connection instead.
const THROWN_AWAY: usize = 32 * 1024 * 1024;

/// The bytes of a body; `None` where they are more than the limit.
async fn collect(mut body: Body, limit: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let (mut bytes, mut count) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        count = count.saturating_add(data.len());
        if count <= limit {
            bytes.extend_from_slice(&data);
        } else if count <= limit.saturating_add(THROWN_AWAY) {
            bytes = Vec::new();
        } else {
            break;
        }
    }
    Ok((count <= limit).then_some(bytes))
}

/// The parameters as a JSON object.
fn from_body(body: &[u8]) -> Result<Parameters, Refused> {
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(Refused::new(StatusCode::BAD_REQUEST, "the body is empty; send a GraphQL request in it")),
        Some(b'[') => return Err(Refused::parameters("send one request at a time: batches are not answered")),
        Some(b'{') => {}
        // What is JSON all the same is no object.
        Some(_) => {
            let _: serde_json::Value = serde_json::from_slice(body).map_err(|error| no_request(&error))?;
            return Err(Refused::parameters("the body is no GraphQL request: expected a JSON object"));
        }
    }
    serde_json::from_slice(body).map_err(|error| no_request(&error))
}

fn no_request(error: &serde_json::Error) -> Refused {
    let status = if error.is_data() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::BAD_REQUEST };
    Refused::new(status, format!("the body is no GraphQL request: {error}"))
}

/// The parameters in an address: `query`, `documentId` and `operationName` as they are, `variables` and
/// `extensions` as JSON.
fn from_address(query: &str) -> Result<Parameters, Refused> {
    let (mut query_text, mut document_id, mut operation_name) = (None, None, None);
    let (mut variables, mut extensions) = (None, None);
    for (name, value) in address::pairs(query).map_err(Refused::parameters)? {
        let place = match name.as_str() {
            "query" => &mut query_text,
            "documentId" => &mut document_id,
            "operationName" => &mut operation_name,
            "variables" => &mut variables,
            "extensions" => &mut extensions,
            _ => continue,
        };
        if place.replace(value).is_some() {
            return Err(Refused::parameters(format!("`{name}` stands in the address more than once")));
        }
    }
    let operation_name = operation_name.filter(|name| !name.is_empty());
    let (variables, extensions) = (json("variables", variables)?, json("extensions", extensions)?);
    Ok(Parameters { query: query_text, document_id, operation_name, variables, extensions })
}

fn json<T: serde::de::DeserializeOwned>(name: &str, text: Option<String>) -> Result<Option<T>, Refused> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    serde_json::from_str(&text)
        .map_err(|error| Refused::parameters(format!("`{name}` in the address must be a JSON object: {error}")))
}

/// The status that tells what became of a request.
pub(super) fn status(form: MediaType, edition: StatusCodes, answer: &Answer) -> StatusCode {
    let is_draft = edition == StatusCodes::Draft && form == MediaType::GraphqlResponse;
    let Some(code) = answer.refusal else {
        return if is_draft && answer.has_errors() { partial_success() } else { StatusCode::OK };
    };
    match code {
        Code::ParseFailed | Code::ValidationFailed | Code::BadUserInput if form == MediaType::Json => StatusCode::OK,
        Code::ValidationFailed | Code::BadUserInput if is_draft => StatusCode::UNPROCESSABLE_ENTITY,
        Code::ParseFailed | Code::ValidationFailed | Code::BadUserInput => StatusCode::BAD_REQUEST,
        Code::TooComplex | Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::PersistedQueryNotFound | Code::PersistedQueryNotInList if form == MediaType::Json => StatusCode::OK,
        Code::PersistedQueryNotFound | Code::PersistedQueryNotInList => StatusCode::BAD_REQUEST,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::Overloaded | Code::Unavailable | Code::Timeout => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The draft's status of an answer that has data and errors.
fn partial_success() -> StatusCode {
    StatusCode::from_u16(294).expect("a status has three digits")
}

pub(super) fn written(form: MediaType, status: StatusCode, answer: &Answer) -> Response {
    let mut response = written_text(form, status, answer.to_json().into());
    let headers = response.headers_mut();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

pub(super) fn written_text(form: MediaType, status: StatusCode, text: Bytes) -> Response {
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

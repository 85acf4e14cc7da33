//! Which document a request means: the one that it brings, one that was saved, or one that was
//! answered before.
//!
//! A saved operation is named by `documentId`: its name, or `sha256:` and the hash of its text. Any
//! document that was answered before is found by its hash in `extensions.persistedQuery`, as
//! clients of Apollo send it: where it is not known they are told so, and send it once with its
//! hash.

use async_graphql::{Request, Value, Variables};
use serde::Deserialize;

use super::app::App;
use crate::graphql::{self, Answer, Code};

/// The parameters of a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters {
    pub(super) query: Option<String>,
    /// The name or the SHA-256 of a document that the server knows.
    pub(super) document_id: Option<String>,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Option<Variables>,
    pub(super) extensions: Option<async_graphql::Extensions>,
}

/// The request with its document.
pub(super) fn request(app: &App, parameters: Parameters) -> Result<Request, Answer> {
    let Parameters { query, document_id, operation_name, variables, extensions } = parameters;
    let mut extensions = extensions.unwrap_or_default();
    let hash = match extensions.remove("persistedQuery") {
        Some(persisted) => Some(hash_of(&persisted)?),
        None => None,
    };
    let is_named = document_id.is_some() || hash.is_some();
    let text = match (query.filter(|text| !(text.is_empty() && is_named)), document_id, hash) {
        (Some(_), Some(_), _) => return Err(input("documentId", "send `query` or `documentId`, not both")),
        (Some(text), None, Some(hash)) if graphql::digest(&text) != hash => {
            let message = "`extensions.persistedQuery.sha256Hash` is not the SHA-256 of `query`; send that of its text";
            return Err(input("extensions.persistedQuery", message));
        }
        (Some(text), None, _) => text,
        (None, Some(id), _) => by_id(app, &id)?,
        (None, None, Some(hash)) => by_hash(app, &hash).ok_or_else(not_found)?,
        (None, None, None) => {
            let message = "the request has no `query`; put a GraphQL document there, or name one by `documentId`";
            return Err(Answer::refusal(Code::BadRequest, message, None));
        }
    };
    if app.options.only_saved && app.operations.by_hash(&graphql::digest(&text)).is_none() {
        let message = "this server answers saved operations only; `/q/` lists them";
        return Err(Answer::refusal(Code::PersistedQueryNotInList, message, None));
    }
    let mut request = Request::new(text).variables(variables.unwrap_or_default());
    request.operation_name = operation_name;
    request.extensions = extensions;
    Ok(request)
}

/// The hash that `extensions.persistedQuery` names.
fn hash_of(persisted: &Value) -> Result<[u8; 32], Answer> {
    let Value::Object(fields) = persisted else { return Err(no_hash()) };
    if !matches!(fields.get("version"), None | Some(Value::Number(_))) {
        return Err(no_hash());
    }
    match fields.get("sha256Hash") {
        Some(Value::String(text)) => from_hex(text).ok_or_else(no_hash),
        _ => Err(no_hash()),
    }
}

fn no_hash() -> Answer {
    let message =
        "`extensions.persistedQuery` must be { version: 1, sha256Hash: String }, the hash in 64 hexadecimal digits";
    input("extensions.persistedQuery", message)
}

fn by_id(app: &App, id: &str) -> Result<String, Answer> {
    let found = match id.strip_prefix("sha256:") {
        Some(hash) => by_hash(
            app,
            &from_hex(hash).ok_or_else(|| {
                input(
                    "documentId",
                    "`documentId` must be the name of a saved operation, or `sha256:` and 64 hexadecimal digits",
                )
            })?,
        ),
        None => app.operations.get(id).map(|operation| operation.text.clone()),
    };
    found.ok_or_else(not_found)
}

fn by_hash(app: &App, hash: &[u8; 32]) -> Option<String> {
    app.operations.by_hash(hash).map(|operation| operation.text.clone()).or_else(|| app.schema.known(hash))
}

/// The message that Apollo's clients look for.
fn not_found() -> Answer {
    Answer::refusal(Code::PersistedQueryNotFound, "PersistedQueryNotFound", None)
}

fn input(argument: &'static str, message: &str) -> Answer {
    Answer::invalid(argument, message)
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = (0..32).map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok());
    is_hash.then(|| bytes.collect::<Option<Vec<_>>>()).flatten()?.try_into().ok()
}

//! The saved operations as OpenAPI 3.1 describes them, and the whole API in one page for assistants
//! (<https://llmstxt.org>).

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{app::App, saved};
use crate::graphql::{Code, Kind, Operation, Parameter};

/// `/openapi.json`.
pub(super) async fn described(State(app): State<Arc<App>>) -> Json<Value> {
    Json(document(app.operations.iter()))
}

/// `/llms.txt`.
pub(super) async fn told(State(app): State<Arc<App>>) -> Response {
    let mut text = include_str!("../../web/llms.md").to_owned();
    for operation in app.operations.iter() {
        let parameters: Vec<_> = operation.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let Operation { name, description, .. } = operation;
        let end = if operation.is_table() { ".csv" } else { "" };
        // Without an example there is nothing to try, and it is described in the list of all.
        let to = match saved::tried(operation) {
            none if none.is_empty() => format!("/q/#{name}"),
            example => format!("/q/{name}{end}?{example}"),
        };
        // Writing to a text never fails.
        let _ = writeln!(text, "- [{name}]({to}): {description} Parameters: {}.", parameters.join(", "));
    }
    ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], text).into_response()
}

fn document<'a>(operations: impl Iterator<Item = &'a Operation>) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        let Operation { name, .. } = operation;
        paths.insert(format!("/q/{name}"), json!({ "get": asked(operation, Form::Json) }));
        if operation.is_table() {
            paths.insert(format!("/q/{name}.csv"), json!({ "get": asked(operation, Form::Csv) }));
            paths.insert(format!("/q/{name}.ndjson"), json!({ "get": asked(operation, Form::Lines) }));
        }
    }
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "Trihelix",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": env!("CARGO_PKG_DESCRIPTION"),
            "description": "The saved operations of this server. Each is a GraphQL document that is asked by its \
                address; `/graphql` answers every other question, and `/schema.graphql` is the schema.",
            "license": { "name": "Apache 2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": [
            { "name": "json", "description": "The whole answer, as GraphQL has it." },
            { "name": "table", "description": "The one list of an answer, all its pages." },
        ],
        "paths": paths,
        "components": { "schemas": { "Basis": basis(), "Refusal": refusal() }, "headers": headers() },
    })
}

/// A form of answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Csv,
    Lines,
}

fn asked(operation: &Operation, form: Form) -> Value {
    let Operation { name, description, .. } = operation;
    let (id, tag, kind, schema) = match form {
        Form::Json => (name.clone(), "json", "application/json", answer(operation)),
        Form::Csv => (
            format!("{name}-csv"),
            "table",
            "text/csv",
            json!({ "type": "string", "description": "A header, and a line for each row (RFC 4180)." }),
        ),
        Form::Lines => (
            format!("{name}-lines"),
            "table",
            "application/x-ndjson",
            json!({ "type": "string", "description": "A JSON object in each line." }),
        ),
    };
    let mut parameters: Vec<_> = match form {
        Form::Json => operation.parameters.iter().map(|parameter| taken(operation, parameter)).collect(),
        Form::Csv | Form::Lines => operation.table_parameters().map(|parameter| taken(operation, parameter)).collect(),
    };
    if form == Form::Csv {
        parameters.push(json!({
            "name": "separator", "in": "query", "description": "What stands between cells.",
            "schema": { "type": "string", "enum": [",", ";", "\t"], "default": "," }, "example": ";",
        }));
        parameters.push(json!({
            "name": "bom", "in": "query",
            "description": "Whether the text begins with a mark of its byte order, by which some spreadsheets know UTF-8.",
            "schema": { "type": "string", "enum": ["0", "1"], "default": "0" }, "example": "1",
        }));
    }
    let summary = description.split_inclusive(". ").next().unwrap_or(description).trim();
    let header = |name: &str| json!({ "$ref": format!("#/components/headers/{name}") });
    let told = json!({ "ETag": header("ETag"), "Cache-Control": header("Cache-Control"), "Trihelix-Basis": header("Trihelix-Basis") });
    let refused = |description: &str| {
        json!({
            "description": description,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Refusal" } } },
        })
    };
    json!({
        "operationId": id,
        "summary": summary,
        "description": description,
        "tags": [tag],
        "parameters": parameters,
        "responses": {
            "200": { "description": "The answer.", "headers": told, "content": { kind: { "schema": schema } } },
            "304": { "description": "The answer that the client has still holds.", "headers": told },
            "400": refused("A parameter is missing, unknown or wrong; the message names it."),
            "404": refused("Nothing is recorded under these parameters, or there is no such operation."),
            "503": refused("The server has too much to do; come back after `Retry-After`."),
        },
    })
}

/// A parameter.
fn taken(operation: &Operation, parameter: &Parameter) -> Value {
    let Parameter { name, description, kind, is_list, is_required, default, .. } = parameter;
    let one = match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Day => json!({ "type": "string", "format": "date" }),
        Kind::Instant => json!({ "type": "string", "format": "date-time" }),
        Kind::Choice(words) => {
            json!({ "type": "string", "enum": words.iter().map(|(word, _)| word).collect::<Vec<_>>() })
        }
    };
    let mut schema = if *is_list { json!({ "type": "array", "items": one }) } else { one };
    if let Some(default) = default {
        schema["default"] = default.clone();
    }
    let mut told = description.clone();
    if let Kind::Choice(words) = kind {
        for (word, meaning) in words.iter().filter(|(_, meaning)| !meaning.is_empty()) {
            let _ = write!(told, "\n- `{word}`: {meaning}");
        }
    }
    let mut taken =
        json!({ "name": name, "in": "query", "description": told, "required": is_required, "schema": schema });
    if *is_list {
        // One after the other with commas; repeated ones are read too.
        taken["style"] = "form".into();
        taken["explode"] = false.into();
    }
    taken["example"] = match operation.example.iter().find(|(given, _)| given == name) {
        Some((_, text)) if *is_list => text.split(',').collect::<Vec<_>>().into(),
        Some((_, text)) => match kind {
            Kind::Integer | Kind::Boolean => serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into()),
            _ => text.as_str().into(),
        },
        None => default.clone().unwrap_or_else(|| usual(kind, *is_list)),
    };
    taken
}

/// An example where the operation has none.
fn usual(kind: &Kind, is_list: bool) -> Value {
    let one = match kind {
        Kind::Text => "text".into(),
        Kind::Integer => 1.into(),
        Kind::Boolean => true.into(),
        Kind::Day => "2023-12-14".into(),
        Kind::Instant => "2023-12-14T10:00:00Z".into(),
        Kind::Choice(words) => words.first().map_or(Value::Null, |(word, _)| word.as_str().into()),
    };
    if is_list { json!([one]) } else { one }
}

fn answer(operation: &Operation) -> Value {
    json!({
        "type": "object",
        "required": ["data", "extensions"],
        "properties": {
            "data": operation.shape,
            "errors": {
                "type": "array",
                "description": "Fields that failed; they are null in `data`.",
                "items": { "type": "object" },
            },
            "extensions": {
                "type": "object",
                "required": ["basis"],
                "properties": { "basis": { "$ref": "#/components/schemas/Basis" } },
            },
        },
    })
}

fn basis() -> Value {
    json!({
        "type": "object",
        "description": "What the answer is of: the day, and the last revision that it knows of.",
        "required": ["asOf", "knownAt", "revision"],
        "properties": {
            "asOf": { "type": "string", "format": "date" },
            "knownAt": { "type": "string", "format": "date-time" },
            "revision": { "type": "integer" },
        },
        "examples": [{ "asOf": "2023-12-14", "knownAt": "2026-11-21T14:00:00.000Z", "revision": 1 }],
    })
}

fn refusal() -> Value {
    json!({
        "type": "object",
        "description": "Why there is no answer, and what to change.",
        "required": ["errors"],
        "properties": {
            "errors": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["message", "extensions"],
                    "properties": {
                        "message": { "type": "string" },
                        "extensions": {
                            "type": "object",
                            "required": ["code"],
                            "properties": {
                                "code": { "type": "string", "enum": Code::ALL.map(Code::as_str) },
                                "argument": { "type": "string", "description": "The parameter at fault." },
                            },
                        },
                    },
                },
            },
        },
        "examples": [{
            "errors": [{
                "message": "the parameter `asOf` is `yesterday`; it takes a calendar day, as in 2023-12-14",
                "extensions": { "code": "BAD_USER_INPUT", "argument": "asOf" },
            }],
        }],
    })
}

fn headers() -> Value {
    json!({
        "ETag": {
            "description": "What the answer follows from; sent back in `If-None-Match`, it is answered 304 while that holds.",
            "schema": { "type": "string" },
        },
        "Cache-Control": {
            "description": "How long the answer may be shown without asking again.",
            "schema": { "type": "string" },
        },
        "Trihelix-Basis": {
            "description": "The basis of the answer, as parameters: added to the address, they ask for the same answer again.",
            "schema": { "type": "string" },
            "example": "asOf=2023-12-14&knownAt=2026-11-21T14:00:00.000Z&revision=1",
        },
    })
}

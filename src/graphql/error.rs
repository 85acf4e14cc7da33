//! What a client is told when something goes wrong: the only place where errors get their words and codes.
//!
//! | `extensions.code` | whose mistake | meaning |
//! |---|---|---|
//! | `GRAPHQL_PARSE_FAILED` | caller | the document is no GraphQL |
//! | `GRAPHQL_VALIDATION_FAILED` | caller | the document does not fit the schema |
//! | `QUERY_TOO_COMPLEX` | caller | the document asks for too much at once |
//! | `BAD_REQUEST` | caller | what was sent over HTTP is no GraphQL request |
//! | `BAD_USER_INPUT` | caller | an argument or variable makes no sense; the message says what to change |
//! | `CONFLICT` | caller | a write contradicts what is recorded |
//! | `INTERNAL` | ours | logged; `extensions.requestId` finds it in the log |

use std::sync::Arc;

use async_graphql::{ErrorExtensions, Response, ServerError, Value};

use crate::domain;

pub(crate) const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
pub(crate) const INTERNAL: &str = "INTERNAL";
const CONFLICT: &str = "CONFLICT";
const QUERY_TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";
const PARSE_FAILED: &str = "GRAPHQL_PARSE_FAILED";
const VALIDATION_FAILED: &str = "GRAPHQL_VALIDATION_FAILED";

/// What resolvers answer.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// An error on its way to a client.
///
/// It has no `Display` on purpose: async-graphql would turn one that has into an error without a code.
#[derive(Clone, Debug)]
pub(crate) struct Error(Arc<Told>);

#[derive(Debug)]
struct Told {
    code: &'static str,
    message: String,
}

impl Error {
    /// The caller's mistake; the message says what to change.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self(Arc::new(Told { code: BAD_USER_INPUT, message: message.into() }))
    }

    /// The caller asked for too much at once.
    pub(crate) fn too_complex(message: impl Into<String>) -> Self {
        Self(Arc::new(Told { code: QUERY_TOO_COMPLEX, message: message.into() }))
    }

    /// Our mistake: logged here, once, and not told.
    pub(crate) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        let causes = std::iter::successors(Some(cause), |cause| cause.source());
        let causes: Vec<_> = causes.map(ToString::to_string).collect();
        tracing::error!(cause = causes.join(": "), "a request failed");
        Self(Arc::new(Told { code: INTERNAL, message: "the server failed to answer".into() }))
    }
}

impl From<domain::Error> for Error {
    fn from(error: domain::Error) -> Self {
        let code = match &error {
            domain::Error::InvalidInput(_) => BAD_USER_INPUT,
            domain::Error::Conflict(_) => CONFLICT,
            domain::Error::Unavailable(_) => return Self::internal(&error),
            domain::Error::Database(cause) => return Self::internal(cause),
        };
        Self(Arc::new(Told { code, message: error.to_string() }))
    }
}

impl From<Error> for async_graphql::Error {
    fn from(Error(told): Error) -> Self {
        Self::new(told.message.clone()).extend_with(|_, extensions| extensions.set("code", told.code))
    }
}

/// Gives a code to the errors that async-graphql found itself, and a request id to ours.
pub(super) fn finish(response: &mut Response, request_id: &str) {
    for error in &mut response.errors {
        if code_of(error).is_none() {
            let code = code_found_by_library(error);
            error.extensions.get_or_insert_default().set("code", code);
        }
        if code_of(error) == Some(INTERNAL) {
            error.extensions.get_or_insert_default().set("requestId", request_id);
        }
    }
}

fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

fn code_found_by_library(error: &ServerError) -> &'static str {
    if !error.path.is_empty() || error.message.starts_with("Invalid value for argument") {
        BAD_USER_INPUT
    } else if error.message.starts_with("Query is ") || error.message.contains("recursion") {
        // "Query is nested too deep.", "Query is too complex.", "recursion limit exceeded."
        QUERY_TOO_COMPLEX
    } else if error.message.trim_start().starts_with("-->") {
        PARSE_FAILED
    } else {
        VALIDATION_FAILED
    }
}

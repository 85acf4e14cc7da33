//! What a client is told when something goes wrong: the only place where errors get their words and
//! codes.

use std::{borrow::Cow, fmt, sync::Arc};

use async_graphql::{ErrorExtensions, PathSegment, Response, ServerError, Value};

use crate::domain::{self, store::reading::Absence};

/// What kind of mistake an error is, as `extensions.code` tells it. The README has them in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The document is no GraphQL.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// The document asks for too much at once.
    TooComplex,
    /// What was sent over HTTP is no GraphQL request.
    BadRequest,
    /// The document is named by its hash, and the server does not know it: send it once.
    PersistedQueryNotFound,
    /// Only saved operations are answered, and the document is none.
    PersistedQueryNotInList,
    /// There is nothing at the address.
    NotFound,
    /// The HTTP method does not fit: GET asks, and changes nothing.
    MethodNotAllowed,
    /// An argument or variable makes no sense; the message says what to change.
    BadUserInput,
    /// The server has too much to do.
    Overloaded,
    /// The database cannot be reached or was replaced, or the server is stopping.
    Unavailable,
    /// The answer took longer than a request may.
    Timeout,
    /// Our mistake: logged, and found there by `extensions.requestId`.
    Internal,
}

impl Code {
    /// All codes.
    pub const ALL: [Self; 13] = [
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::TooComplex,
        Self::BadRequest,
        Self::PersistedQueryNotFound,
        Self::PersistedQueryNotInList,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::BadUserInput,
        Self::Overloaded,
        Self::Unavailable,
        Self::Timeout,
        Self::Internal,
    ];

    /// The code as clients see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::TooComplex => "QUERY_TOO_COMPLEX",
            Self::BadRequest => "BAD_REQUEST",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryNotInList => "PERSISTED_QUERY_NOT_IN_LIST",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::Overloaded => "OVERLOADED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Timeout => "TIMEOUT",
            Self::Internal => "INTERNAL",
        }
    }

    /// Whether one error of the kind leaves nothing of the answer: what else it holds would be a
    /// matter of chance.
    fn ends_the_answer(self) -> bool {
        matches!(self, Self::TooComplex | Self::Overloaded | Self::Unavailable | Self::Timeout)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What resolvers answer.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// The answer of a field that is null where it fails, so that the others are answered all the same.
/// The result is inside, as the library passes a failure on when it is outside.
pub(crate) async fn nullable<T>(answer: impl Future<Output = Result<T>>) -> Option<Result<T>> {
    Some(answer.await)
}

/// An error on its way to a client.
///
/// It has no `Display` on purpose: async-graphql would turn one that has into an error without a
/// code.
#[derive(Clone, Debug)]
pub(crate) struct Error(Arc<Told>);

#[derive(Debug)]
struct Told {
    code: Code,
    /// The argument at fault, where there is one.
    argument: Option<Cow<'static, str>>,
    message: String,
}

impl Error {
    /// An error with a message that says what to do about it.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Arc::new(Told { code, argument: None, message: message.into() }))
    }

    /// The caller's mistake in an argument; the message says what to change.
    pub(crate) fn input(argument: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let (code, argument) = (Code::BadUserInput, Some(argument.into()));
        Self(Arc::new(Told { code, argument, message: message.into() }))
    }

    /// The caller asked for too much at once.
    pub(crate) fn too_complex(message: impl Into<String>) -> Self {
        Self::new(Code::TooComplex, message)
    }

    /// The database does not hold what the ledger does: until the server has read the database
    /// again, answers from both would be of two registers.
    pub(crate) fn replaced() -> Self {
        let message = "the database was restored or replaced, and is being read again; try again in a few seconds";
        Self::new(Code::Unavailable, message)
    }

    /// Our mistake: logged here, once, and not told.
    pub(crate) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(cause = domain::with_causes(cause), "a request failed");
        Self::new(Code::Internal, "the server failed to answer")
    }
}

impl From<domain::Error> for Error {
    fn from(error: domain::Error) -> Self {
        match &error {
            domain::Error::InvalidInput { argument, message } => Self::input(argument.clone(), message),
            domain::Error::Conflict(_) | domain::Error::Unavailable(_) => Self::internal(&error),
            domain::Error::Database(cause) => match Absence::from_error(cause) {
                Some(Absence::Busy) => {
                    tracing::warn!("no connection to the database was free in time");
                    Self::new(Code::Overloaded, "the server has too much to do; try again in a few seconds")
                }
                Some(Absence::Away) => {
                    tracing::warn!(cause = domain::with_causes(cause), "the database is away");
                    Self::new(Code::Unavailable, "the database cannot be reached; try again in a few seconds")
                }
                None => Self::internal(cause),
            },
        }
    }
}

impl From<Error> for async_graphql::Error {
    fn from(Error(told): Error) -> Self {
        Self::new(told.message.clone()).extend_with(|_, extensions| {
            extensions.set("code", told.code.as_str());
            if let Some(argument) = &told.argument {
                extensions.set("argument", &**argument);
            }
        })
    }
}

/// The answer to a request that was not executed.
pub(crate) fn refused(error: Error) -> Box<Response> {
    let mut error = async_graphql::Error::from(error).into_server_error(async_graphql::Pos::default());
    error.locations.clear();
    Box::new(Response::from_errors(vec![error]))
}

/// Gives a code to the errors that async-graphql found itself, and a request id to ours. Where
/// nothing is to be answered, one error is all there is.
pub(crate) fn finish(response: &mut Response, request_id: &str) {
    for error in &mut response.errors {
        if code_of(error).is_none() {
            let code = code_found_by_library(error);
            let argument = argument_found_by_library(&error.message).map(str::to_owned);
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("code", code.as_str());
            if let Some(argument) = argument {
                extensions.set("argument", argument);
            }
        }
        if code_of(error) == Some(Code::Internal) {
            error.extensions.get_or_insert_default().set("requestId", request_id);
        }
    }
    if let Some(position) = response.errors.iter().position(|error| code_of(error).is_some_and(Code::ends_the_answer)) {
        let mut error = response.errors.swap_remove(position);
        error.path = Vec::<PathSegment>::new();
        response.errors = vec![error];
        response.data = Value::Null;
    }
    response.errors.truncate(MAX_ERRORS);
}

/// The most errors that are told of one answer.
const MAX_ERRORS: usize = 100;

/// The code of an error.
pub(crate) fn code_of(error: &ServerError) -> Option<Code> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Code::ALL.into_iter().find(|known| known.as_str() == code),
        _ => None,
    }
}

/// The argument that a message of the library names, by itself or by its type.
fn argument_found_by_library(message: &str) -> Option<&str> {
    let of_type = [("\"PointInTime\")", "at"), ("\"DateRange\")", "period")];
    let named = ["Invalid value for argument \"", "Argument \"", "argument \""];
    let of_type = of_type.iter().find(|(kind, _)| message.ends_with(kind)).map(|(_, argument)| *argument);
    of_type.or_else(|| {
        let (_, rest) = named.iter().find_map(|before| message.split_once(before))?;
        rest.split(['"', '.']).next()
    })
}

fn code_found_by_library(error: &ServerError) -> Code {
    if !error.path.is_empty() || error.message.starts_with("Invalid value for argument") {
        Code::BadUserInput
    } else if error.message.starts_with("Query is ") || error.message.contains("recursion") {
        // "Query is nested too deep.", "Query is too complex.", "recursion limit exceeded."
        Code::TooComplex
    } else if error.message.trim_start().starts_with("-->") {
        Code::ParseFailed
    } else {
        Code::ValidationFailed
    }
}

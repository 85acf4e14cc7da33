//! A question to the schema, and its answer.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_graphql::{Response, ServerError, Value};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    domain::{ledger::Image, store::reading::Reads},
    graphql::request::error::{self, Code, Error},
};

/// A request, and what it is answered from.
#[derive(Debug)]
pub struct GraphqlRequest<'a> {
    /// The document, its variables, and what comes with them.
    pub request: async_graphql::Request,
    /// The SHA-256 of the document, where it is known already.
    pub digest: Option<[u8; 32]>,
    /// The database.
    pub reads: &'a Reads,
    /// The ledger's image, whose last revision is the last that the answer knows of.
    pub image: Arc<Image>,
    /// How long ago the image was last found to hold all that was written.
    pub looked: Option<Duration>,
    /// The instant of the request: today is the day of it.
    pub now: DateTime<Utc>,
    /// What finds the request in the log.
    pub request_id: &'a str,
    /// Whether other operations than queries are refused, as over GET.
    pub only_queries: bool,
    /// Whether the answer tells what the document costs.
    pub shows_cost: bool,
}

/// What is told of a request to those who run the server: nothing of what was asked but its name,
/// and nothing of the answer.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The name of the operation; `None` of one that has none, and of a document that was refused.
    pub operation: Option<String>,
    /// What the document costs.
    pub cost: u64,
    /// How many statements the database answered.
    pub statements: u64,
    /// How many rows the database answered.
    pub rows: u64,
    /// `ok`, `errors` where there are some besides data, or the code of what was refused.
    pub outcome: &'static str,
}

impl Summary {
    /// The summary of a request of which no document was answered.
    pub fn refused(code: Code) -> Self {
        Self { operation: None, cost: 0, statements: 0, rows: 0, outcome: code.as_str() }
    }

    /// The summary of a request that is about to be read.
    pub(crate) fn new() -> Self {
        Self { operation: None, cost: 0, statements: 0, rows: 0, outcome: "ok" }
    }

    /// Tells the span of the request what is known before it is answered.
    pub(crate) fn show(&self) {
        let span = tracing::Span::current();
        if let Some(name) = &self.operation {
            span.record("operation.name", name);
        }
        span.record("cost", self.cost);
    }
}

/// What a question is answered.
#[derive(Debug)]
pub struct Answer {
    response: Box<Response>,
    /// What is told of it; nothing of what is no document.
    pub summary: Option<Summary>,
    /// Why there is no data: the question was refused, or could not be answered at all.
    pub refusal: Option<Code>,
}

impl Answer {
    pub(crate) fn new(response: Box<Response>) -> Self {
        // An error without a path is none of a field: nothing was executed, or nothing of it is
        // answered.
        let refusing = response.errors.iter().find(|error| error.path.is_empty());
        let refusing = refusing.filter(|_| response.data == Value::Null);
        let refusal = refusing.map(|error| error::code_of(error).unwrap_or(Code::Internal));
        Self { response, summary: None, refusal }
    }

    /// The answer with its summary.
    pub(crate) fn with_summary(self, summary: Summary) -> Self {
        let outcome = match self.refusal {
            Some(code) => code.as_str(),
            None if self.has_errors() => "errors",
            None => "ok",
        };
        Self { summary: Some(Summary { outcome, ..summary }), ..self }
    }

    /// The answer to what is no question.
    pub fn refusal(code: Code, message: &str, request_id: Option<&str>) -> Self {
        let mut response = error::refused(Error::new(code, message));
        error::finish(&mut response, request_id.unwrap_or_default());
        Self::new(response)
    }

    /// The answer without its data, for a client to whom a part of it is of no use.
    #[must_use]
    pub fn without_data(self) -> Self {
        let Self { mut response, summary, refusal } = self;
        response.data = Value::Null;
        let refusal = refusal.or_else(|| response.errors.first().and_then(error::code_of));
        Self { response, summary, refusal }
    }

    /// The answer to what makes no sense in an argument.
    pub fn invalid(argument: &'static str, message: &str) -> Self {
        Self::refused(Error::input(argument, message))
    }

    /// The answer where the register could not be read.
    pub fn failure(error: crate::domain::Error, request_id: &str) -> Self {
        let mut response = error::refused(error.into());
        error::finish(&mut response, request_id);
        Self::new(response)
    }

    /// The answer to what was refused with an error.
    pub(crate) fn refused(error: Error) -> Self {
        let mut response = error::refused(error);
        error::finish(&mut response, "");
        Self::new(response)
    }

    /// Its data; null where there is none.
    pub fn data(&self) -> &Value {
        &self.response.data
    }

    /// Its data as a type that is read from it; or why it is not of that type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        async_graphql::from_value(self.data().clone()).map_err(|error| error.to_string())
    }

    /// The code of its first error, and what that says; `None` where it has none.
    pub fn first_error(&self) -> Option<(Code, &str)> {
        let error = self.response.errors.first()?;
        Some((error::code_of(error).unwrap_or(Code::Internal), &error.message))
    }

    /// Whether it holds errors.
    pub fn has_errors(&self) -> bool {
        !self.response.errors.is_empty()
    }

    /// The answer as it is sent: without `data` where nothing was executed.
    pub fn to_json(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Written<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            data: Option<&'a Value>,
            #[serde(skip_serializing_if = "<[ServerError]>::is_empty")]
            errors: &'a [ServerError],
            #[serde(skip_serializing_if = "BTreeMap::is_empty")]
            extensions: &'a BTreeMap<String, Value>,
        }
        let Response { data, errors, extensions, .. } = &*self.response;
        let data = self.refusal.is_none().then_some(data);
        serde_json::to_vec(&Written { data, errors, extensions }).expect("an answer is JSON")
    }
}

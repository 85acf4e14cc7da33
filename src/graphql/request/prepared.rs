//! A question that was read: what it asks for is known, and what its answer follows from; nothing
//! was executed.

use std::sync::Arc;

use async_graphql::{Request, Response, Value, Variables, parser::types::OperationDefinition, value};
use sha2::{Digest as _, Sha256};

use crate::graphql::{
    Inner, Schema,
    bounds::{cost, omitted},
    request::{
        answer::{Answer, GraphqlRequest, Summary},
        basis::{AnsweredFrom, Asked, Basis},
        document::{self, Digest, Document},
        error::{self, Result},
        input,
    },
};

/// A question that may be answered.
pub struct Prepared {
    /// What its answer follows from; `None` where it tells of the moment it is asked at.
    pub identity: Option<Identity>,
    request: Request,
    document: Arc<Document>,
    /// Whether the document is known to be valid.
    is_known: bool,
    basis: Arc<Basis>,
    summary: Summary,
    request_id: String,
    shows_cost: bool,
}

/// What an answer follows from: two questions with the same identity have the same answer, byte for
/// byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The hash of the document, its variables, the register and its revision, the day, and this
    /// release.
    pub digest: [u8; 32],
    /// Whether no write and no day to come will change it.
    pub is_fixed: bool,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Prepared {
    /// The basis that the answer will have, as an address can ask for it.
    pub fn basis(&self) -> String {
        self.basis.in_address()
    }

    /// What is told of the question when it is not executed.
    pub fn summary(&self, outcome: &'static str) -> Summary {
        Summary { outcome, ..self.summary.clone() }
    }
}

impl Schema {
    /// Reads a question: parses its document, or knows it from before, refuses one that does more
    /// than it may, and fixes the basis of its answer. What it costs is asked when it is answered:
    /// whoever asks the same again need not wait for that.
    pub fn prepare(&self, question: GraphqlRequest<'_>) -> Result<Prepared, Answer> {
        let request_id = question.request_id;
        let mut summary = Summary::new();
        self.read(question, &mut summary).map_err(|mut response| {
            error::finish(&mut response, request_id);
            Answer::new(response).with_summary(summary)
        })
    }

    fn read(&self, question: GraphqlRequest<'_>, summary: &mut Summary) -> Result<Prepared, Box<Response>> {
        let GraphqlRequest { mut request, digest, reads, image, looked, now, request_id, only_queries, shows_cost } =
            question;
        let Inner { limits, documents, .. } = &*self.0;
        let text = std::mem::take(&mut request.query);
        let digest = digest.unwrap_or_else(|| document::digest(&text));
        let (document, is_known) = documents.read(text, digest, limits)?;
        let (name, operation) =
            document::asked(&document.parsed, request.operation_name.as_deref()).map_err(error::refused)?;
        summary.operation = name.map(ToString::to_string);
        if only_queries {
            document::is_query(operation).map_err(error::refused)?;
        }
        let asked = Asked::parse(&request.extensions).map_err(error::refused)?;
        let from = AnsweredFrom { reader: reads.reader(limits.max_statements_at_once), image, now, looked };
        let basis = Arc::new(Basis::fix(from, &asked, limits).map_err(error::refused)?);
        let is_the_same_again = document.is_lasting && !shows_cost;
        let identity = is_the_same_again.then(|| Identity {
            digest: identity(&document.digest, &request, &basis),
            is_fixed: basis.is_fixed(&asked),
        });
        let (summary, request_id) = (summary.clone(), request_id.to_owned());
        Ok(Prepared { identity, request, document, is_known, basis, summary, request_id, shows_cost })
    }

    /// Answers a question, unless it is over a limit or lacks a variable. Every answer to a
    /// document carries its basis, and every error a code.
    pub async fn answer(&self, prepared: Prepared) -> Answer {
        let Prepared { mut request, document, is_known, basis, mut summary, request_id, shows_cost, .. } = prepared;
        let Inner { schema, trusting, documents, limits, .. } = &*self.0;
        let is_valid = match self.admit(&request, &document, &mut summary) {
            Ok(fits) => is_known && fits,
            Err(error) => {
                let mut response = error::refused(error);
                error::finish(&mut response, &request_id);
                return Answer::new(response).with_summary(summary);
            }
        };
        give_defaults(&document, &mut request);
        let mut parsed = document.parsed.clone();
        let asked = document::asked(&document.parsed, request.operation_name.as_deref());
        let is_changed = asked.is_ok_and(|(_, operation)| {
            omitted::take_out(&mut parsed, operation, &request.variables, &self.0.with_defaults)
        });
        request.set_parsed_query(parsed);
        let request = request.data(basis.clone());
        let mut response = if is_valid { trusting.execute(request).await } else { schema.execute(request).await };
        let was_valid = response.data != Value::Null || response.errors.iter().all(|error| !error.path.is_empty());
        if !is_known && was_valid && !is_changed {
            documents.keep(document);
        }
        (summary.statements, summary.rows) = basis.sent();
        response.extensions.insert("basis".into(), basis.shown());
        if shows_cost {
            let cost = value!({ "requested": summary.cost, "limit": limits.max_cost });
            response.extensions.insert("cost".into(), cost);
        }
        error::finish(&mut response, &request_id);
        Answer::new(Box::new(response)).with_summary(summary)
    }

    /// Refuses a document that costs too much with its variables, and variables that are missing;
    /// else whether all of them are what their types take.
    fn admit(&self, request: &Request, document: &Document, summary: &mut Summary) -> Result<bool> {
        let Inner { types, prices, limits, .. } = &*self.0;
        let (_, operation) = document::asked(&document.parsed, request.operation_name.as_deref())?;
        document::has_no_nul(&variables_of(request))?;
        summary.cost = cost::measure(prices, &document.parsed, operation, &request.variables, limits)?;
        summary.show();
        document::variables_are_given(operation, &request.variables)?;
        Ok(fit(types, operation, &request.variables))
    }

    /// Reads a question and answers it.
    pub async fn execute(&self, question: GraphqlRequest<'_>) -> Answer {
        match self.prepare(question) {
            Ok(prepared) => self.answer(prepared).await,
            Err(refused) => refused,
        }
    }
}

/// Gives their defaults to variables that have no value: the library does so where a field reads
/// them, and not where `@include` and `@skip` do.
fn give_defaults(document: &Document, request: &mut Request) {
    let Ok((_, operation)) = document::asked(&document.parsed, request.operation_name.as_deref()) else { return };
    for definition in &operation.variable_definitions {
        if let Some(default) = &definition.node.default_value {
            let name = definition.node.name.node.clone();
            request.variables.entry(name).or_insert_with(|| default.node.clone());
        }
    }
}

/// Whether every variable is what its type takes.
fn fit(types: &async_graphql::registry::Registry, operation: &OperationDefinition, variables: &Variables) -> bool {
    operation.variable_definitions.iter().all(|definition| {
        let definition = &definition.node;
        let value = variables.get(&definition.name.node);
        value.is_none_or(|value| input::fits(types, &definition.var_type.node.to_string(), value))
    })
}

/// The variables of a request as JSON, by their names in order.
fn variables_of(request: &Request) -> String {
    serde_json::to_string(&request.variables).expect("variables came as JSON")
}

fn identity(document: &Digest, request: &Request, basis: &Basis) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(crate::graphql::edition());
    digest.update(document);
    // Each part with its length, so that none can pass for the end of another.
    for part in [request.operation_name.as_deref().unwrap_or_default(), &variables_of(request)] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.update(basis.told_apart());
    digest.finalize().into()
}

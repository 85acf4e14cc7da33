//! A question that was read: what it asks for is known, and what its answer follows from; nothing
//! was executed.

use std::sync::Arc;

use async_graphql::{Request, Response, Value, Variables, parser::types::OperationDefinition, value};
use sha2::{Digest as _, Sha256};

use super::{
    Inner, Schema,
    answer::{Answer, Question, Summary},
    basis::{AnsweredFrom, Asked, Basis},
    cost,
    document::{self, Digest, Document},
    error::{self, Error, Result},
    input,
};

/// A question that may be answered.
pub struct Prepared {
    /// What its answer follows from; nothing where it tells of the moment it is asked at.
    pub identity: Option<Identity>,
    request: Request,
    document: Arc<Document>,
    /// Whether the document is known to be valid, and the variables to fit it.
    is_valid: bool,
    basis: Arc<Basis>,
    summary: Summary,
    request_id: String,
    shows_cost: bool,
}

/// What an answer follows from: two questions with the same identity have the same answer, byte for
/// byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Of the document, its variables, the register and its revision, the day, and this release.
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
        super::answer::in_address(&self.basis.shown()).unwrap_or_default()
    }

    /// What is told of the question when it is not executed.
    pub fn summary(&self, outcome: &'static str) -> Summary {
        Summary { outcome, ..self.summary.clone() }
    }
}

impl Schema {
    /// Reads a question: parses its document, or knows it from before; refuses what is over a limit,
    /// lacks a variable, or does more than it may; and fixes the basis of its answer.
    pub fn prepare(&self, question: Question<'_>) -> Result<Prepared, Answer> {
        let request_id = question.request_id;
        let mut summary = Summary::of();
        self.read(question, &mut summary).map_err(|mut response| {
            error::finish(&mut response, request_id);
            Answer::new(response).with_summary(summary)
        })
    }

    fn read(&self, question: Question<'_>, summary: &mut Summary) -> Result<Prepared, Box<Response>> {
        let Question { mut request, reads, image, looked, now, request_id, only_queries, shows_cost } = question;
        let Inner { types, prices, limits, documents, .. } = &*self.0;
        let text = std::mem::take(&mut request.query);
        let (document, is_known) = documents.read(text, limits)?;
        let refused = |error: Error| error::refused(error);
        let variables = serde_json::to_string(&request.variables).unwrap_or_default();
        document::has_no_nul(&variables).map_err(refused)?;
        let named = request.operation_name.as_deref();
        let (name, operation) = document::asked(&document.parsed, named).map_err(refused)?;
        if only_queries {
            document::is_query(operation).map_err(refused)?;
        }
        let cost = cost::measure(prices, &document.parsed, operation, &request.variables, limits).map_err(refused)?;
        document::variables_are_given(operation, &request.variables).map_err(refused)?;
        (summary.cost, summary.operation) = (cost, name.map(ToString::to_string));
        summary.show();
        let asked = Asked::parse(&request.extensions).map_err(refused)?;
        let from = AnsweredFrom { reader: reads.reader(limits.max_statements_at_once), image, now, looked };
        let basis = Arc::new(Basis::fix(from, &asked, limits).map_err(refused)?);
        let is_valid = is_known && fit(types, operation, &request.variables);
        let is_the_same_again = document.is_lasting && !shows_cost;
        let identity = is_the_same_again.then(|| Identity {
            digest: identity(&document.digest, named, &variables, &basis),
            is_fixed: basis.is_fixed(&asked),
        });
        let (summary, request_id) = (summary.clone(), request_id.to_owned());
        Ok(Prepared { identity, request, document, is_valid, basis, summary, request_id, shows_cost })
    }

    /// Answers a question. Every answer to a document carries its basis, and every error a code.
    pub async fn answer(&self, prepared: Prepared) -> Answer {
        let Prepared { mut request, document, is_valid, basis, mut summary, request_id, shows_cost, .. } = prepared;
        let Inner { schema, trusting, documents, limits, .. } = &*self.0;
        request.set_parsed_query(document.parsed.clone());
        let request = request.data(basis.clone());
        let mut response = if is_valid { trusting.execute(request).await } else { schema.execute(request).await };
        let was_valid = response.data != Value::Null || response.errors.iter().all(|error| !error.path.is_empty());
        if !is_valid && was_valid {
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

    /// Reads a question and answers it.
    pub async fn execute(&self, question: Question<'_>) -> Answer {
        match self.prepare(question) {
            Ok(prepared) => self.answer(prepared).await,
            Err(refused) => refused,
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

fn identity(document: &Digest, operation: Option<&str>, variables: &str, basis: &Basis) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(super::edition());
    digest.update(document);
    // Each part with its length, so that none can pass for the end of another.
    for part in [operation.unwrap_or_default(), variables, &basis.told_apart()] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

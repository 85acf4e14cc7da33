//! From a text to a document that may be answered.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_graphql::{
    Name, Response, ServerError, Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
    },
};
use foldhash::fast::RandomState;
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::{
    domain::quoted,
    graphql::{
        bounds::{limits::Limits, tokens},
        request::error::{self, Code, Error, Result},
    },
};

/// What tells documents apart: the SHA-256 of their text.
pub(crate) type Digest = [u8; 32];

/// A document that was read.
pub(crate) struct Document {
    pub(crate) digest: Digest,
    /// The document as it was sent.
    text: String,
    pub(crate) parsed: ExecutableDocument,
    /// Whether its answer follows from the register and the day alone.
    pub(crate) is_lasting: bool,
}

/// Documents that were read and found valid, to be read no more: as many as fit, those that are
/// asked for most.
pub(crate) struct Documents {
    known: Cache<Digest, Arc<Document>, RandomState>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// What the documents that are kept may take, in bytes.
const CAPACITY: u64 = 8 * 1024 * 1024;

/// What a parsed document takes for each byte of its text: names have an allocation each.
const PARSED: usize = 20;

/// What every one takes besides.
const ENTRY: usize = 1024;

impl Documents {
    pub(crate) fn new() -> Self {
        let weight = |_: &Digest, document: &Arc<Document>| {
            u32::try_from(document.text.len() * PARSED + ENTRY).unwrap_or(u32::MAX)
        };
        let known = Cache::builder().max_capacity(CAPACITY).weigher(weight).build_with_hasher(RandomState::default());
        Self { known, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// The document with a digest, of which the span of the request is told, and whether it is
    /// known to be valid. Refuses what is over a limit, and what is no GraphQL.
    pub(crate) fn read(
        &self,
        text: String,
        digest: Digest,
        limits: &Limits,
    ) -> Result<(Arc<Document>, bool), Box<Response>> {
        show(&digest);
        if let Some(document) = self.known.get(&digest) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok((document, true));
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        let plain = tokens::read(&text, limits).map_err(error::refused)?;
        has_no_nul(&plain).map_err(error::refused)?;
        let parsed =
            parse_query(&plain).map_err(|error| Box::new(Response::from_errors(vec![ServerError::from(error)])))?;
        let is_lasting = !is_of_the_moment(&parsed);
        Ok((Arc::new(Document { digest, text, parsed, is_lasting }), false))
    }

    /// Keeps a document that was found valid.
    pub(crate) fn keep(&self, document: Arc<Document>) {
        self.known.insert(document.digest, document);
    }

    /// The text of a document that is kept.
    pub(crate) fn text(&self, digest: &Digest) -> Option<String> {
        Some(self.known.get(digest)?.text.clone())
    }

    /// How often a document was known, how often not, and what all of them take in bytes.
    pub(crate) fn counts(&self) -> (u64, u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed), self.known.weighted_size())
    }
}

/// What tells a text from others.
pub(crate) fn digest(text: &str) -> Digest {
    Sha256::digest(text.as_bytes()).into()
}

/// The field that tells of the moment it is asked at.
const OF_THE_MOMENT: &str = "lookedAt";

fn is_of_the_moment(document: &ExecutableDocument) -> bool {
    fn asks(set: &SelectionSet) -> bool {
        set.items.iter().any(|selection| match &selection.node {
            Selection::Field(field) => field.node.name.node == OF_THE_MOMENT || asks(&field.node.selection_set.node),
            Selection::InlineFragment(fragment) => asks(&fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => false,
        })
    }
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    fragments.chain(operations).any(asks)
}

/// The operation with the name; without a name the only one.
pub(crate) fn asked<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<(Option<&'a Name>, &'a OperationDefinition)> {
    let mut operations = document.operations.iter();
    let found = match name {
        Some(name) => operations.find(|(operation, _)| operation.is_some_and(|operation| operation == name)),
        None if operations.len() == 1 => operations.next(),
        None => None,
    };
    let (name, operation) = found.ok_or_else(|| {
        let message = match name {
            Some(name) => {
                format!("the document has no operation {}; `operationName` names one of its own", quoted(name))
            }
            None => "the document has not one operation; name the one to execute in `operationName`".into(),
        };
        Error::new(Code::ValidationFailed, message)
    })?;
    Ok((name, &operation.node))
}

/// Every variable that must have a value has one.
pub(crate) fn variables_are_given(operation: &OperationDefinition, variables: &Variables) -> Result<()> {
    for definition in &operation.variable_definitions {
        let (name, kind) = (&definition.node.name.node, &definition.node.var_type.node);
        let is_needed = !kind.nullable && definition.node.default_value.is_none();
        match variables.get(name) {
            None if is_needed => {
                return Err(Error::input(
                    format!("${name}"),
                    format!("the variable `${name}` of the type `{kind}` has no value; give one"),
                ));
            }
            Some(async_graphql::Value::Null) if !kind.nullable => {
                return Err(Error::input(
                    format!("${name}"),
                    format!("the variable `${name}` of the type `{kind}` is null; give a value"),
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Refuses other operations than queries, where only queries are answered.
pub(crate) fn is_query(operation: &OperationDefinition) -> Result<()> {
    if operation.ty == OperationType::Query {
        return Ok(());
    }
    let message = "GET asks and changes nothing; send other operations than queries with POST";
    Err(Error::new(Code::MethodNotAllowed, message))
}

/// No text holds the character NUL: PostgreSQL has no such texts, so nothing in the register can
/// match one. JSON writes it as an escape.
pub(crate) fn has_no_nul(text: &str) -> Result<()> {
    if text.contains('\0') || text.contains("\\u0000") {
        return Err(Error::new(Code::BadUserInput, "the character NUL (U+0000) stands in no text; leave it out"));
    }
    Ok(())
}

/// Tells the span of the request which document it is: the first half of its SHA-256, in
/// hexadecimal digits.
fn show(digest: &Digest) {
    let span = tracing::Span::current();
    if !span.is_disabled() {
        let hash: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        span.record("operation.hash", hash);
    }
}

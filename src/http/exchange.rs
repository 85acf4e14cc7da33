//! One request and its answer: what they have in common whatever is asked.

use std::sync::OnceLock;

use axum::http::HeaderValue;
use uuid::{Uuid, fmt::Hyphenated};

use crate::graphql::{Code, Summary};

/// The header that tells the id of a request, as the log does.
pub(super) const REQUEST_ID: &str = "x-request-id";

/// What is known of a request beside what it asks.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) id: HeaderValue,
    /// What is told of it, once it was answered; nothing of requests that are not GraphQL's.
    pub(super) summary: OnceLock<Summary>,
}

impl Exchange {
    pub(super) fn begin() -> Self {
        let mut id = [0; Hyphenated::LENGTH];
        let id = Uuid::now_v7().hyphenated().encode_lower(&mut id);
        Self { id: HeaderValue::from_str(id).expect("digits and hyphens"), summary: OnceLock::new() }
    }

    /// Tells of a request that no document was answered of.
    pub(super) fn refused(&self, code: Code) {
        let _ = self.summary.set(Summary::refused(code));
    }

    /// What finds the request in the log.
    pub(super) fn id(&self) -> &str {
        self.id.to_str().expect("digits and hyphens")
    }
}

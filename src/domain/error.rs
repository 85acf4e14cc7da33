//! What can go wrong, told apart by whose mistake it is.

use std::borrow::Cow;

use sea_orm::DbErr;

/// What a caller sent, as a message quotes it: no more than its first 80 characters.
pub fn quoted(text: &str) -> String {
    const MOST: usize = 80;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// An error with its causes, each after the one it caused.
pub fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    let mut told: Vec<String> = causes.map(ToString::to_string).collect();
    // Some errors say nothing but their cause.
    told.dedup();
    told.join(": ")
}

/// An error of the domain. The messages of all but [`Error::Database`] are written for the caller.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller asked for something that makes no sense; the message says what to change.
    #[error("{message}")]
    InvalidInput {
        /// The argument at fault.
        argument: Cow<'static, str>,
        /// What to change.
        message: String,
    },
    /// The write contradicts what is recorded.
    #[error("{0}")]
    Conflict(String),
    /// The database cannot be used as it is; the message says why.
    #[error("{0}")]
    Unavailable(String),
    /// The database failed: our mistake, or its.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl Error {
    /// The caller asked by an argument for something that makes no sense.
    pub fn invalid(argument: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::InvalidInput { argument: argument.into(), message: message.into() }
    }
}

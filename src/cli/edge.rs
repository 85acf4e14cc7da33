//! What commands share: why one fails, what is printed, and the clock.

use std::{io::Write as _, net::SocketAddr, path::PathBuf};

use chrono::{DateTime, Utc};

use crate::{
    dataset, domain,
    graphql::Fault,
    synthetic::{Impossible, Refused},
};

/// Why a command failed, in words for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("error: {0}")]
    Setting(String),
    #[error(transparent)]
    Import(#[from] dataset::Error),
    #[error(transparent)]
    Impossible(#[from] Impossible),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("{0}: the folder is not empty; expected one that is missing or empty")]
    Occupied(PathBuf),
    #[error("{0}: the package cannot be written: {1}")]
    Packages(PathBuf, std::io::Error),
    #[error("a saved operation cannot be asked: {0}")]
    Operation(#[from] Fault),
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("the server stopped: {0}")]
    Server(std::io::Error),
    #[error("{0}")]
    Unsound(String),
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
    #[error(transparent)]
    Domain(#[from] domain::Error),
}

/// What is said where the register holds all of a package.
pub(super) const NOTHING_NEW: &str = "the register already holds all of it; nothing was written";

/// Writes a line to the standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{text}").and_then(|()| output.flush()).map_err(Failure::Output)
}

#[expect(clippy::disallowed_methods, reason = "the edge: below it, time is an argument")]
pub(super) fn now() -> DateTime<Utc> {
    Utc::now()
}

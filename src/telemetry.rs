//! Logging: the only place that knows its format.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts to log what `filter` lets through, to standard error.
pub fn start(filter: &str) {
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A second start, in a test, changes nothing.
    let _ = subscriber.try_init();
}

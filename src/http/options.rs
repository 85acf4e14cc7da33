//! What the server takes from clients, and for how long.

use std::{path::PathBuf, time::Duration};

use axum::http::HeaderValue;
use clap::{Args, ValueEnum};

use crate::dataset::export::Published;

/// The wire's part of the configuration.
#[derive(Args, Clone, Debug)]
#[group(id = "http")]
pub struct Options {
    /// The largest body of a request, in bytes; a larger one is refused with status 413.
    #[arg(long, env = "TRIHELIX_MAX_BODY_BYTES", default_value_t = 1024 * 1024, value_name = "BYTES", global = true)]
    pub max_body_bytes: usize,

    /// Connections that are open at once, at most; further ones wait until one closes.
    #[arg(long, env = "TRIHELIX_MAX_CONNECTIONS", default_value_t = 1024, value_name = "N", global = true,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,

    /// How long an answer may take, in seconds; then it ends with status 503.
    #[arg(long, env = "TRIHELIX_REQUEST_SECONDS", default_value = "30", value_name = "SECONDS", global = true,
          value_parser = seconds)]
    pub request_seconds: Duration,

    /// How long a client may take, in seconds: to send its next request's header, to send the body,
    /// and to take some of an answer. Then it is cut off.
    #[arg(long, env = "TRIHELIX_CLIENT_SECONDS", default_value = "20", value_name = "SECONDS", global = true,
          value_parser = seconds)]
    pub client_seconds: Duration,

    /// Pages of which origins a browser lets read answers: `*` for all, `none`, or origins as in
    /// `https://example.org`, separated by commas. Credentials are never part of it.
    #[arg(long, env = "TRIHELIX_CORS_ORIGINS", default_value = "*", value_name = "ORIGINS", global = true,
          value_parser = origins)]
    pub cors_origins: Origins,

    /// Which edition of GraphQL over HTTP the status codes follow. `draft`: 422 where a request
    /// cannot be executed as it is, and 294 where an answer has data and errors; for
    /// `application/graphql-response+json` alone.
    #[arg(long, env = "TRIHELIX_STATUS_CODES", value_enum, default_value_t, value_name = "EDITION", global = true)]
    pub status_codes: StatusCodes,

    /// A folder of saved operations besides those that come with the server: NAME.graphql is asked
    /// at /q/NAME, and replaces one of ours of the same name.
    #[arg(long, env = "TRIHELIX_OPERATIONS", value_name = "DIR", global = true)]
    pub operations: Option<PathBuf>,

    /// Answer saved operations only, by their addresses and at /graphql, and refuse every other
    /// document.
    #[arg(long, env = "TRIHELIX_ONLY_SAVED", global = true)]
    pub only_saved: bool,

    /// How much memory answers may take that are kept for who asks the same again, in bytes; 0
    /// keeps none.
    #[arg(long, env = "TRIHELIX_CACHE_BYTES", default_value_t = 16 * 1024 * 1024, value_name = "BYTES", global = true)]
    pub cache_bytes: u64,

    /// How the register is published.
    #[command(flatten)]
    pub published: Published,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_body_bytes: 1024 * 1024,
            max_connections: 1024,
            request_seconds: Duration::from_secs(30),
            client_seconds: Duration::from_secs(20),
            cors_origins: Origins::Any,
            status_codes: StatusCodes::Stable,
            operations: None,
            only_saved: false,
            cache_bytes: 16 * 1024 * 1024,
            published: Published::default(),
        }
    }
}

/// Whose pages may read answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origins {
    /// Everybody's.
    Any,
    /// Those of these origins; none where there are none.
    These(Vec<HeaderValue>),
}

/// Editions of GraphQL over HTTP that differ in their status codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StatusCodes {
    /// 400 for every request that cannot be executed, 200 for every answer with data.
    #[default]
    Stable,
    /// 422 where the request is well formed and cannot be executed, 294 for an answer with data and
    /// errors.
    Draft,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected a number of seconds above 0".into())
}

fn origins(text: &str) -> Result<Origins, String> {
    let origin = |origin: &str| {
        let (scheme, host) = origin.split_once("://").unwrap_or_default();
        let is_origin = matches!(scheme, "http" | "https") && !host.is_empty() && !host.contains(['/', '?', '#', '@']);
        let value = is_origin.then(|| HeaderValue::from_str(origin).ok()).flatten();
        value.ok_or_else(|| {
            format!("`{origin}` is no origin; expected `*`, `none`, or origins as in https://example.org")
        })
    };
    match text.trim() {
        "*" => Ok(Origins::Any),
        "none" => Ok(Origins::These(Vec::new())),
        list => Ok(Origins::These(list.split(',').map(|part| origin(part.trim())).collect::<Result<_, _>>()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_all_none_or_named() {
        assert_eq!(origins("*"), Ok(Origins::Any));
        assert_eq!(origins("none"), Ok(Origins::These(Vec::new())));
        let named = ["https://a.example", "http://b.example:8080"].map(HeaderValue::from_static);
        assert_eq!(origins("https://a.example, http://b.example:8080"), Ok(Origins::These(named.into())));
        for wrong in ["", "example.org", "https://", "https://a.example/path", "*,https://a.example", "null"] {
            assert!(origins(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn seconds_are_above_zero() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["0", "-1", "NaN", "inf", "1e300", "ten", ""] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}

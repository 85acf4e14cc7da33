//! Every knob, with its default. The doc comments are what `trihelix --help` prints.

use std::net::SocketAddr;

use crate::{domain::store::database::masked, graphql, http, telemetry};
use clap::Args;

/// Configuration, from flags or else from the environment.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address of the database: sqlite://PATH or postgres://USER@HOST/NAME. `serve`, `migrate` and `generate` make the
    /// file when it is missing.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://trihelix.sqlite",
        value_name = "URL",
        global = true,
        hide_env_values = true
    )]
    pub database_url: String,

    /// Connections to the database at most, 1 to 1000.
    #[arg(long, env = "TRIHELIX_DATABASE_CONNECTIONS", default_value_t = 16, value_name = "N", global = true,
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub database_connections: u32,

    /// Address and port to listen on. Port 0: any free one.
    #[arg(long, env = "TRIHELIX_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS", global = true)]
    pub listen: SocketAddr,

    /// Do not load what public sources state of real clusters: leave an empty database empty.
    #[arg(long, env = "TRIHELIX_EMPTY", global = true)]
    pub empty: bool,

    /// What is told of the server.
    #[command(flatten)]
    pub telemetry: telemetry::Options,

    /// What is taken from clients.
    #[command(flatten)]
    pub http: http::Options,

    /// What a document may ask for.
    #[command(flatten)]
    pub limits: graphql::Limits,
}

impl Config {
    /// The address of the database, if it is one. The message shows no password.
    pub fn database_url(&self) -> Result<&str, String> {
        let text = self.database_url.as_str();
        let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        let is_file = text
            .strip_prefix("sqlite:")
            .is_none_or(|path| !path.contains(":memory:") && !path.trim_matches('/').is_empty());
        let expected = match (known, is_file) {
            (true, true) => return Ok(text),
            (true, false) => {
                "a database in memory is lost with each connection; name a file, as in sqlite://trihelix.sqlite"
            }
            (false, _) => "expected sqlite://PATH or postgres://USER@HOST/NAME",
        };
        Err(format!("invalid value '{}' for '--database-url <URL>': {expected}", masked(text)))
    }
}

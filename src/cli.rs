//! The command line: `trihelix [COMMAND]`.

use std::{io::Write as _, path::PathBuf, process::ExitCode, sync::Arc};

use chrono::{DateTime, Utc};
use clap::{Parser, Subcommand};
use sea_orm::DatabaseConnection;

use crate::{
    config::Config,
    dataset::{self, Folder, Outcome},
    domain::{self, check, database, ledger::Ledger, revision},
    graphql::Schema,
    http, telemetry,
};

/// A GraphQL API for cluster ecosystem data: members, partners and criteria, at any date.
#[derive(Debug, Parser)]
#[command(name = "trihelix", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    config: Config,
}

/// What to do.
#[derive(Clone, Debug, Default, Subcommand)]
enum Command {
    /// Start the server; also what is done without a command. Creates and migrates the database, and loads
    /// circlemade when it is empty.
    #[default]
    Serve,
    /// Take a data package into the register: all of it in one revision, or nothing and a list of its faults.
    Import {
        /// The folder of the package, with its datapackage.json.
        folder: PathBuf,
    },
    /// Bring the database's schema and reference data up to this release.
    Migrate,
    /// Print the GraphQL schema. Needs no database.
    Schema,
    /// Check the register's integrity: overlaps, references, revisions. Exits with 1 when something is wrong.
    Check,
}

/// Why a command failed, in words for whoever typed it.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Import(#[from] dataset::Error),
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
    #[error("the server stopped: {0}")]
    Server(std::io::Error),
    #[error("{0}")]
    Unsound(String),
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
    #[error(transparent)]
    Domain(#[from] domain::Error),
}

impl Cli {
    /// Runs the command.
    pub async fn run(self) -> ExitCode {
        telemetry::start(&self.config.log);
        match run(self.command.unwrap_or_default(), &self.config).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                let mut causes = String::new();
                let mut cause = std::error::Error::source(&failure);
                while let Some(error) = cause {
                    causes.push_str(&format!(": {error}"));
                    cause = error.source();
                }
                let _ = writeln!(std::io::stderr(), "{failure}{causes}");
                ExitCode::FAILURE
            }
        }
    }
}

async fn run(command: Command, config: &Config) -> Result<(), Failure> {
    if let Command::Schema = command {
        return print(Schema::default().sdl().trim_end());
    }
    let db = database::open(&config.database_url, config.database_connections).await?;
    let result = run_on(&db, command, config).await;
    // SQLite writes its log back into the file when the last connection closes, so that the file is all there is to copy.
    db.close().await.map_err(domain::Error::from)?;
    result
}

async fn run_on(db: &DatabaseConnection, command: Command, config: &Config) -> Result<(), Failure> {
    match command {
        Command::Serve => serve(db, config).await,
        Command::Import { folder } => {
            database::migrate(db).await?;
            let outcome = dataset::import(db, &Folder::Disk(folder), now()).await?;
            print(&match outcome {
                Outcome::Unchanged => "the register already holds all of it; nothing was written".to_owned(),
                Outcome::Written { revision, added, superseded } => {
                    format!("revision {}: {added} rows added, {superseded} superseded", revision.number)
                }
            })
        }
        Command::Migrate => {
            database::migrate(db).await?;
            print("the database has the schema of this release")
        }
        Command::Check => {
            if !database::is_ready(db).await {
                let message = "the database has not the schema of this release; run `trihelix migrate`";
                return Err(Failure::Unsound(message.into()));
            }
            let faults = check::faults(db).await?;
            if faults.is_empty() { print("the register is sound") } else { Err(Failure::Unsound(faults.join("\n"))) }
        }
        Command::Schema => unreachable!("printed without a database"),
    }
}

async fn serve(db: &DatabaseConnection, config: &Config) -> Result<(), Failure> {
    database::migrate(db).await?;
    if !config.empty && revision::head(db).await?.is_none() {
        dataset::import(db, &Folder::CIRCLEMADE, now()).await?;
        tracing::info!("loaded the published history of circlemade");
    }
    let ledger = Arc::new(Ledger::build(db).await?);
    let listener = tokio::net::TcpListener::bind(config.listen).await;
    let listener = listener.map_err(|error| Failure::Listen(config.listen, error))?;
    let address = listener.local_addr().map_err(Failure::Server)?;
    print(&format!(
        "Trihelix listens on http://{address}\n  GraphiQL   http://{address}/\n  GraphQL    http://{address}/graphql\n  \
         readiness  http://{address}/health/ready"
    ))?;
    let app = http::App::new(db.clone(), ledger.clone(), now);
    tokio::select! {
        served = http::serve(listener, app) => served.map_err(Failure::Server),
        () = ledger.follow(db) => Ok(()),
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{text}").and_then(|()| output.flush()).map_err(Failure::Output)
}

#[expect(clippy::disallowed_methods, reason = "the edge: below it, time is an argument")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

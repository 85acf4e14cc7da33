//! The command line: `trihelix [COMMAND]`. It reads what was typed, runs the command (a file each), and says in an exit
//! code how that went. Only here is the clock read.

mod check;
mod edge;
mod export;
mod generate;
mod import;
mod progress;
mod serve;

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use sea_orm::DatabaseConnection;

use self::{
    edge::{Failure, print},
    export::Export,
    generate::Generate,
};
use crate::{
    config::Config,
    dataset::{Folder, Options, export::Published},
    domain::{
        self,
        store::database::{self, Missing},
    },
    graphql::{Operations, Schema},
    telemetry,
};

/// A GraphQL API for cluster ecosystem data: members, partners and criteria, at any date.
#[derive(Debug, Parser)]
#[command(name = "trihelix", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    /// The settings.
    #[command(flatten)]
    pub config: Config,
}

/// What to do.
#[derive(Clone, Debug, Default, Subcommand)]
enum Command {
    /// Start the server; also what is done without a command. Makes the database when it is missing, brings its schema
    /// up to this release, and loads what public sources state of real clusters when it holds nothing else.
    #[default]
    Serve,
    /// Take a data package into the register: all of it in one revision, or nothing and a list of its faults.
    Import {
        /// The folder of the package, with its datapackage.json.
        folder: PathBuf,

        /// Say what would change, by resource, with how many members and partners each cluster concerned has today
        /// before and after, and write nothing.
        #[arg(long)]
        dry_run: bool,

        /// Let more than half of a resource vanish, and what is of a resource that the package no longer lists.
        #[arg(long)]
        allow_removals: bool,
    },
    /// Write the register as a data package, which `import` reads: all facts that stand.
    Export(Export),
    /// Make a synthetic ecosystem, under invented names: as data packages, or straight into a database of its own.
    ///
    /// The same sizes and seed make the same, byte for byte. The package has two editions, the second with corrections
    /// of the first, so that the register has a history.
    Generate(Generate),
    /// Bring the database's schema and reference data up to this release; makes a SQLite database when it is missing.
    Migrate,
    /// Print the GraphQL schema. Needs no database.
    Schema,
    /// Check the register's integrity: overlaps, references, revisions. Exits with 1 when something is wrong.
    Check,
}

impl Cli {
    /// Runs the command.
    pub async fn run(self) -> ExitCode {
        let telemetry = telemetry::start(&self.config.telemetry);
        let result = run(self.command.unwrap_or_default(), &self.config).await;
        telemetry.finish().await;
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                let mut causes = String::new();
                let mut cause = std::error::Error::source(&failure);
                while let Some(error) = cause {
                    causes.push_str(&format!(": {error}"));
                    cause = error.source();
                }
                let _ = writeln!(std::io::stderr(), "{failure}{causes}");
                // As of every other setting that makes no sense.
                if matches!(failure, Failure::Setting(_)) { ExitCode::from(2) } else { ExitCode::FAILURE }
            }
        }
    }
}

async fn run(command: Command, config: &Config) -> Result<(), Failure> {
    let url = config.database_url().map_err(Failure::Setting)?;
    if let Command::Schema = command {
        return print(Schema::default().sdl().trim_end());
    }
    if let Command::Generate(generate) = &command {
        let ecosystem = generate.ecosystem()?;
        if let Some(folder) = &generate.out {
            return generate::save(&ecosystem, folder);
        }
    }
    let operations = match command {
        Command::Serve => Operations::load(config.http.operations.as_deref(), &config.limits).await?,
        _ => Operations::default(),
    };
    let listener = match command {
        Command::Serve => Some(serve::listen(config.listen).await?),
        _ => None,
    };
    let missing = match command {
        Command::Serve | Command::Migrate | Command::Generate(_) => Missing::Create,
        _ => Missing::Refuse,
    };
    let db = database::open(url, config.database_connections, missing).await?;
    let result = match listener {
        Some(listener) => serve::serve(&db, listener, operations, config).await,
        None => run_on(&db, command, &config.http.published).await,
    };
    // SQLite writes its log back into the file when the last connection closes, so that the file is all there is to copy.
    db.close().await.map_err(domain::Error::from)?;
    result
}

async fn run_on(db: &DatabaseConnection, command: Command, published: &Published) -> Result<(), Failure> {
    match command {
        Command::Import { folder, dry_run, allow_removals } => {
            database::migrate(db).await?;
            import::import(db, &Folder::Disk(folder), Options { dry_run, allow_removals, first: false }).await
        }
        Command::Generate(generate) => generate::generate(db, &generate.ecosystem()?).await,
        Command::Export(export) => export.run(db, published).await,
        Command::Migrate => {
            database::migrate(db).await?;
            print("the database has the schema of this release")
        }
        Command::Check => check::check(db).await,
        Command::Serve | Command::Schema => unreachable!("served, and printed without a database"),
    }
}

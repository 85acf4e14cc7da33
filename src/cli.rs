//! The command line: `trihelix [COMMAND]`.

use std::{
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use sea_orm::DatabaseConnection;
use tokio::net::TcpListener;

use crate::{
    config::Config,
    dataset::{
        self, Change, Folder, Options, Outcome, Plan,
        export::{self, Export, NotSaved, Published},
        generate::{Ecosystem, Impossible, Refused},
    },
    domain::{
        self, check,
        database::{self, Missing},
        ledger::{Ledger, POLL},
        present::Present,
        reading::Reads,
        restricted::Audience,
    },
    graphql::{Fault, Operations, Schema},
    http, telemetry,
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
    /// Start the server; also what is done without a command. Makes the database when it is missing, brings its schema up
    /// to this release, and loads what public sources state of real clusters when it holds nothing else.
    #[default]
    Serve,
    /// Take a data package into the register: all of it in one revision, or nothing and a list of its faults.
    Import {
        /// The folder of the package, with its datapackage.json.
        folder: PathBuf,

        /// Say what would change, by resource, with how many members and partners each cluster concerned has today before and
        /// after, and write nothing.
        #[arg(long)]
        dry_run: bool,

        /// Let more than half of a resource vanish, and what is of a resource that the package no longer lists.
        #[arg(long)]
        allow_removals: bool,
    },
    /// Write the register as a data package, which `import` reads: all facts that stand.
    Export {
        /// The folder to write into, which must be missing or empty.
        folder: PathBuf,

        /// Of facts that hold on dates, only those that hold on this day, as in 2023-12-14.
        #[arg(long, value_name = "DAY")]
        as_of: Option<NaiveDate>,

        /// What the register held at this instant, as in 2023-12-14T10:00:00Z. Default: what it holds now.
        #[arg(long, value_name = "INSTANT")]
        known_at: Option<DateTime<Utc>>,

        /// Write participations, periods and figures as Parquet too, beside the package.
        #[arg(long)]
        parquet: bool,
    },
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

/// What to generate, and where to.
#[derive(Args, Clone, Debug)]
struct Generate {
    /// Sizes under one name. S: 50 clusters, 5,000 organizations, 8,000 memberships. M: 2,000 clusters, 300,000
    /// organizations, 500,000 memberships.
    #[arg(long, value_enum, conflicts_with_all = ["clusters", "organizations", "memberships"])]
    scale: Option<Scale>,

    /// How many clusters.
    #[arg(long, value_name = "N", required_unless_present = "scale")]
    clusters: Option<u32>,

    /// How many organizations.
    #[arg(long, value_name = "N", required_unless_present = "scale")]
    organizations: Option<u32>,

    /// How many memberships [default: five for every three organizations].
    #[arg(long, value_name = "N")]
    memberships: Option<u32>,

    /// Another seed makes another ecosystem.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// Write the editions of the package into the folders 1 and 2 of this one, which must be missing or empty, and
    /// nothing into the database.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Sizes of synthetic ecosystems.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Scale {
    S,
    M,
}

impl Generate {
    fn ecosystem(&self) -> Result<Ecosystem, Impossible> {
        let (clusters, organizations, memberships) = match self.scale {
            Some(Scale::S) => (50, 5_000, Some(8_000)),
            Some(Scale::M) => (2_000, 300_000, Some(500_000)),
            None => (self.clusters.unwrap_or_default(), self.organizations.unwrap_or_default(), self.memberships),
        };
        Ecosystem::new(clusters, organizations, memberships, self.seed)
    }
}

/// Why a command failed, in words for whoever typed it.
#[derive(Debug, thiserror::Error)]
enum Failure {
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
            return save(&ecosystem, folder);
        }
    }
    let operations = match command {
        Command::Serve => Operations::load(config.http.operations.as_deref(), &config.limits).await?,
        _ => Operations::default(),
    };
    // A port that is taken is told before anything is loaded.
    let listener = match command {
        Command::Serve => Some(listen(config.listen).await?),
        _ => None,
    };
    let missing = match command {
        Command::Serve | Command::Migrate | Command::Generate(_) => Missing::Create,
        _ => Missing::Refuse,
    };
    let db = database::open(url, config.database_connections, missing).await?;
    let result = match listener {
        Some(listener) => serve(&db, listener, operations, config).await,
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
            import(db, &Folder::Disk(folder), Options { dry_run, allow_removals, first: false }).await
        }
        Command::Generate(generate) => {
            let ecosystem = generate.ecosystem()?;
            database::migrate(db).await?;
            let next = ecosystem.next_edition(db).await?;
            if next > Ecosystem::EDITIONS {
                return print(NOTHING_NEW);
            }
            for edition in next..=Ecosystem::EDITIONS {
                import(db, &ecosystem.package(edition), Options::default()).await?;
            }
            Ok(())
        }
        Command::Export { folder, as_of, known_at, parquet } => {
            refuse_occupied(&folder)?;
            current(db).await?;
            let point = export::Point::find(db, as_of, known_at).await?;
            let package = Export::begin(db, point, Audience::Keeper, published.clone()).await?;
            package.save(db, &folder, parquet).await.map_err(|error| match error {
                NotSaved::Register(error) => Failure::Domain(error),
                NotSaved::Folder(error) => Failure::Packages(folder.clone(), error),
            })?;
            print(&format!("revision {}: {}", point.revision, folder.display()))
        }
        Command::Migrate => {
            database::migrate(db).await?;
            print("the database has the schema of this release")
        }
        Command::Check => {
            current(db).await?;
            let faults = check::faults(db).await?;
            if faults.is_empty() { print("the register is sound") } else { Err(Failure::Unsound(faults.join("\n"))) }
        }
        Command::Serve | Command::Schema => unreachable!("served, and printed without a database"),
    }
}

/// Refuses a database that has not the schema of this release.
async fn current(db: &DatabaseConnection) -> Result<(), Failure> {
    match database::schema(db).await? {
        database::Schema::Current => Ok(()),
        database::Schema::Later(step) => Err(Failure::Unsound(database::later(&step))),
        database::Schema::Earlier => {
            let message = "the database has not the schema of this release; run `trihelix migrate`";
            Err(Failure::Unsound(message.into()))
        }
    }
}

const NOTHING_NEW: &str = "the register already holds all of it; nothing was written";

async fn import(db: &DatabaseConnection, package: &Folder, options: Options) -> Result<(), Failure> {
    print(&match dataset::import(db, package, now(), options).await? {
        Outcome::Unchanged => NOTHING_NEW.to_owned(),
        Outcome::Planned(plan) => planned(&plan),
        Outcome::Written { revision, added, superseded } => {
            format!("revision {}: {added} rows added, {superseded} superseded", revision.number)
        }
    })
}

/// What an import would change, as a table of the resources and one of the clusters concerned.
fn planned(plan: &Plan) -> String {
    let mut lines = vec![format!("{:<26}{:>9}{:>9}{:>12}", "resource", "held", "added", "superseded")];
    for Change { resource, held, added, superseded } in &plan.changes {
        if added + superseded > 0 {
            lines.push(format!("{resource:<26}{held:>9}{added:>9}{superseded:>12}"));
        }
    }
    if lines.len() == 1 {
        return NOTHING_NEW.to_owned();
    }
    if !plan.clusters.is_empty() {
        lines.push(format!("{:<26}{:>18}{:>18}{:>18}", "cluster, today", "candidates", "effective", "partners"));
    }
    for (slug, before, after) in &plan.clusters {
        let of = |count: fn(&Present) -> u64| format!("{} -> {}", count(before), count(after));
        let [candidates, effective, partners] =
            [of(|present| present.candidates), of(|present| present.effective), of(|present| present.partners)];
        lines.push(format!("{slug:<26}{candidates:>18}{effective:>18}{partners:>18}"));
    }
    lines.extend(plan.removals.iter().map(|removal| format!("needs --allow-removals: {removal}")));
    lines.push("nothing was written".into());
    lines.join("\n")
}

/// Writes every edition of an ecosystem's package into a folder of its own.
fn save(ecosystem: &Ecosystem, folder: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::Packages(folder.to_owned(), error);
    refuse_occupied(folder)?;
    for edition in 1..=Ecosystem::EDITIONS {
        let folder = folder.join(edition.to_string());
        ecosystem.save(edition, &folder).map_err(failed)?;
        print(&format!("edition {edition}: {}", folder.display()))?;
    }
    Ok(())
}

/// Packages are written into folders of their own.
fn refuse_occupied(folder: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::Packages(folder.to_owned(), error);
    if folder.exists() && std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(Failure::Occupied(folder.to_owned()));
    }
    Ok(())
}

async fn listen(on: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(on).await.map_err(|error| Failure::Listen(on, error))
}

/// Connections of the server itself: as many as the ledger reads with at once, and one for readiness.
const OWN_CONNECTIONS: u32 = 6;

async fn serve(
    db: &DatabaseConnection,
    listener: TcpListener,
    operations: Operations,
    config: &Config,
) -> Result<(), Failure> {
    database::migrate(db).await?;
    if !config.empty {
        for package in dataset::published::load(db, now).await? {
            tracing::info!("loaded the published package {package}");
        }
    }
    // Whatever requests do, the server follows the database and says whether it is ready.
    let own =
        database::open(config.database_url().map_err(Failure::Setting)?, OWN_CONNECTIONS, Missing::Refuse).await?;
    let ledger = Arc::new(Ledger::build(&own).await?);
    let app = http::App::new(Reads::new(db.clone()), own.clone(), ledger.clone(), now)
        .with_options(config.http.clone())
        .with_operations(operations)
        .with_limits(config.limits.clone());
    let address = listener.local_addr().map_err(Failure::Server)?;
    // Whoever has read the greeting may stop the server in good order.
    let told = http::told_to_stop().map_err(Failure::Server)?;
    print(&format!(
        "Trihelix listens on http://{address}\n  GraphQL    http://{address}/graphql, in a browser with an editor\n  \
         schema     http://{address}/schema.graphql\n  metrics    http://{address}/metrics\n  \
         readiness  http://{address}/health/ready"
    ))?;
    tokio::select! {
        () = http::serve(listener, app, told) => {}
        () = ledger.follow(&own, POLL) => {}
    }
    Ok(own.close().await.map_err(domain::Error::from)?)
}

fn print(text: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{text}").and_then(|()| output.flush()).map_err(Failure::Output)
}

#[expect(clippy::disallowed_methods, reason = "the edge: below it, time is an argument")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

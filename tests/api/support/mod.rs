//! The harness: a database for each test, and one way to ask it.
//!
//! `TestApp::circlemade()` and `TestApp::empty()` copy a template that is migrated once a process, so a test has its
//! own database in a few milliseconds. [`TestApp::ask`] posts a document through the router and insists on what every
//! answer must have. Registers are written as data packages: [`Package`] names only what a test is about.

pub(crate) mod dice;
pub(crate) mod introspection;
pub(crate) mod node;
mod package;
pub(crate) mod server;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::BodyExt;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tower::ServiceExt;
use trihelix::{
    dataset::{self, Folder, Options, Outcome, published},
    domain::{
        ledger::Ledger,
        store::{
            database::{self, Missing},
            reading::Reads,
        },
    },
    graphql::{Limits, Operations},
    http,
    progress::silent,
};

pub(crate) use package::Package;

/// The instant at which tests ask: the afternoon of 23 November 2026.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-23T14:00:00Z".parse().expect("an instant")
}

/// Packages of tests lose most of their lines on purpose.
const REMOVALS: Options = Options { dry_run: false, allow_removals: true, first: false };

/// A server over a database of its own.
pub(crate) struct TestApp {
    pub(crate) db: DatabaseConnection,
    pub(crate) ledger: Arc<Ledger>,
    url: String,
    router: Router,
    reads: Reads,
    operations: Operations,
    /// Those of others than requests.
    statements: Arc<AtomicUsize>,
    written: AtomicUsize,
    _files: Option<TempDir>,
}

/// Where templates are: a folder of SQLite files, or a PostgreSQL server.
enum Templates {
    Sqlite(TempDir),
    Postgres { server: String, process: String },
}

static TEMPLATES: OnceCell<Templates> = OnceCell::const_new();
static COPIES: AtomicUsize = AtomicUsize::new(0);

impl TestApp {
    /// With the published history of circlemade.
    pub(crate) async fn circlemade() -> Self {
        Self::from_template("circlemade").await
    }

    /// With what the binary carries, as a first start loads it.
    pub(crate) async fn published() -> Self {
        Self::prepared(async |db| {
            database::migrate(db).await.expect("the database migrates");
            published::load(db, now).await.expect("the packages load");
        })
        .await
    }

    /// With nothing recorded.
    pub(crate) async fn empty() -> Self {
        Self::from_template("empty").await
    }

    /// With a package.
    pub(crate) async fn with(package: &Package) -> Self {
        let app = Self::empty().await;
        app.import(package).await;
        app
    }

    /// With a database that `prepare` fills, from nothing: for what migrations find.
    pub(crate) async fn prepared(prepare: impl AsyncFnOnce(&DatabaseConnection)) -> Self {
        let templates = TEMPLATES.get_or_init(Templates::make).await;
        let (url, files) = templates.fresh().await;
        let db = database::open(&url, 1, Missing::Create).await.expect("the database opens");
        prepare(&db).await;
        database::migrate(&db).await.expect("the database migrates");
        db.close().await.expect("the database closes");
        Self::on(url, files).await
    }

    async fn from_template(template: &str) -> Self {
        let templates = TEMPLATES.get_or_init(Templates::make).await;
        let (url, files) = templates.copy(template).await;
        Self::on(url, files).await
    }

    async fn on(url: String, files: Option<TempDir>) -> Self {
        // Few connections: a server is shared by all tests that run at once.
        let mut db = database::open(&url, 4, Missing::Create).await.expect("the copy opens");
        let statements = Arc::new(AtomicUsize::new(0));
        let counted = statements.clone();
        db.set_metric_callback(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let reads = Reads::new(db.clone());
        let ledger = Arc::new(Ledger::build(&db).await.expect("the ledger is built"));
        let operations = operations().await;
        let app = http::App::new(reads.clone(), db.clone(), ledger.clone(), now).with_operations(operations.clone());
        let router = http::router(app);
        Self { db, ledger, url, router, reads, operations, statements, written: AtomicUsize::new(0), _files: files }
    }

    /// The address of its database.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A copy of the database as it is now, which [`TestApp::restore`] puts back.
    pub(crate) async fn backup(&self) -> Backup {
        match TEMPLATES.get().expect("the database is a copy of one") {
            Templates::Sqlite(_) => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder.path().join("backup");
                let sql = format!("VACUUM INTO '{}'", file.display());
                self.db.execute_unprepared(&sql).await.expect("the database is copied");
                Backup::File(folder)
            }
            Templates::Postgres { server, .. } => {
                let (database, backup) = (name_of(&self.url), format!("{}_backup", name_of(&self.url)));
                disconnect(server, database).await;
                run_on(server, &format!("CREATE DATABASE {backup} TEMPLATE {database}")).await;
                Backup::Database(backup)
            }
        }
    }

    /// Puts another database in the place of this one, while the server has it open.
    pub(crate) async fn restore(&self, backup: &Backup) {
        match backup {
            Backup::File(folder) => {
                let file = PathBuf::from(self.url.trim_start_matches("sqlite://"));
                let next = file.with_extension("next");
                std::fs::copy(folder.path().join("backup"), &next).expect("the copy is read");
                for log in ["register-wal", "register-shm"] {
                    let _ = std::fs::remove_file(file.with_file_name(log));
                }
                std::fs::rename(next, file).expect("the file is replaced");
            }
            Backup::Database(backup) => {
                let Some(Templates::Postgres { server, .. }) = TEMPLATES.get() else {
                    unreachable!("it was made there")
                };
                let database = name_of(&self.url);
                run_on(server, &format!("DROP DATABASE {database} WITH (FORCE)")).await;
                run_on(server, &format!("CREATE DATABASE {database} TEMPLATE {backup}")).await;
            }
        }
    }

    /// The same server with other options.
    pub(crate) fn router(&self, options: http::Options) -> Router {
        http::router(
            http::App::new(self.reads.clone(), self.db.clone(), self.ledger.clone(), now)
                .with_operations(self.operations.clone())
                .with_options(options),
        )
    }

    /// The same server with other saved operations.
    pub(crate) fn router_with(&self, operations: Operations) -> Router {
        let app = http::App::new(self.reads.clone(), self.db.clone(), self.ledger.clone(), now);
        http::router(app.with_operations(operations))
    }

    /// Sends a request through the router.
    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let status = response.status();
        (status, response.into_body().collect().await.expect("a body").to_bytes().to_vec())
    }

    /// The answer to an address: status, headers and body.
    pub(crate) async fn get(&self, address: &str) -> (StatusCode, HeaderMap, String) {
        self.get_with(address, &[]).await
    }

    /// The same to a request with headers.
    pub(crate) async fn get_with(&self, address: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
        let request =
            headers.iter().fold(Request::get(address), |request, (name, value)| request.header(*name, *value));
        let request = request.body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        (head.status, head.headers, String::from_utf8_lossy(&body).into_owned())
    }

    /// The answer to a request, whatever it is.
    pub(crate) async fn post(&self, request: Value) -> Value {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(request.to_string()))
            .expect("a request");
        let (_, body) = self.send(request).await;
        let answer: Value = serde_json::from_slice(&body).expect("the answer is JSON");
        for error in answer["errors"].as_array().into_iter().flatten() {
            assert!(error["extensions"]["code"].is_string(), "an error without a code: {error}");
        }
        answer
    }

    /// The answer to a document with variables, with or without errors.
    pub(crate) async fn answer(&self, document: &str, variables: Value) -> Value {
        self.post(json!({ "query": document, "variables": variables })).await
    }

    /// The data of a document that has no errors.
    pub(crate) async fn ask(&self, document: &str) -> Value {
        self.ask_with(document, json!({})).await
    }

    /// The data of a document with variables that has no errors.
    pub(crate) async fn ask_with(&self, document: &str, variables: Value) -> Value {
        let answer = self.answer(document, variables).await;
        assert!(answer.get("errors").is_none(), "{document}\n{:#}", answer["errors"]);
        assert!(answer["extensions"]["basis"]["revision"].is_i64(), "no basis: {}", answer["extensions"]);
        answer["data"].clone()
    }

    /// The message of the one error of a document, after its code.
    pub(crate) async fn error(&self, document: &str) -> String {
        let answer = self.answer(document, json!({})).await;
        let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("no errors: {document}\n{answer:#}"));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        format!("{}: {}", text(&errors[0]["extensions"]["code"]), text(&errors[0]["message"]))
    }

    /// How many SQL statements were sent so far, by requests and by others.
    pub(crate) fn statement_count(&self) -> usize {
        self.reads.statements() as usize + self.statements.load(Ordering::Relaxed)
    }

    /// How many SQL statements a document takes.
    pub(crate) async fn statements(&self, document: &str, variables: Value) -> usize {
        let before = self.statement_count();
        self.ask_with(document, variables).await;
        self.statement_count() - before
    }

    /// Imports a package that has no faults, a minute after the last import.
    pub(crate) async fn import(&self, package: &Package) -> Outcome {
        self.try_import(package).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Imports a package.
    pub(crate) async fn try_import(&self, package: &Package) -> Result<Outcome, dataset::Error> {
        let folder = package.write();
        let minutes = self.written.fetch_add(1, Ordering::Relaxed) as i64;
        let instant = now() - TimeDelta::days(1) + TimeDelta::minutes(minutes);
        let outcome =
            dataset::import(&self.db, &Folder::Disk(folder.path().to_owned()), instant, REMOVALS, &silent).await;
        self.ledger.catch_up(&self.db).await.expect("the ledger follows");
        outcome
    }
}

/// The saved operations that come with the server.
pub(crate) async fn operations() -> Operations {
    static OURS: OnceCell<Operations> = OnceCell::const_new();
    let ours = OURS.get_or_init(async || {
        Operations::load(None, &Limits::default()).await.unwrap_or_else(|fault| panic!("{fault}"))
    });
    ours.await.clone()
}

/// A copy of a database.
pub(crate) enum Backup {
    File(TempDir),
    Database(String),
}

impl Templates {
    async fn make() -> Self {
        let templates = match std::env::var("TRIHELIX_TEST_DATABASE_URL") {
            Ok(server) => Self::Postgres { server, process: format!("t{}", std::process::id()) },
            Err(_) => Self::Sqlite(tempfile::tempdir().expect("a temporary folder")),
        };
        for template in ["empty", "circlemade"] {
            let url = templates.create(template).await;
            let db = database::open(&url, 1, Missing::Create).await.expect("the template opens");
            database::migrate(&db).await.expect("the template migrates");
            if template == "circlemade" {
                let loaded = now() - TimeDelta::days(2);
                dataset::import(&db, &published::CIRCLEMADE, loaded, REMOVALS, &silent)
                    .await
                    .expect("circlemade loads");
            }
            // A template is copied as a file, or by a server that wants nobody connected to it.
            if let Self::Sqlite(_) = &templates {
                db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.expect("the log is written back");
            }
            db.close().await.expect("the template closes");
        }
        templates
    }

    async fn create(&self, name: &str) -> String {
        match self {
            Self::Sqlite(folder) => sqlite(folder.path().join(name)),
            Self::Postgres { server, process } => {
                run_on(server, &format!("CREATE DATABASE {process}_{name}")).await;
                database_of(server, &format!("{process}_{name}"))
            }
        }
    }

    async fn fresh(&self) -> (String, Option<TempDir>) {
        match self {
            Self::Sqlite(_) => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                (sqlite(folder.path().join("register")), Some(folder))
            }
            Self::Postgres { .. } => (self.create(&COPIES.fetch_add(1, Ordering::Relaxed).to_string()).await, None),
        }
    }

    async fn copy(&self, template: &str) -> (String, Option<TempDir>) {
        match self {
            Self::Sqlite(templates) => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder.path().join("register");
                std::fs::copy(templates.path().join(template), &file).expect("the template copies");
                (sqlite(file), Some(folder))
            }
            Self::Postgres { server, process } => {
                let copy = format!("{process}_{}", COPIES.fetch_add(1, Ordering::Relaxed));
                run_on(server, &format!("CREATE DATABASE {copy} TEMPLATE {process}_{template}")).await;
                (database_of(server, &copy), None)
            }
        }
    }
}

fn sqlite(file: PathBuf) -> String {
    format!("sqlite://{}", file.display())
}

fn database_of(server: &str, name: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("a database address has a path");
    format!("{base}/{name}")
}

fn name_of(url: &str) -> &str {
    url.rsplit_once('/').expect("a database address has a path").1
}

/// Ends the connections to a database: one that is in use cannot be copied.
async fn disconnect(server: &str, database: &str) {
    let end = format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'");
    run_on(server, &end).await;
}

/// One statement at a time: a template can be copied by one connection only.
async fn run_on(server: &str, sql: &str) {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = TURN.lock().await;
    let db = database::open(server, 1, Missing::Create).await.expect("the server answers");
    db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    db.close().await.expect("the connection closes");
}

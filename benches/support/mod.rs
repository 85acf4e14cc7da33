//! The register that benchmarks measure: a synthetic ecosystem, made once and kept.

use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DatabaseConnection;
use trihelix::{
    dataset,
    domain::{
        revision,
        store::database::{self, Missing},
    },
    progress::silent,
    synthetic::Ecosystem,
};

/// Its database: `TRIHELIX_BENCH_DATABASE_URL`, or a file under `target/bench`.
pub(crate) fn url() -> String {
    std::env::var("TRIHELIX_BENCH_DATABASE_URL").unwrap_or_else(|_| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench");
        std::fs::create_dir_all(folder).expect("the folder is made");
        format!("sqlite://{folder}/{}.sqlite", scale())
    })
}

/// Its scale: `TRIHELIX_BENCH_SCALE`, S or M.
pub(crate) fn scale() -> String {
    std::env::var("TRIHELIX_BENCH_SCALE").unwrap_or_else(|_| "S".to_owned())
}

/// The ecosystem that it holds, in both editions.
pub(crate) fn ecosystem() -> Ecosystem {
    let (clusters, organizations, memberships) = match scale().as_str() {
        "M" => (2_000, 300_000, 500_000),
        _ => (50, 5_000, 8_000),
    };
    Ecosystem::new(clusters, organizations, Some(memberships), 1).expect("a scale")
}

/// Opens it, and makes it first when it is empty.
pub(crate) async fn open(url: &str) -> DatabaseConnection {
    let db = database::open(url, 16, Missing::Create).await.expect("the database opens");
    database::migrate(&db).await.expect("the schema is brought up to date");
    if revision::head(&db).await.expect("a revision").is_none() {
        let ecosystem = ecosystem();
        let start = Instant::now();
        for edition in 1..=Ecosystem::EDITIONS {
            let package = ecosystem.package(edition, &silent);
            dataset::import(&db, &package, now(), dataset::Options::default(), &silent).await.expect("it has no fault");
        }
        eprintln!("{} was generated and imported in {:.0?}", ecosystem.name(), start.elapsed());
    }
    db
}

/// The day that counts as today: the last one that the synthetic ecosystem records.
pub(crate) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day")
}

/// Noon of that day.
pub(crate) fn now() -> DateTime<Utc> {
    today().and_hms_opt(12, 0, 0).expect("an hour").and_utc()
}

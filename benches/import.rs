//! Imports into a large register: processor time, memory, and for how long nobody else can write.
//! See BENCHMARKS.md.
//!
//! They are made by the binary, into a copy of the register: thirteen rows that are new, and the
//! edition of the synthetic ecosystem that does not stand.

#[path = "support/process.rs"]
mod process;
#[path = "support/scratch.rs"]
mod scratch;
mod support;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use tokio::runtime::Runtime;
use trihelix::{
    domain::store::database::{self, Missing},
    progress::silent,
};

/// How often the importing process is looked at, and the lock asked for.
const LOOK: Duration = Duration::from_micros(500);

/// What an import took.
#[derive(Default)]
struct Taken {
    processor_time: Duration,
    memory: u64,
    longest_locked: Duration,
}

/// Imports a package with the binary, and asks for the lock meanwhile.
async fn import(url: &str, package: &Path) -> Taken {
    let other = database::open(url, 1, Missing::Refuse).await.expect("the database opens");
    if other.get_database_backend() == DbBackend::Sqlite {
        other.execute_unprepared("PRAGMA busy_timeout = 0").await.expect("SQL");
    }
    let mut importing = Command::new(env!("CARGO_BIN_EXE_trihelix"))
        .args(["--database-url", url, "--log", "error", "import"])
        .arg(package)
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let (mut taken, mut locked) = (Taken::default(), None);
    let status = loop {
        if let Some(status) = importing.try_wait().expect("the process is waited for") {
            break status;
        }
        if let (Some(time), Some((_, most))) =
            (process::processor_time(importing.id()), process::memory(importing.id()))
        {
            (taken.processor_time, taken.memory) = (time, most);
        }
        let asked = Instant::now();
        if can_write(&other).await {
            locked = None;
        } else {
            let since = *locked.get_or_insert(asked);
            taken.longest_locked = taken.longest_locked.max(since.elapsed());
        }
        tokio::time::sleep(LOOK).await;
    };
    assert!(status.success(), "{}: it is imported", package.display());
    other.close().await.expect("the database closes");
    taken
}

/// Whether another connection could write now.
async fn can_write(db: &DatabaseConnection) -> bool {
    let ask = match db.get_database_backend() {
        DbBackend::Postgres => "BEGIN; LOCK TABLE revision IN SHARE ROW EXCLUSIVE MODE NOWAIT",
        _ => "BEGIN IMMEDIATE",
    };
    let can = db.execute_unprepared(ask).await.is_ok();
    // SQLite has no transaction to end where it did not begin one.
    let _ = db.execute_unprepared("ROLLBACK").await;
    can
}

fn main() {
    // `cargo test --benches` and the like only see that it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let (runtime, url) = (Runtime::new().expect("a runtime"), support::url());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (small, edition): (PathBuf, PathBuf) = (folder.path().join("small"), folder.path().join("edition"));
    support::ecosystem().save(1, &edition, &silent).expect("the package is written");
    let copy = runtime.block_on(async {
        let db = support::open(&url).await;
        scratch::thirteen_rows(&small, &scratch::two_clusters(&db).await, 2020);
        db.close().await.expect("the database closes");
        scratch::copy(&url, "import").await
    });
    eprintln!("{}, scale {}", url.split(':').next().unwrap_or_default(), support::scale());
    eprintln!("| import | processor | memory | write lock held |\n|---|---|---|---|");
    for (name, package) in [("13 rows", small), ("an edition", edition)] {
        let Taken { processor_time, memory, longest_locked } = runtime.block_on(import(&copy, &package));
        eprintln!("| {name} | {processor_time:.2?} | {memory} MB | {longest_locked:.1?} |");
    }
}

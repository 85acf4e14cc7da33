//! Data packages: folders of CSV files that hold the facts of clusters, as `docs/dataset.md` describes them.
//!
//! [`import`] takes one into the register: it reads all files (`folder`, `table`), makes facts of the lines
//! and finds every fault (`parse`, `criteria`, `verify`), and only when there is none writes what differs
//! from the register, in one revision (`sync`).

mod criteria;
mod facts;
mod fault;
mod folder;
pub mod generate;
mod parse;
mod quotes;
mod snapshot;
mod sync;
mod table;
mod verify;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Revision, revision};
use indicatif::{ProgressBar, ProgressStyle};
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::domain::{
    self,
    present::{self, Present},
    revision::Write,
    time::day_in_brussels,
};
pub use fault::{Fault, Faults};
pub use folder::Folder;
pub use sync::Change;

/// Why a package was not imported. The register is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The package has faults: all of them.
    #[error("{0}")]
    Faults(Faults),
    /// More would vanish than its owner is likely to mean: a sentence for each resource.
    #[error("{}\nnothing was imported; pass --allow-removals if they are to go", .0.join("\n"))]
    Removals(Vec<String>),
    /// The register could not be read or written.
    #[error(transparent)]
    Register(#[from] domain::Error),
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Register(error.into())
    }
}

/// What an import may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Says what would change, and writes nothing.
    pub dry_run: bool,
    /// More than half of a resource may vanish, and what is of a resource that the package no longer lists.
    pub allow_removals: bool,
    /// Writes into an empty register only: where there is a revision, also one that was written while this import waited,
    /// nothing is written.
    pub first: bool,
}

/// What an import would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Each resource, in the order of the import.
    pub changes: Vec<Change>,
    /// The clusters whose participations change, with how many they have on the day of the import before and after it.
    pub clusters: Vec<(String, Present, Present)>,
    /// What would be refused without `allow_removals`.
    pub removals: Vec<String>,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It would change this, and was told not to.
    Planned(Plan),
    /// The register already held all of it: nothing was written.
    Unchanged,
    /// It was written in this revision.
    Written {
        /// The revision.
        revision: revision::Model,
        /// How many rows were added.
        added: usize,
        /// How many rows were superseded.
        superseded: usize,
    },
}

/// Imports a package: everything in one revision, or nothing.
///
/// Shows its progress on a terminal, and nothing in a pipe.
pub async fn import(
    db: &DatabaseConnection,
    folder: &Folder,
    now: DateTime<Utc>,
    options: Options,
) -> Result<Outcome, Error> {
    let progress = progress(0);
    let outcome = run(db, folder, now, options, &progress).await;
    progress.finish_and_clear();
    outcome
}

/// Who writes when a package is imported.
fn actor(package: &str) -> String {
    format!("package {package}")
}

/// Shows how far a work of so many steps is, on a terminal.
fn progress(steps: u64) -> ProgressBar {
    let progress = ProgressBar::new(steps);
    if let Ok(style) = ProgressStyle::with_template("{msg:<12} {wide_bar} {pos}/{len}") {
        progress.set_style(style);
    }
    progress
}

async fn run(
    db: &DatabaseConnection,
    folder: &Folder,
    now: DateTime<Utc>,
    options: Options,
    progress: &ProgressBar,
) -> Result<Outcome, Error> {
    progress.set_message("reading");
    let mut faults = Faults::default();
    let Some(package) = folder::Package::read(folder, &mut faults) else { return Err(Error::Faults(faults)) };
    let actor = actor(&package.name);
    progress.set_message("checking");
    let (summary, today) = (format!("import of the package {}", package.name), day_in_brussels(now));
    // Everything is read and checked before the lock is taken, as if the next revision were the package's.
    let next = domain::revision::head(db).await?.map_or(1, |head| head.number + 1);
    let mut checked = check(db, &package, &actor, next, today, &faults).await?;
    let write = Write::begin(db, now, &actor, &summary).await?;
    if options.first && write.revision() != 1 {
        return Ok(Outcome::Unchanged);
    }
    if write.revision() != next {
        // Somebody else wrote meanwhile.
        checked = check(write.transaction(), &package, &actor, write.revision(), today, &faults).await?;
    }
    let (facts, snapshot) = checked;
    let removals_of = removals(&package);
    // Of a large package each takes hundreds of megabytes.
    drop(package);
    let own = snapshot.own;
    progress.set_message("writing");
    let changes = sync::write(write.transaction(), facts, &own, write.revision(), progress).await?;
    let removals: Vec<_> = changes.iter().filter_map(removals_of).collect();
    if options.dry_run {
        let clusters = present::touched(write.transaction(), write.revision(), today).await?;
        return Ok(Outcome::Planned(Plan { changes, clusters, removals }));
    }
    let (added, superseded) =
        changes.iter().fold((0, 0), |(added, gone), change| (added + change.added, gone + change.superseded));
    if added + superseded == 0 {
        return Ok(Outcome::Unchanged);
    }
    if !removals.is_empty() && !options.allow_removals {
        return Err(Error::Removals(removals));
    }
    let revision = write.commit().await?;
    Ok(Outcome::Written { revision, added, superseded })
}

/// The facts of a package, to be recorded by a revision, when it has no fault in a register as it is now.
async fn check(
    db: &impl ConnectionTrait,
    package: &folder::Package,
    actor: &str,
    revision: Revision,
    today: NaiveDate,
    faults: &Faults,
) -> Result<(facts::Facts, snapshot::Snapshot), Error> {
    let mut faults = faults.clone();
    let snapshot = snapshot::Snapshot::load(db, package, actor).await?;
    let facts = parse::facts(package, &snapshot, revision, today, &mut faults);
    verify::verify(&facts, &snapshot, &mut faults);
    if faults.is_empty() { Ok((facts, snapshot)) } else { Err(Error::Faults(faults.sorted())) }
}

/// What vanishes of a resource that its owner is not likely to mean: anything, where the package does not list it, and more
/// than half otherwise.
fn removals(package: &folder::Package) -> impl Fn(&Change) -> Option<String> + use<> {
    let listed = package.listed();
    move |change| {
        let Change { resource, held, .. } = change;
        let removed = change.removed();
        if removed == 0 {
            return None;
        }
        if !listed.contains(resource) {
            return Some(format!(
                "{}: resources: `{resource}` is not listed, and {removed} of {held} rows would vanish; expected its file, \
                 with the header alone if it is empty",
                folder::DESCRIPTOR
            ));
        }
        (removed * 2 > *held).then(|| format!("{resource}: {removed} of {held} rows would vanish"))
    }
}

//! Data packages: folders of CSV files that hold the facts of clusters, as `docs/dataset.md`
//! describes them.
//!
//! [`import`] takes one into the register: it reads all files (`folder`, `table`), makes facts of
//! the lines, finds every fault (`parse`, `verify`) and what differs from the register
//! (`reconciliation`), and only when there is no fault writes that, in one revision.

pub mod export;
mod facts;
mod holdings;
pub(crate) mod package;
mod parse;
pub mod published;
mod reconciliation;
mod verify;

use std::{collections::BTreeSet, sync::Mutex};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Revision, revision};
use sea_orm::{ConnectionTrait, DatabaseConnection, StreamTrait};

use self::{
    facts::Part,
    holdings::Holdings,
    package::folder::{DESCRIPTOR, Package},
    parse::Parser,
    reconciliation::{Differences, Reconciliation},
};
use crate::{
    domain::{
        self,
        present::{self, Present},
        quoted,
        revision::Write,
        time::day_in_brussels,
    },
    progress::{Progress, Tell, Work},
};
pub use package::{
    fault::{Fault, Faults},
    folder::Folder,
};
pub use reconciliation::Change;

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
    /// More than half of a resource may vanish, and what is of a resource that the package no
    /// longer lists.
    pub allow_removals: bool,
    /// Writes into an empty register only: where there is a revision, also one that was written
    /// while this import waited, nothing is written.
    pub first: bool,
}

/// What an import would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Each resource, in the order of the import.
    pub changes: Vec<Change>,
    /// The clusters whose participations change, with how many they have on the day of the import
    /// before and after it.
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

/// Who writes when a package is imported.
pub(crate) fn actor(package: &str) -> String {
    format!("package {package}")
}

/// Imports a package: everything in one revision, or nothing.
pub async fn import(
    db: &DatabaseConnection,
    folder: &Folder,
    now: DateTime<Utc>,
    options: Options,
    tell: Tell<'_>,
) -> Result<Outcome, Error> {
    let today = day_in_brussels(now);
    // Everything is read and checked before the lock is taken, as if the next revision were the
    // package's.
    let next = domain::revision::head(db).await?.map_or(1, |head| head.number + 1);
    let mut checked = check(db, folder, next, today, tell).await?;
    let (actor, summary) = (actor(&checked.name), format!("import of the package {}", checked.name));
    let write = Write::begin(db, now, &actor, &summary).await?;
    if options.first && write.revision() != 1 {
        return Ok(Outcome::Unchanged);
    }
    if write.revision() != next {
        // Somebody else wrote meanwhile.
        let name = std::mem::take(&mut checked).name;
        checked = check(write.transaction(), folder, write.revision(), today, tell).await?;
        if checked.name != name {
            let mut faults = Faults::default();
            let message =
                format!("{} after {}; expected one name while it is imported", quoted(&checked.name), quoted(&name));
            faults.push(DESCRIPTOR, 0, "name", message);
            return Err(Error::Faults(faults));
        }
    }
    let Checked { differences, listed, .. } = checked;
    let changes = differences.changes.clone();
    let removals: Vec<_> = changes.iter().filter_map(|change| removal(change, &listed)).collect();
    let (added, superseded) =
        changes.iter().fold((0, 0), |(added, gone), change| (added + change.added, gone + change.superseded));
    if !options.dry_run && added + superseded == 0 {
        return Ok(Outcome::Unchanged);
    }
    if !options.dry_run && !options.allow_removals && !removals.is_empty() {
        return Err(Error::Removals(removals));
    }
    differences.record(write.transaction(), write.revision(), tell).await?;
    if options.dry_run {
        let clusters = present::touched(write.transaction(), write.revision(), today).await?;
        return Ok(Outcome::Planned(Plan { changes, clusters, removals }));
    }
    let revision = write.commit().await?;
    Ok(Outcome::Written { revision, added, superseded })
}

/// A package that has no fault in a register as it was when it was read.
#[derive(Default)]
struct Checked {
    name: String,
    /// The resources that it lists.
    listed: BTreeSet<&'static str>,
    differences: Differences,
}

/// Reads a package, whose facts `revision` is to record; finds its faults, or else how it differs
/// from the register.
async fn check<C: ConnectionTrait + StreamTrait>(
    db: &C,
    folder: &Folder,
    revision: Revision,
    today: NaiveDate,
    tell: Tell<'_>,
) -> Result<Checked, Error> {
    let mut faults = Faults::default();
    let Some(package) = Package::read(folder, &mut faults) else { return Err(Error::Faults(faults)) };
    let (name, listed) = (package.name.clone(), package.listed());
    let holdings = Holdings::load(db, &package, &actor(&name)).await?;
    let faults = Mutex::new(faults);
    let mut parser = Parser::new(package, &holdings, (revision, today), &faults);
    let mut reconciliation = Reconciliation::new(db, revision, &holdings.own);
    let of = Part::ALL.len() as u64;
    let checked = |done| tell(Progress { work: Work::Checking, done, of });
    checked(0);
    for (done, part) in (1..).zip(Part::ALL) {
        parser.read(part);
        let is_faulty = {
            let mut faults = faults.lock().expect("no panic");
            verify::verify(part, &parser.facts, &holdings, &mut faults);
            !faults.is_empty()
        };
        if !is_faulty {
            reconciliation.compare(part, &mut parser.facts).await?;
        }
        checked(done);
    }
    drop(parser);
    let differences = reconciliation.differences();
    let faults = faults.into_inner().expect("no panic");
    if faults.is_empty() { Ok(Checked { name, listed, differences }) } else { Err(Error::Faults(faults.sorted())) }
}

/// What vanishes of a resource that its owner is not likely to mean: anything, where the package
/// does not list it, and more than half otherwise.
fn removal(change: &Change, listed: &BTreeSet<&str>) -> Option<String> {
    let Change { resource, held, .. } = change;
    let removed = change.removed();
    if removed == 0 {
        return None;
    }
    if !listed.contains(resource) {
        return Some(format!(
            "{}: resources: `{resource}` is not listed, and {removed} of {held} rows would vanish; expected its file, \
             with the header alone if it is empty",
            DESCRIPTOR
        ));
    }
    (removed * 2 > *held).then(|| format!("{resource}: {removed} of {held} rows would vanish"))
}

//! `trihelix export`: the register as a data package.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use sea_orm::DatabaseConnection;

use super::{
    check::current,
    edge::{Failure, print},
};
use crate::{
    dataset::export::{self, NotSaved, Published},
    domain::restricted::Audience,
};

/// What to export, and where to.
#[derive(Args, Clone, Debug)]
pub(super) struct Export {
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
}

impl Export {
    /// Writes the package: with what only who keeps the register may read, as they can read the database.
    pub(super) async fn run(&self, db: &DatabaseConnection, published: &Published) -> Result<(), Failure> {
        let Self { folder, as_of, known_at, parquet } = self;
        refuse_occupied(folder)?;
        current(db).await?;
        let point = export::Point::find(db, *as_of, *known_at).await?;
        let package = export::Export::begin(db, point, Audience::Keeper, published.clone()).await?;
        package.save(db, folder, *parquet).await.map_err(|error| match error {
            NotSaved::Register(error) => Failure::Domain(error),
            NotSaved::Folder(error) => Failure::Packages(folder.clone(), error),
        })?;
        print(&format!("revision {}: {}", point.revision, folder.display()))
    }
}

/// Packages are written into folders of their own.
pub(super) fn refuse_occupied(folder: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::Packages(folder.to_owned(), error);
    if folder.exists() && std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(Failure::Occupied(folder.to_owned()));
    }
    Ok(())
}

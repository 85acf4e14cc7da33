//! `trihelix generate`: a synthetic ecosystem, as packages or in a database of its own.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sea_orm::DatabaseConnection;

use crate::{
    cli::{
        edge::{Failure, NOTHING_NEW, print},
        export::refuse_occupied,
        import::import,
        progress::Bar,
    },
    dataset::Options,
    domain::store::database,
    synthetic::{Ecosystem, Impossible},
};

/// What to generate, and where to.
#[derive(Args, Clone, Debug)]
pub(super) struct Generate {
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
    pub(super) out: Option<PathBuf>,
}

/// Sizes of synthetic ecosystems.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(super) enum Scale {
    S,
    M,
}

impl Generate {
    pub(super) fn ecosystem(&self) -> Result<Ecosystem, Impossible> {
        let (clusters, organizations, memberships) = match self.scale {
            Some(Scale::S) => (50, 5_000, Some(8_000)),
            Some(Scale::M) => (2_000, 300_000, Some(500_000)),
            None => (self.clusters.unwrap_or_default(), self.organizations.unwrap_or_default(), self.memberships),
        };
        Ecosystem::new(clusters, organizations, memberships, self.seed)
    }
}

/// Writes the editions that a database lacks into it.
pub(super) async fn generate(db: &DatabaseConnection, ecosystem: &Ecosystem) -> Result<(), Failure> {
    database::migrate(db).await?;
    let next = ecosystem.next_edition(db).await?;
    if next > Ecosystem::EDITIONS {
        return print(NOTHING_NEW);
    }
    for edition in next..=Ecosystem::EDITIONS {
        let package = {
            let bar = Bar::new();
            ecosystem.package(edition, &|progress| bar.show(progress))
        };
        import(db, &package, Options::default()).await?;
    }
    Ok(())
}

/// Writes every edition of an ecosystem's package into a folder of its own.
pub(super) fn save(ecosystem: &Ecosystem, folder: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::Packages(folder.to_owned(), error);
    refuse_occupied(folder)?;
    for edition in 1..=Ecosystem::EDITIONS {
        let folder = folder.join(edition.to_string());
        {
            let bar = Bar::new();
            ecosystem.save(edition, &folder, &|progress| bar.show(progress)).map_err(failed)?;
        }
        print(&format!("edition {edition}: {}", folder.display()))?;
    }
    Ok(())
}

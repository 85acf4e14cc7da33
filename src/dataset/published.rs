//! The packages that the binary carries: what public sources state about real clusters.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::revision;
use sea_orm::{DatabaseConnection, EntityTrait, QuerySelect};

use super::{Error, Folder, Options, Outcome, actor, import};
use crate::progress::silent;

macro_rules! embedded {
    ($folder:literal: $($file:literal),+ $(,)?) => {
        Folder::Embedded(&[$(($file, include_str!(concat!("../../data/", $folder, "/", $file)))),+])
    };
}

/// The published history of the cluster circlemade.
pub const CIRCLEMADE: Folder = embedded!(
    "circlemade":
    "datapackage.json",
    "clusters.csv",
    "criteria.json",
    "events.csv",
    "figures.csv",
    "organization_names.csv",
    "organizations.csv",
    "periods.csv",
    "sectors.csv",
    "services.csv",
    "sites.csv",
    "sources.csv",
    "terms.csv",
);

/// All of them by their names, in the order in which they are loaded: that of circlemade, and the published figures of
/// clusters and programmes.
pub const ALL: [(&str, Folder); 5] = [
    ("circlemade", CIRCLEMADE),
    (
        "belgium",
        embedded!("belgium": "datapackage.json", "clusters.csv", "programmes.csv", "figures.csv", "sources.csv"),
    ),
    ("france", embedded!("france": "datapackage.json", "clusters.csv", "programmes.csv", "figures.csv", "sources.csv")),
    (
        "germany",
        embedded!("germany": "datapackage.json", "clusters.csv", "programmes.csv", "figures.csv", "sources.csv"),
    ),
    ("europe", embedded!("europe": "datapackage.json", "clusters.csv", "programmes.csv", "figures.csv", "sources.csv")),
];

/// Loads those that a register does not hold, each in a revision, and says which. One into which anything else was
/// written is left as it is. So a start that was cut short is made up for by the next, and a register of an earlier
/// release that holds what that release carried gets what this one carries besides.
pub async fn load(db: &DatabaseConnection, now: impl Fn() -> DateTime<Utc>) -> Result<Vec<&'static str>, Error> {
    let writers = revision::Entity::find().select_only().column(revision::Column::Actor).distinct();
    let writers: BTreeSet<String> = writers.into_tuple().all(db).await?.into_iter().collect();
    let published: BTreeSet<_> = ALL.iter().map(|(name, _)| actor(name)).collect();
    let mut loaded = Vec::new();
    if !writers.is_subset(&published) {
        return Ok(loaded);
    }
    for (name, folder) in ALL.iter().filter(|(name, _)| !writers.contains(&actor(name))) {
        // Another process may be writing the first revision just now.
        let options = Options { first: writers.is_empty() && loaded.is_empty(), ..Options::default() };
        match import(db, folder, now(), options, &silent).await? {
            Outcome::Written { .. } => loaded.push(*name),
            _ if options.first => break,
            _ => {}
        }
    }
    Ok(loaded)
}

//! The point at which the register is exported, and how it is published and cited.

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use entity::Revision;
use sea_orm::ConnectionTrait;

use crate::domain::{self, Result};

/// The point at which the register is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The revision.
    pub revision: Revision,
    /// Its instant; `None`: the register was empty.
    pub known_at: Option<DateTime<Utc>>,
    /// Facts that hold on dates are those that hold on this day; `None`: all of them.
    pub as_of: Option<NaiveDate>,
}

impl Point {
    /// What the register held at an instant, by default now; of facts that hold on dates those that
    /// hold on a day, by default all.
    pub async fn find(
        db: &impl ConnectionTrait,
        as_of: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Self> {
        let last = match known_at {
            Some(instant) => domain::revision::known_at(db, instant).await?,
            None => domain::revision::head(db).await?,
        };
        let (revision, known_at) = last.map_or((0, None), |last| (last.number, Some(last.at)));
        Ok(Self { revision, known_at, as_of })
    }
}

/// How the register is published, as its package and its entry in catalogues say.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
#[group(id = "published")]
pub struct Published {
    /// Who publishes the register, as its catalogue and its citation name it.
    #[arg(long, env = "TRIHELIX_PUBLISHER", value_name = "NAME", global = true)]
    pub publisher: Option<String>,

    /// The address of the licence under which the register is published.
    #[arg(long, env = "TRIHELIX_LICENCE", value_name = "URL", global = true)]
    pub licence: Option<String>,
}

/// How what the register holds at a point is cited.
pub fn citation(published: &Published, point: &Point) -> String {
    let Point { revision, known_at, as_of } = point;
    let publisher = published.publisher.as_deref().unwrap_or("Trihelix");
    let as_of = as_of.map_or_else(String::new, |day| format!(", as of {day}"));
    let known_at = known_at.map_or_else(String::new, |instant| format!(", as known on {}", instant.format("%Y-%m-%d")));
    format!(
        "{publisher}: A register of clusters and of those who take part in them{as_of}{known_at}, revision {revision}."
    )
}

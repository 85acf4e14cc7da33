//! The register itself: how far it has come, and under which terms its data may be used.

use async_graphql::{Context, Object, SimpleObject};
use entity::Revision;

use super::{
    basis::ContextExt,
    error::Result,
    level::Row,
    scalars::{Date, Instant},
};
use crate::domain::revision;

/// The register.
#[derive(SimpleObject)]
pub(crate) struct Register {
    /// The number of the last committed write that this answer rests on: 1, 2, 3, … in the order of commits; 0 when nothing is recorded.
    revision: i64,
    /// The point in time that fields are answered at when they are asked without `at`.
    basis: RegisterBasis,
    /// The time zone of civil days.
    time_zone: &'static str,
    /// The terms under which data of others that the register rests on may be used.
    licences: Vec<Licence>,
}

/// A point in time.
#[derive(SimpleObject)]
pub(crate) struct RegisterBasis {
    /// The civil day in Europe/Brussels.
    as_of: Date,
    /// The instant of the last committed write that was known. Sent as `at: { asOf, knownAt }`, or as the request's
    /// `extensions.basis`, it gives the same data whatever has been written since.
    known_at: Instant,
}

/// Terms of use of a part of the data.
#[derive(SimpleObject)]
pub(crate) struct Licence {
    /// Which part of the data.
    subject: &'static str,
    /// The name of the licence, or the terms.
    name: &'static str,
    /// Whom to name.
    attribution: &'static str,
    /// Where it can be read.
    url: &'static str,
}

const LICENCES: [(&str, &str, &str, &str); 3] = [
    (
        "Municipalities (NIS codes, names, postal codes)",
        "CC BY 4.0",
        "Statbel (Directorate-General Statistics - Statistics Belgium)",
        "https://statbel.fgov.be/",
    ),
    (
        "Classification of activities, NACE-BEL 2008 and 2025",
        "CC BY 4.0",
        "Statbel (Directorate-General Statistics - Statistics Belgium)",
        "https://statbel.fgov.be/",
    ),
    (
        "Facts about clusters and organizations",
        "Facts as published: see the source of each",
        "The publisher of each fact's source",
        "https://www.parlement.brussels/",
    ),
];

/// The register itself.
#[derive(Default)]
pub(crate) struct RegisterQuery;

#[Object]
impl RegisterQuery {
    /// How far the register has come, and under which terms its data may be used.
    async fn register(&self, ctx: &Context<'_>) -> Register {
        let (point, known_at) = ctx.basis().default_point();
        let licence = |(subject, name, attribution, url)| Licence { subject, name, attribution, url };
        Register {
            revision: point.revision,
            basis: RegisterBasis { as_of: Date(point.as_of), known_at: Instant(known_at) },
            time_zone: "Europe/Brussels",
            licences: LICENCES.into_iter().map(licence).collect(),
        }
    }
}

/// When a fact was recorded.
pub(super) async fn recorded_at<T: Send + Sync + 'static>(
    ctx: &Context<'_>,
    row: &Row<T>,
    recorded_by: fn(&T) -> Revision,
) -> Result<Instant> {
    let db = ctx.db();
    let instant = row.together("recordedAt", |level| async move {
        let numbers = level.distinct(|row| Some(recorded_by(row)));
        let found = revision::by_numbers(db, numbers).await?;
        let of = |row: &T| found.iter().find(|found| found.number == recorded_by(row)).map(|found| Instant(found.at));
        Ok(level.rows().iter().map(of).collect::<Vec<_>>())
    });
    Ok(instant.await?.expect("a foreign key holds every fact's revision"))
}

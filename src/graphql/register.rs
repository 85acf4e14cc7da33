//! The register itself: how far it has come, and under which terms its data may be used.

use async_graphql::{Context, Object, SimpleObject};
use entity::Revision;

use crate::graphql::request::{
    basis::ContextExt,
    error::{Error, Result},
    scalars::{Date, Instant},
};

/// The register.
#[derive(SimpleObject)]
pub(crate) struct Register {
    /// The number of the last committed write that this answer rests on: 1, 2, 3, … in the order of commits;
    /// 0 when nothing is recorded.
    revision: i64,
    /// The point in time that fields are answered at when they are asked without `at`.
    basis: RegisterBasis,
    /// The instant at which the server last found that it holds all that was written. Usually less than a second ago; older
    /// while the database cannot be reached, and then what was written since is missing. It is of the server and not of
    /// the register: the one field that another time answers differently at the same basis. Null when it is not known.
    looked_at: Option<Instant>,
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
    /// The instant of the last committed write that was known. With `asOf` as the request's `extensions.basis`, it gives the
    /// same data whatever has been written since; as `at: { asOf, knownAt }`, the same for the fields that take `at`.
    known_at: Instant,
}

/// Terms of use of a part of the data.
#[derive(SimpleObject)]
pub(crate) struct Licence {
    /// Which part of the data.
    subject: &'static str,
    /// The name of the licence, or the terms.
    name: &'static str,
    /// The name to give as the origin of the data.
    attribution: &'static str,
    /// Where it can be read; null when it depends on the source.
    url: Option<&'static str>,
}

const LICENCES: [Licence; 3] = [
    Licence {
        subject: "Municipalities: NIS codes, names, postal codes",
        name: "CC BY 4.0",
        attribution: "Statbel (Directorate-General Statistics - Statistics Belgium)",
        url: Some("https://creativecommons.org/licenses/by/4.0/"),
    },
    Licence {
        subject: "Classification of activities: NACE-BEL 2008 and 2025",
        name: "As published by Statbel",
        attribution: "Statbel (Directorate-General Statistics - Statistics Belgium)",
        url: Some("https://statbel.fgov.be/"),
    },
    Licence {
        subject: "Facts about clusters and organizations",
        name: "As published: see the source of each",
        attribution: "The publisher of each fact's source",
        url: None,
    },
];

/// The register itself.
#[derive(Default)]
pub(crate) struct RegisterQuery;

#[Object]
impl RegisterQuery {
    /// How far the register has come, and under which terms its data may be used.
    async fn register(&self, ctx: &Context<'_>) -> Register {
        let (point, known_at) = ctx.basis().default_point();
        Register {
            revision: point.revision,
            basis: RegisterBasis { as_of: Date(point.as_of), known_at: Instant(known_at) },
            looked_at: ctx.basis().looked_at().map(Instant),
            time_zone: "Europe/Brussels",
            licences: LICENCES.into(),
        }
    }
}

/// When a fact was recorded.
pub(crate) fn recorded_at(ctx: &Context<'_>, by: Revision) -> Result<Instant> {
    ctx.image().instant(by).map(Instant).ok_or_else(Error::replaced)
}

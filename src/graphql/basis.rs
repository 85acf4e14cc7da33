//! The point in time a request is answered at: fixed once, used by every field, told to the client.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{Context, InputObject, ScalarType, Value};
use chrono::{DateTime, NaiveDate, Utc};
use entity::Revision;
use sea_orm::DatabaseConnection;

use super::{
    error::{Error, Result},
    scalars::{Date, Instant},
};
use crate::domain::{
    ledger::Image,
    time::{PointInTime, day_in_brussels},
};

/// A point in time, on two axes: what was true on a day (`asOf`), as it was known at an instant (`knownAt`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, InputObject)]
#[graphql(name = "PointInTime")]
pub(crate) struct PointInTimeInput {
    /// The civil day in Europe/Brussels. Default: the request's day, today unless its basis says otherwise.
    pub(crate) as_of: Option<Date>,
    /// What the register held at this instant: later corrections are left out. Default: what it holds now.
    pub(crate) known_at: Option<Instant>,
}

/// A point in time with the revision that was the last one known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Resolved {
    as_of: NaiveDate,
    known_at: DateTime<Utc>,
    revision: Revision,
}

/// The basis of one request.
#[derive(Debug)]
pub(crate) struct Basis {
    db: DatabaseConnection,
    /// What statistics are counted from, and whose revision is the last that the request knows of.
    image: Arc<Image>,
    default: Resolved,
    /// The points in time that the fields of the request were answered at.
    asked: Mutex<Vec<Resolved>>,
    /// How many rows of lists the answer holds so far.
    rows: AtomicUsize,
}

/// The most rows of lists that an answer holds.
const MAX_ROWS: usize = 20_000;

impl Basis {
    /// Fixes the basis of a request: what it asks for, else today and all that the ledger holds now.
    pub(crate) fn fix(db: &DatabaseConnection, image: Arc<Image>, now: DateTime<Utc>, asked: PointInTimeInput) -> Self {
        let last = match asked.known_at {
            Some(Instant(instant)) => image.known_at(instant),
            None => image.head(),
        };
        let fallback = asked.known_at.map_or(now, |Instant(instant)| instant);
        let default = Resolved {
            as_of: asked.as_of.map_or_else(|| day_in_brussels(now), |Date(day)| day),
            // The instant of the revision itself: sent back, it finds that revision whatever is written since.
            known_at: last.map_or(fallback, |(_, at)| at),
            revision: last.map_or(0, |(number, _)| number),
        };
        Self { db: db.clone(), image, default, asked: Mutex::default(), rows: AtomicUsize::new(0) }
    }

    /// The point in time a field is asked at.
    pub(crate) fn at(&self, at: Option<PointInTimeInput>) -> PointInTime {
        let at = at.unwrap_or_default();
        let (revision, known_at) = match at.known_at {
            None => (self.default.revision, self.default.known_at),
            // What the request's own basis does not know, its fields do not either.
            Some(Instant(instant)) => match self.image.known_at(instant) {
                Some((number, _)) if number > self.default.revision => (self.default.revision, self.default.known_at),
                Some(known) => known,
                None => (0, instant),
            },
        };
        let as_of = at.as_of.map_or(self.default.as_of, |Date(day)| day);
        let resolved = Resolved { as_of, known_at, revision };
        let mut asked = self.asked.lock().expect("no panic while the lock is held");
        if !asked.contains(&resolved) {
            asked.push(resolved);
        }
        PointInTime { as_of, revision }
    }

    /// The revision that fields without `at` are answered at.
    pub(crate) fn revision(&self) -> Revision {
        self.default.revision
    }

    /// Counts rows of a list into the answer, as far as it goes.
    pub(crate) fn hold(&self, rows: usize) -> Result<()> {
        let held = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        if held > MAX_ROWS {
            let message =
                format!("the answer would hold more than {MAX_ROWS} rows; ask for smaller pages, or nest fewer lists");
            return Err(Error::too_complex(message));
        }
        Ok(())
    }

    /// The request's own point in time.
    pub(crate) fn default_point(&self) -> (PointInTime, DateTime<Utc>) {
        (PointInTime { as_of: self.default.as_of, revision: self.default.revision }, self.default.known_at)
    }

    /// The basis as the answer's `extensions.basis` shows it: the one point in time that all fields were
    /// answered at; where they were asked at several, the request's own.
    pub(crate) fn shown(&self) -> Value {
        let asked = self.asked.lock().expect("no panic while the lock is held");
        let Resolved { as_of, known_at, revision } = match asked.as_slice() {
            [one] => *one,
            _ => self.default,
        };
        Value::from_json(serde_json::json!({
            "asOf": Date(as_of).to_value(),
            "knownAt": Instant(known_at).to_value(),
            "revision": revision,
        }))
        .expect("JSON is a value")
    }
}

/// The basis that a request asks for in its own `extensions.basis`, as an earlier answer showed it.
pub(crate) fn requested(extensions: &async_graphql::Extensions) -> Result<PointInTimeInput> {
    let Some(value) = extensions.get("basis") else { return Ok(PointInTimeInput::default()) };
    let invalid =
        || Error::input("`extensions.basis` must be as an answer shows it: { asOf: Date, knownAt: DateTime }");
    let Value::Object(basis) = value else { return Err(invalid()) };
    let text = |name: &str| match basis.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(invalid()),
    };
    Ok(PointInTimeInput {
        as_of: text("asOf")?.map(|text| Date::parse(text).ok_or_else(invalid)).transpose()?,
        known_at: text("knownAt")?.map(|text| Instant::parse(text).ok_or_else(invalid)).transpose()?,
    })
}

/// What resolvers ask of a request.
pub(crate) trait ContextExt {
    /// The database.
    fn db(&self) -> &DatabaseConnection;
    /// The basis of the request.
    fn basis(&self) -> &Basis;
    /// The ledger's image that the request is answered from.
    fn image(&self) -> &Image;
}

impl ContextExt for Context<'_> {
    fn db(&self) -> &DatabaseConnection {
        &self.basis().db
    }

    fn basis(&self) -> &Basis {
        self.data_unchecked::<Arc<Basis>>()
    }

    fn image(&self) -> &Image {
        &self.basis().image
    }
}

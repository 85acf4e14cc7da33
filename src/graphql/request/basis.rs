//! The point in time a request is answered at: fixed once, used by every field, told to the client.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{self, Duration},
};

use async_graphql::{Context, InputObject, ScalarType, Value};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use entity::{Revision, id::ClusterId};
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

use crate::{
    domain::{
        eligibility::History,
        ledger::Image,
        quoted,
        store::reading::Reader,
        term::Terms,
        time::{PointInTime, day_in_brussels},
    },
    graphql::{
        bounds::limits::Limits,
        request::{
            answer::Answer,
            error::{Error, Result},
            prepared::Identity,
            scalars::{Date, Instant},
        },
        saved::parameter::{self, Parameter},
    },
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

/// What a request is answered from.
pub(crate) struct AnsweredFrom {
    pub(crate) reader: Reader,
    pub(crate) image: Arc<Image>,
    pub(crate) now: DateTime<Utc>,
    /// How long ago the image was last found to hold all that was written.
    pub(crate) looked: Option<Duration>,
}

/// The basis of one request: the point in time that its fields are answered at by default.
///
/// An answer shows it whatever its fields' arguments are, so that the same document sent back with it repeats.
#[derive(Debug)]
pub(crate) struct Basis {
    reader: Reader,
    /// What statistics are counted from, and whose revision is the last that the request knows of.
    image: Arc<Image>,
    default: PointInTime,
    /// The instant of the default revision.
    known_at: DateTime<Utc>,
    /// The instant at which the image was last found to hold all that was written.
    looked_at: Option<DateTime<Utc>>,
    /// How many rows of lists the answer holds so far.
    rows: AtomicUsize,
    /// How many rows the answer may hold.
    max_rows: usize,
    /// Fields that keep the processor take turns.
    turns: Semaphore,
    /// When others were last given way.
    gave_way: Mutex<time::Instant>,
    /// The criteria of the clusters that filters have named so far: filters stand in lists under many rows.
    histories: tokio::sync::Mutex<HashMap<ClusterId, History>>,
    /// What codes are called.
    terms: OnceCell<Arc<Terms>>,
}

impl Basis {
    /// What codes are called.
    pub(crate) async fn terms(&self) -> Result<Arc<Terms>> {
        let read = || async { Ok(Arc::new(Terms::read(&self.reader, self.revision()).await?)) };
        self.terms.get_or_try_init(read).await.cloned()
    }

    /// The criteria of some clusters at every point in time.
    pub(crate) async fn histories(&self, clusters: &[ClusterId]) -> Result<HashMap<ClusterId, History>> {
        if clusters.is_empty() {
            return Ok(HashMap::new());
        }
        let mut held = self.histories.lock().await;
        let missing: Vec<_> = clusters.iter().copied().filter(|id| !held.contains_key(id)).collect();
        let mut read = History::read(&self.reader, &missing).await?;
        held.extend(missing.into_iter().map(|id| (id, read.remove(&id).unwrap_or_default())));
        Ok(clusters.iter().filter_map(|id| Some((*id, held.get(id)?.clone()))).collect())
    }
}

/// How long the fields of a request keep the processor before others are given way.
const SPELL: Duration = Duration::from_millis(1);

impl Basis {
    /// Fixes the basis of a request: what it asks for, else today and all that the ledger holds now.
    pub(crate) fn fix(from: AnsweredFrom, asked: &Asked, limits: &Limits) -> Result<Self> {
        let AnsweredFrom { reader, image, now, looked } = from;
        let (revision, known_at) = asked.last(&image)?.unwrap_or((0, DateTime::UNIX_EPOCH));
        let as_of = asked.as_of.map_or_else(|| day_in_brussels(now), |Date(day)| day);
        let default = PointInTime { as_of, revision };
        let (looked_at, max_rows) = (looked.map(|age| now - age), limits.max_rows);
        Ok(Self {
            reader,
            image,
            default,
            known_at,
            looked_at,
            rows: AtomicUsize::new(0),
            max_rows,
            turns: Semaphore::new(1),
            gave_way: Mutex::new(time::Instant::now()),
            histories: tokio::sync::Mutex::default(),
            terms: OnceCell::new(),
        })
    }

    /// The point in time a field is asked at.
    pub(crate) fn at(&self, at: Option<PointInTimeInput>) -> PointInTime {
        let PointInTimeInput { as_of, known_at } = at.unwrap_or_default();
        let as_of = as_of.map_or(self.default.as_of, |Date(day)| day);
        PointInTime { as_of, revision: self.last_known(known_at) }
    }

    /// The revision that was the last one at an instant, by default the request's own.
    pub(crate) fn last_known(&self, known_at: Option<Instant>) -> Revision {
        known_at.map_or(self.default.revision, |Instant(instant)| {
            let known = self.image.known_at(instant).map_or(0, |(number, _)| number);
            // What the request's own basis does not know, its fields do not either.
            known.min(self.default.revision)
        })
    }

    /// The instant at which the server last found that it holds all that was written.
    pub(crate) fn looked_at(&self) -> Option<DateTime<Utc>> {
        self.looked_at
    }

    /// The revision that fields without `at` are answered at.
    pub(crate) fn revision(&self) -> Revision {
        self.default.revision
    }

    /// Whether no write and no day to come changes what is answered at it: both of its axes were asked for, and every
    /// later write has a later instant.
    pub(crate) fn is_fixed(&self, asked: &Asked) -> bool {
        asked.as_of.is_some() && asked.is_of_the_past(&self.image)
    }

    /// What tells it from every other basis, of other registers too.
    pub(crate) fn told_apart(&self) -> [u8; 36] {
        let PointInTime { as_of, revision } = self.default;
        let mut told = [0; 36];
        // Without a register there is no revision either.
        told[..16].copy_from_slice(self.image.register().unwrap_or_default().as_bytes());
        told[16..20].copy_from_slice(&as_of.num_days_from_ce().to_le_bytes());
        told[20..28].copy_from_slice(&self.known_at.timestamp_micros().to_le_bytes());
        told[28..].copy_from_slice(&revision.to_le_bytes());
        told
    }

    /// The basis as an address can ask for it.
    pub(crate) fn in_address(&self) -> String {
        let PointInTime { as_of, revision } = self.default;
        let known_at = self.known_at.to_rfc3339_opts(SecondsFormat::Millis, true);
        format!("asOf={as_of}&knownAt={known_at}&revision={revision}")
    }

    /// Counts rows of a list into the answer, as far as it goes.
    pub(crate) fn hold(&self, rows: usize) -> Result<()> {
        let held = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let most = self.max_rows;
        if held > most {
            let message =
                format!("the answer would hold more than {most} rows; ask for smaller pages, or nest fewer lists");
            return Err(Error::too_complex(message));
        }
        Ok(())
    }

    /// How many statements the request has sent, and how many rows they have answered.
    pub(crate) fn sent(&self) -> (u64, u64) {
        self.reader.sent()
    }

    /// The request's own point in time, with the instant of its revision.
    pub(crate) fn default_point(&self) -> (PointInTime, DateTime<Utc>) {
        (self.default, self.known_at)
    }

    /// The basis as the answer's `extensions.basis` shows it.
    pub(crate) fn shown(&self) -> Value {
        Value::from_json(serde_json::json!({
            "asOf": Date(self.default.as_of).to_value(),
            "knownAt": Instant(self.known_at).to_value(),
            "revision": self.default.revision,
        }))
        .expect("JSON is a value")
    }
}

/// The basis that a request asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    as_of: Option<Date>,
    known_at: Option<Instant>,
    /// The revision that `known_at` must find.
    revision: Option<Revision>,
}

impl Asked {
    /// What the request's own `extensions.basis` says, as an earlier answer showed it.
    pub(crate) fn parse(extensions: &async_graphql::Extensions) -> Result<Self> {
        let Some(value) = extensions.get("basis") else { return Ok(Self::default()) };
        let Value::Object(basis) = value else { return Err(invalid()) };
        let mut asked = Self::default();
        for (key, value) in basis {
            match (key.as_str(), value) {
                ("asOf" | "knownAt" | "revision", Value::Null) => {}
                ("asOf", Value::String(text)) => asked.as_of = Some(Date::parse(text).ok_or_else(invalid)?),
                ("knownAt", Value::String(text)) => asked.known_at = Some(Instant::parse(text).ok_or_else(invalid)?),
                ("revision", Value::Number(number)) => asked.revision = Some(number.as_i64().ok_or_else(invalid)?),
                ("asOf" | "knownAt" | "revision", _) => return Err(invalid()),
                _ => return Err(Error::input("extensions.basis", format!("{INVALID}; it has no {}", quoted(key)))),
            }
        }
        if asked.revision.is_some() && asked.known_at.is_none() {
            return Err(Error::input(
                "extensions.basis",
                "`extensions.basis` names a `revision` without its `knownAt`; send both back as the answer showed them",
            ));
        }
        Ok(asked)
    }
}

impl Asked {
    /// The last write that is known at the basis; `None`: nothing was written. Without a write the only instant that will
    /// find nothing for ever is one before every clock.
    fn last(&self, image: &Image) -> Result<Option<(Revision, DateTime<Utc>)>> {
        let last = match self.known_at {
            Some(Instant(instant)) => image.known_at(instant),
            None => image.head(),
        };
        let revision = last.map_or(0, |(revision, _)| revision);
        if let Some(expected) = self.revision.filter(|expected| *expected != revision) {
            return Err(Error::input(
                "extensions.basis",
                format!(
                    "`extensions.basis` contradicts itself: the last revision known at its `knownAt` is {revision}, not \
                 {expected}; send both back as the answer showed them, or leave `revision` out"
                ),
            ));
        }
        Ok(last)
    }

    /// Whether no later write is known at its instant: each has a later one.
    fn is_of_the_past(&self, image: &Image) -> bool {
        self.known_at.is_some_and(|Instant(instant)| image.head().is_some_and(|(_, head)| instant <= head))
    }
}

/// What an address asks of the register as a whole: a day only where it names one.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Of facts that hold on dates, those of this day; `None`: all.
    pub as_of: Option<NaiveDate>,
    /// The last revision that is known.
    pub revision: Revision,
    /// Its instant; `None`: nothing was written.
    pub known_at: Option<DateTime<Utc>>,
    /// What it follows from, and whether no later write changes it.
    pub identity: Identity,
}

impl Whole {
    /// What the parameters of an address ask for: `asOf`, `knownAt` and `revision`, which may all be missing.
    pub fn read(pairs: &[(String, String)], image: &Image) -> Result<Self, Answer> {
        Self::asked(pairs, image).map_err(Answer::refused)
    }

    fn asked(pairs: &[(String, String)], image: &Image) -> Result<Self> {
        let given = parameter::read(&Parameter::of_basis(), pairs)?;
        let extensions = given.basis.into_iter().map(|basis| ("basis".to_owned(), basis)).collect();
        let asked = Asked::parse(&async_graphql::Extensions(extensions))?;
        let (revision, known_at) = asked.last(image)?.map_or((0, None), |(revision, at)| (revision, Some(at)));
        let as_of = asked.as_of.map(|Date(day)| day);
        let told = format!("{:?} {revision} {known_at:?} {as_of:?}", image.register());
        let identity = Identity { digest: crate::graphql::digest(&told), is_fixed: asked.is_of_the_past(image) };
        Ok(Self { as_of, revision, known_at, identity })
    }

    /// The basis as an address can ask for it again.
    pub fn in_address(&self) -> String {
        let instant = |at| format!("knownAt={}&", Instant(at).to_value().to_string().trim_matches('"'));
        let day = self.as_of.map(|day| format!("asOf={day}&")).unwrap_or_default();
        let known_at = self.known_at.map(instant).unwrap_or_default();
        format!("{day}{known_at}revision={}", self.revision)
    }
}

const INVALID: &str =
    "`extensions.basis` must be as an answer shows it: { asOf: Date, knownAt: DateTime, revision: Int }";

fn invalid() -> Error {
    Error::input("extensions.basis", INVALID)
}

/// What resolvers ask of a request.
pub(crate) trait ContextExt {
    /// The database.
    fn db(&self) -> &Reader;
    /// The basis of the request.
    fn basis(&self) -> &Basis;
    /// The ledger's image that the request is answered from.
    fn image(&self) -> &Arc<Image>;
    /// A list of the answer, whose rows count like those of pages.
    fn list<R, T>(&self, rows: Vec<R>, shown: impl FnMut(R) -> T) -> Result<Vec<T>>;
    /// Waits for the turn of a field that keeps the processor: one at a time of a request, with room for other requests
    /// before one whenever they have kept it for a while. Without it a request of many such fields would be answered in one
    /// go, past the end of its time.
    async fn turn(&self) -> Turn<'_>;
}

/// The turn of a field; the next one's begins at its end.
pub(crate) struct Turn<'a>(#[expect(dead_code, reason = "held, and not read")] SemaphorePermit<'a>);

impl ContextExt for Context<'_> {
    fn db(&self) -> &Reader {
        &self.basis().reader
    }

    fn basis(&self) -> &Basis {
        self.data_unchecked::<Arc<Basis>>()
    }

    fn image(&self) -> &Arc<Image> {
        &self.basis().image
    }

    fn list<R, T>(&self, rows: Vec<R>, shown: impl FnMut(R) -> T) -> Result<Vec<T>> {
        self.basis().hold(rows.len())?;
        Ok(rows.into_iter().map(shown).collect())
    }

    async fn turn(&self) -> Turn<'_> {
        let basis = self.basis();
        let turn = basis.turns.acquire().await.expect("nobody closes the semaphore");
        let gave_way = || basis.gave_way.lock().expect("no panic while the lock is held");
        let spell = gave_way().elapsed();
        if spell > SPELL {
            tokio::task::yield_now().await;
            *gave_way() = time::Instant::now();
        }
        Turn(turn)
    }
}

//! The documents facts come from.

use std::sync::Arc;

pub use entity::source::Model;
use entity::{Revision, id::SourceId, source::SourceKind};

use crate::domain::{
    ledger::Image,
    positions::SourceAt,
    search::{self, Needle},
    store::{
        gathered::{Directions, Term, ended, page_of},
        page::{KeyKind, Page, PageRequest},
    },
};

/// An order of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the date of publication, undated ones as the latest.
    PublishedOn,
    /// By the title, without regard to accents and case.
    Title,
    /// By when they were first recorded.
    Recorded,
}

/// What the cursors of an order carry.
pub fn kinds(order: &[(Order, bool)]) -> Vec<KeyKind> {
    let kind = |(field, _): &(Order, bool)| match field {
        Order::PublishedOn | Order::Title => KeyKind::Text,
        Order::Recorded => KeyKind::Id,
    };
    ended(order, Order::Recorded).iter().map(kind).collect()
}

/// The date of publication as it is compared; of undated sources, the last that there is.
fn date(source: &Model) -> String {
    source.published_on.map_or_else(|| "9999-12-31".to_owned(), |on| on.to_string())
}

/// The sources known at a revision, of some kinds and with titles that contain `search`.
pub fn list(
    image: &Image,
    kinds: Option<&[SourceKind]>,
    search: Option<&str>,
    order: &[(Order, bool)],
    revision: Revision,
    request: &PageRequest,
) -> Page<Arc<Model>> {
    let needle = search.map(Needle::from_text);
    let is_found = |source: &Model| match &needle {
        None => true,
        Some(None) => false,
        Some(Some(needle)) => {
            let line = search::line(&search::form(&source.title), &source.title);
            needle.is_blank() || needle.found_in(&line).is_some()
        }
    };
    let wanted = |source: &&Arc<Model>| {
        is_known(source, revision) && kinds.is_none_or(|kinds| kinds.contains(&source.kind)) && is_found(source)
    };
    let terms = ended(order, Order::Recorded);
    let texts = |source: &Model| (date(source), search::form(&source.title));
    let found: Vec<_> = image.sources().all().filter(wanted).map(|source| (source, texts(source))).collect();
    let rows = found.iter().map(|(source, (date, title))| {
        let term = |(field, _): &(Order, bool)| match field {
            Order::PublishedOn => Term::Text(date),
            Order::Title => Term::Text(title),
            Order::Recorded => Term::Id(source.id.0),
        };
        (*source, terms.iter().map(term).collect())
    });
    let order = Directions::from(terms.as_slice());
    page_of(rows, &order, request).map(Arc::clone)
}

fn is_known(source: &Model, revision: Revision) -> bool {
    source.recorded_rev <= revision && source.superseded_rev.is_none_or(|by| by > revision)
}

/// A source whatever the revision: a fact keeps the one that it was recorded by.
///
/// The image holds the source of every fact of its database, for no fact is recorded before its
/// source.
pub fn held(image: &Image, id: SourceId) -> Option<&Arc<Model>> {
    image.sources().position(id).map(|at| image.sources().get(at))
}

/// A source, if it is part of the register at a revision.
pub fn known(image: &Image, id: SourceId, revision: Revision) -> Option<&Arc<Model>> {
    held(image, id).filter(|source| is_known(source, revision))
}

/// The source at a position.
pub fn at(image: &Image, at: SourceAt) -> &Arc<Model> {
    image.sources().get(at)
}

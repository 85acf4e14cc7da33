//! The documents facts come from.

use std::sync::Arc;

pub use entity::source::Model;
use entity::{Revision, id::SourceId, source::SourceKind};

use super::{
    gathered::{Directions, Term, page_of},
    ledger::Image,
    page::{KeyKind, Page, PageRequest},
    positions::SourceAt,
    search::{self, Needle},
};

/// What the cursors carry: the date of publication, the id.
pub const KEYS: [KeyKind; 2] = [KeyKind::Text, KeyKind::Id];

/// The date of publication as it is compared; of undated sources, the last that there is.
fn date(source: &Model) -> String {
    source.published_on.map_or_else(|| "9999-12-31".to_owned(), |on| on.to_string())
}

/// The sources known at a revision, of some kinds and with titles that contain `search`, by date of
/// publication, undated ones last.
pub fn list(
    image: &Image,
    kinds: Option<&[SourceKind]>,
    search: Option<&str>,
    descends: bool,
    revision: Revision,
    request: &PageRequest,
) -> Page<Arc<Model>> {
    let needle = search.map(Needle::of);
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
    let found: Vec<_> = image.sources().all().filter(wanted).map(|source| (source, date(source))).collect();
    let rows =
        found.iter().map(|(source, date)| (*source, [Term::Text(date), Term::Id(source.id.0)].into_iter().collect()));
    let order = Directions::from([((), descends); 2].as_slice());
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

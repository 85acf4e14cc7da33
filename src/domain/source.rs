//! The documents facts come from.

use std::{cmp::Ordering, sync::Arc};

use chrono::NaiveDate;
pub use entity::source::Model;
use entity::{PartialDate, Revision, id::SourceId, source::SourceKind};

use super::{
    gathered::{self, page_of},
    ledger::Image,
    page::{Key, KeyKind, Page, PageRequest},
    positions::SourceAt,
    search::{self, Needle},
};

/// What the cursors carry: the date of publication, the id.
pub const KEYS: [KeyKind; 2] = [KeyKind::Text, KeyKind::Id];

/// By date of publication, undated ones last.
struct ByDate {
    descends: bool,
}

/// The date of publication as it is compared; of undated sources, the last that there is.
fn date(source: &Model) -> PartialDate {
    source.published_on.unwrap_or(PartialDate::day(NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day")))
}

impl gathered::Order<Arc<Model>> for ByDate {
    fn compare(&self, row: &Arc<Model>, other: &Arc<Model>) -> Ordering {
        let ordering = (date(row), row.id).cmp(&(date(other), other.id));
        if self.descends { ordering.reverse() } else { ordering }
    }

    fn compare_to(&self, row: &Arc<Model>, keys: &[Key]) -> Ordering {
        let [Key::Text(text), Key::Id(id)] = keys else { unreachable!("cursors are checked against their kinds") };
        let ordering = date(row).to_string().cmp(text).then_with(|| row.id.0.cmp(id));
        if self.descends { ordering.reverse() } else { ordering }
    }

    fn keys(&self, row: &Arc<Model>) -> Vec<Key> {
        vec![Key::Text(date(row).to_string()), Key::Id(row.id.0)]
    }
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
    page_of(image.sources().all().filter(wanted).cloned(), &ByDate { descends }, request)
}

fn is_known(source: &Model, revision: Revision) -> bool {
    source.recorded_rev <= revision && source.superseded_rev.is_none_or(|by| by > revision)
}

/// The source of a fact that the image holds, or that the database held at its revision.
pub fn held(image: &Image, id: SourceId) -> &Arc<Model> {
    let at = image.sources().position(id).expect("a foreign key holds every fact's source, recorded no later than it");
    image.sources().get(at)
}

/// A source, if it is part of the register at a revision.
pub fn known(image: &Image, id: SourceId, revision: Revision) -> Option<&Arc<Model>> {
    let held = image.sources().get(image.sources().position(id)?);
    is_known(held, revision).then_some(held)
}

/// The source at a position.
pub fn at(image: &Image, at: SourceAt) -> &Arc<Model> {
    image.sources().get(at)
}

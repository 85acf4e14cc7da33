//! The documents facts come from.

use std::sync::Arc;

pub use entity::source::Model;
use entity::{
    Revision,
    id::SourceId,
    source::{Column, Entity, SourceKind},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    Result,
    ledger::Image,
    page::{self, KeyKind, List, Page, PageRequest, Term},
    positions::SourceAt,
    time,
};

/// What the cursors carry: the date of publication, the id.
pub const KEYS: [KeyKind; 2] = [KeyKind::Text, KeyKind::Id];

/// The sources known at a revision, by date of publication, undated ones last.
pub async fn list(
    db: &impl ConnectionTrait,
    kinds: Option<&[SourceKind]>,
    descending: bool,
    revision: Revision,
    request: &PageRequest,
) -> Result<Page<Model>> {
    let mut condition = Condition::all().add(time::known::<Entity>(revision));
    if let Some(kinds) = kinds {
        condition = condition.add(Column::Kind.is_in(kinds.iter().copied()));
    }
    let order = vec![
        Term::new(Expr::cust("coalesce(source.published_on, '9999-12-31')"), KEYS[0], descending),
        Term::new(Column::Id.into_expr(), KEYS[1], descending),
    ];
    page::read(db, List::of(Entity::find().filter(condition), order), request).await
}

/// The source of a fact that the image holds, or that the database held at its revision.
pub fn held(image: &Image, id: SourceId) -> &Arc<Model> {
    let at = image.sources().position(id).expect("a foreign key holds every fact's source, recorded no later than it");
    image.sources().get(at)
}

/// A source, if it is part of the register at a revision.
pub fn known(image: &Image, id: SourceId, revision: Revision) -> Option<&Arc<Model>> {
    let held = image.sources().get(image.sources().position(id)?);
    let is_known = held.recorded_rev <= revision && held.superseded_rev.is_none_or(|by| by > revision);
    is_known.then_some(held)
}

/// The source at a position.
pub fn at(image: &Image, at: SourceAt) -> &Arc<Model> {
    image.sources().get(at)
}

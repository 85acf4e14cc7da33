//! What rests on a source: facts of every kind, as the register holds them.

pub use entity::sourced_fact::Model;
use entity::{
    Revision,
    id::SourceId,
    sourced_fact::{Column, Entity, FactKind},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::domain::{
    Result,
    store::page::{self, KeyKind, List, Page, PageRequest, Term},
    time::known,
};

/// What the cursors of the list carry: the kind, and the id.
pub const KINDS: [KeyKind; 2] = [KeyKind::Text, KeyKind::Id];

/// The facts that rest on a source as known at a revision, by kind, then in the order of recording.
pub async fn list(
    db: &impl ConnectionTrait,
    source: SourceId,
    kinds: Option<&[FactKind]>,
    revision: Revision,
    request: &PageRequest,
) -> Result<Page<Model>> {
    let mut condition = known::<Entity>(revision).add(Column::SourceId.eq(source));
    if let Some(kinds) = kinds {
        condition = condition.add(Column::Kind.is_in(kinds.iter().copied()));
    }
    let order = vec![
        Term::new(Column::Kind.into_expr(), KeyKind::Text, false),
        Term::new(Column::Id.into_expr(), KeyKind::Id, false),
    ];
    page::read(db, List::new(Entity::find().filter(condition), order), request).await
}

//! The documents facts come from.

pub use entity::source::Model;
use entity::{
    Revision,
    id::SourceId,
    source::{Column, Entity, SourceKind},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    Result, dialect,
    page::{self, KeyKind, List, Page, PageRequest, Term},
    time::known,
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
    let mut condition = Condition::all().add(known::<Entity>(revision));
    if let Some(kinds) = kinds {
        condition = condition.add(Column::Kind.is_in(kinds.iter().copied()));
    }
    let order = vec![
        Term::new(Expr::cust("coalesce(source.published_on, '9999-12-31')"), KEYS[0], descending),
        Term::new(Column::Id.into_expr(), KEYS[1], descending),
    ];
    page::read(db, List::of(Entity::find().filter(condition), order), request).await
}

/// The sources with these ids, superseded ones too: a fact keeps the source it was recorded with.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[SourceId]) -> Result<Vec<Model>> {
    let wanted = dialect::any_of(db.get_database_backend(), Column::Id.into_expr(), ids.iter().copied());
    Ok(Entity::find().filter(wanted).all(db).await?)
}

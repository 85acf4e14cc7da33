//! Facts by the ids of their rows.

use entity::{Recorded, Revision};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};

use crate::domain::{Result, store::dialect::any_of, time::known};

/// The rows of facts by their ids, while they are part of the register.
pub async fn facts_known<E: Recorded>(
    db: &impl ConnectionTrait,
    values: impl IntoIterator<Item = impl Into<uuid::Uuid>>,
    revision: Revision,
) -> Result<Vec<E::Model>> {
    let wanted = any_of(db.get_database_backend(), E::ID.into_expr(), values);
    Ok(E::find().filter(wanted).filter(known::<E>(revision)).all(db).await?)
}

/// The rows of facts by their ids, superseded ones too: what refers to a row refers to it as it was.
pub async fn facts<E: Recorded>(
    db: &impl ConnectionTrait,
    values: impl IntoIterator<Item = impl Into<uuid::Uuid>>,
) -> Result<Vec<E::Model>> {
    Ok(E::find().filter(any_of(db.get_database_backend(), E::ID.into_expr(), values)).all(db).await?)
}

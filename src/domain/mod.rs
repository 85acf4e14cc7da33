//! What is true: the register's meaning, without GraphQL and without HTTP.
//!
//! Bottom up: [`time`] and [`revision`] say when; [`condition`] says which; [`page`] reads lists in order;
//! [`mod@reference`] holds what is not the register's own; then the concepts, of which [`participation`] joins
//! [`organization`] and [`cluster`]; the [`ledger`], and what is read from it: [`statistics`] and [`eligibility`].

pub mod change;
pub mod check;
pub mod cluster;
pub mod condition;
pub mod criteria;
pub mod database;
mod dialect;
pub mod eligibility;
pub mod enterprise_number;
pub mod enumerated;
mod error;
pub mod event;
pub mod figure;
mod gathered;
pub mod identifier;
mod kleene;
pub mod ledger;
pub mod organization;
mod organization_set;
pub mod page;
pub mod participation;
mod population;
pub mod positions;
pub mod present;
pub mod programme;
pub mod reading;
pub mod record;
pub mod reference;
pub mod restricted;
pub mod revision;
pub mod search;
pub mod source;
pub mod sourced_fact;
pub mod statistics;
pub mod term;
pub mod time;
pub mod updated;
mod visit;

pub(crate) use dialect::{any_of, any_of_texts};
pub use error::{Error, quoted, with_causes};

/// What domain functions answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

use entity::{Recorded, Revision};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};

/// The rows of facts by their ids, while they are part of the register.
pub async fn facts_known<E: Recorded>(
    db: &impl ConnectionTrait,
    id: E::Column,
    values: impl IntoIterator<Item = impl Into<uuid::Uuid>>,
    revision: Revision,
) -> Result<Vec<E::Model>> {
    let wanted = dialect::any_of(db.get_database_backend(), id.into_expr(), values);
    Ok(E::find().filter(wanted).filter(time::known::<E>(revision)).all(db).await?)
}

/// The rows of facts by their ids, superseded ones too: what refers to a row refers to it as it was.
pub async fn facts<E: Recorded>(
    db: &impl ConnectionTrait,
    id: E::Column,
    values: impl IntoIterator<Item = impl Into<uuid::Uuid>>,
) -> Result<Vec<E::Model>> {
    Ok(E::find().filter(dialect::any_of(db.get_database_backend(), id.into_expr(), values)).all(db).await?)
}

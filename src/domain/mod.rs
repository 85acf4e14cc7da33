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
mod facts;
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
pub use facts::{facts, facts_known};

/// What domain functions answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

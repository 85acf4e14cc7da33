//! What is true: the register's meaning, without GraphQL and without HTTP.
//!
//! Bottom up: [`time`] and [`revision`] say when; [`condition`] says which; [`store`] keeps rows and reads lists of
//! them in order; [`mod@reference`] holds what is not the register's own. Then come the concepts, of which
//! [`participation`] joins [`organization`] and [`cluster`]; the [`ledger`], and what is read from it: `population`,
//! [`statistics`], [`eligibility`] and [`change`].

pub mod change;
pub mod cluster;
pub mod condition;
pub mod criteria;
pub mod eligibility;
pub mod enterprise_number;
mod error;
pub mod event;
pub mod figure;
pub mod identifier;
mod kleene;
pub mod ledger;
pub mod organization;
mod organization_set;
pub mod participation;
mod population;
pub mod positions;
pub mod present;
pub mod programme;
pub mod reference;
pub mod restricted;
pub mod revision;
pub mod search;
pub mod source;
pub mod sourced_fact;
pub mod statistics;
pub mod store;
pub mod term;
pub mod time;
pub mod updated;
mod visit;

pub use error::{Error, quoted, with_causes};
pub(crate) use store::dialect::{any_of, any_of_texts};
pub use store::facts::{facts, facts_known};

/// What domain functions answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

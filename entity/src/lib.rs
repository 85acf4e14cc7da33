//! The tables of the register as Rust types, and the values their columns hold.
//!
//! ```text
//! revision <── recorded_rev, superseded_rev of every row below
//! source   <── source_id of every fact
//!
//! organization ── organization_profile, organization_name, organization_identifier,
//!       │         site, activity, attribute, judgement (of a cluster)
//! cluster ─────── cluster_profile, cluster_event, sector ── sector_nace, service,
//!       │         published_figure
//! programme ───── programme_profile, programme_cluster, published_figure
//! criteria ────── criteria_profile ── criterion
//! participation ─ participation_period, referral
//!
//! register: the id of the database
//! municipality, nace_class: reference data, outside the register
//! ```
//!
//! `organization`, `cluster`, `programme`, `criteria` and `participation` are *anchors*: an id and a key that never
//! change, for foreign keys and clients to hold on to. Everything that can be corrected stands in rows that carry
//! **record time**: a row is part of the register from `recorded_rev` until `superseded_rev` (null: it still is). Such
//! a row is never changed otherwise. Rows whose truth has dates carry **valid time** too: they hold from `valid_from`
//! until the day before `valid_to`.
#![expect(missing_docs, reason = "a column is documented where it is published, in the GraphQL schema")]

#[macro_use]
mod text_enum;

pub mod activity;
pub mod attribute;
pub mod cluster;
pub mod cluster_event;
pub mod cluster_profile;
pub mod criteria;
pub mod criteria_profile;
pub mod criterion;
pub mod id;
pub mod judgement;
pub mod labels;
pub mod municipality;
pub mod nace_class;
pub mod organization;
pub mod organization_identifier;
pub mod organization_name;
pub mod organization_profile;
pub mod partial_date;
pub mod participation;
pub mod participation_period;
pub mod programme;
pub mod programme_cluster;
pub mod programme_profile;
pub mod published_figure;
pub mod recorded;
pub mod referral;
pub mod register;
pub mod revision;
pub mod rule;
pub mod sector;
pub mod sector_nace;
pub mod service;
pub mod site;
pub mod source;
pub mod sourced_fact;
pub mod term;

pub use labels::{Labels, Language};
pub use nace_class::NaceVersion;
pub use partial_date::PartialDate;
pub use recorded::{About, Dated, Recorded};
pub use text_enum::TextEnum;

/// The number of a committed write: 1, 2, 3, … without gaps, in the order of commits.
pub type Revision = i64;

//! Trihelix: cluster ecosystem data, at any date, with the source of every fact.
//!
//! A question flows one way:
//!
//! ```text
//! http     the wire: routes, health, who asks, what time it is
//!   v
//! graphql  what clients see: types, arguments, pages, errors
//!   v
//! domain   what is true: time, participations, criteria; SQL
//!   v
//! entity   the tables (a crate of its own, as is `migration`)
//! ```
//!
//! Beside `http` stands [`page`], which makes pages for people of what `graphql` answers. Beside the
//! flow, [`dataset`] reads data packages into the register, and makes synthetic ones.

pub mod cli;
pub mod config;
pub mod dataset;
pub mod domain;
pub mod graphql;
pub mod http;
pub mod page;
pub mod progress;
pub mod synthetic;
pub mod telemetry;
mod words;

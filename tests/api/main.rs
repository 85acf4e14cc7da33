//! The API as a client sees it: every test asks the real router over a real database of its own.
//!
//! On SQLite by default; on PostgreSQL where `TRIHELIX_TEST_DATABASE_URL` names a server. `./test` does both.

mod support;

mod acceptance;
mod agreement;
mod architecture;
mod browser;
mod cache;
mod change_control;
mod cli;
mod clients;
mod conformance;
mod connections;
mod downloads;
mod durability;
mod eligibility;
mod errors;
mod export;
mod figures;
mod filter;
mod generate;
mod history;
mod hostile;
mod http;
mod import;
mod isolation;
mod lists;
mod migration;
mod node;
mod null_propagation;
mod organization;
mod pages;
mod pagination;
mod participation;
mod plans;
mod saved;
mod schema;
mod sourced_fact;
mod statements;
mod statistics;
mod telemetry;
mod time;

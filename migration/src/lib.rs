//! The history of the database: an ordered list of steps, the same for SQLite and PostgreSQL.
//!
//! Steps are written in SQL, in PostgreSQL's words; `ddl` translates the column types for SQLite. What only
//! PostgreSQL has (exclusion constraints, trigram indexes, covering columns) is passed apart.

mod ddl;
mod m20261101_000001_revision;
mod m20261101_000002_reference;
mod m20261101_000003_organization;
mod m20261101_000004_cluster;
mod m20261101_000005_participation;
mod m20261101_000006_criteria;
mod m20261101_000007_published_figure;
mod m20261124_000008_ledger;
mod m20261124_000009_eligibility;
mod m20261125_000010_criteria_anchor;
mod m20261125_000011_register;
mod m20261125_000012_current_rows;
mod m20261126_000013_lists;
mod m20261126_000014_days;
mod m20261126_000015_changes;
mod m20261126_000016_term;
mod m20261126_000017_programme;
mod m20261126_000018_sourced_fact;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// Brings a database to the current schema.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261101_000001_revision::Migration),
            Box::new(m20261101_000002_reference::Migration),
            Box::new(m20261101_000003_organization::Migration),
            Box::new(m20261101_000004_cluster::Migration),
            Box::new(m20261101_000005_participation::Migration),
            Box::new(m20261101_000006_criteria::Migration),
            Box::new(m20261101_000007_published_figure::Migration),
            Box::new(m20261124_000008_ledger::Migration),
            Box::new(m20261124_000009_eligibility::Migration),
            Box::new(m20261125_000010_criteria_anchor::Migration),
            Box::new(m20261125_000011_register::Migration),
            Box::new(m20261125_000012_current_rows::Migration),
            Box::new(m20261126_000013_lists::Migration),
            Box::new(m20261126_000014_days::Migration),
            Box::new(m20261126_000015_changes::Migration),
            Box::new(m20261126_000016_term::Migration),
            Box::new(m20261126_000017_programme::Migration),
            Box::new(m20261126_000018_sourced_fact::Migration),
        ]
    }
}

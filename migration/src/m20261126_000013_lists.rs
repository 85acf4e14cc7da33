//! Indexes by which the ledger finds the names, sources and participations that a write recorded;
//! and without those by which lists were read before the ledger answered them.

crate::ddl::step! {
    both: r#"
CREATE INDEX IF NOT EXISTS organization_name_recorded ON organization_name (recorded_rev);
CREATE INDEX IF NOT EXISTS organization_name_superseded ON organization_name (superseded_rev) WHERE superseded_rev IS NOT NULL;
CREATE INDEX IF NOT EXISTS source_recorded ON source (recorded_rev);
CREATE INDEX IF NOT EXISTS source_superseded ON source (superseded_rev) WHERE superseded_rev IS NOT NULL;
CREATE INDEX IF NOT EXISTS participation_recorded ON participation (recorded_rev);
DROP INDEX IF EXISTS organization_profile_name;
DROP INDEX IF EXISTS organization_profile_sphere;
DROP INDEX IF EXISTS site_municipality;
DROP INDEX IF EXISTS activity_code;
DROP INDEX IF EXISTS attribute_code;
DROP INDEX IF EXISTS cluster_profile_name
"#,
    postgres: "DROP INDEX IF EXISTS organization_name_search",
}

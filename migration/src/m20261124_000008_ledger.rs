//! Indexes by which the ledger finds what a write recorded and superseded.

crate::ddl::step! {
    both: r#"
CREATE INDEX IF NOT EXISTS organization_recorded ON organization (recorded_rev);
CREATE INDEX IF NOT EXISTS organization_profile_recorded ON organization_profile (recorded_rev);
CREATE INDEX IF NOT EXISTS organization_profile_superseded ON organization_profile (superseded_rev) WHERE superseded_rev IS NOT NULL;
CREATE INDEX IF NOT EXISTS site_recorded ON site (recorded_rev);
CREATE INDEX IF NOT EXISTS site_superseded ON site (superseded_rev) WHERE superseded_rev IS NOT NULL;
CREATE INDEX IF NOT EXISTS activity_recorded ON activity (recorded_rev);
CREATE INDEX IF NOT EXISTS activity_superseded ON activity (superseded_rev) WHERE superseded_rev IS NOT NULL;
CREATE INDEX IF NOT EXISTS participation_period_recorded ON participation_period (recorded_rev);
CREATE INDEX IF NOT EXISTS participation_period_superseded ON participation_period (superseded_rev) WHERE superseded_rev IS NOT NULL
"#,
    postgres: "",
}

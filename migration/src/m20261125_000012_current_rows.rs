//! Indexes by which an import finds the rows that stand of what its package brought before.
//!
//! They hold current rows only, so that no reading at a point in time can take them for its own.

crate::ddl::step! {
    both: r#"
CREATE INDEX source_standing ON source (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX organization_name_standing ON organization_name (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX cluster_profile_standing ON cluster_profile (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX cluster_event_standing ON cluster_event (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX sector_standing ON sector (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX service_standing ON service (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX published_figure_standing ON published_figure (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX criteria_profile_standing ON criteria_profile (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX referral_standing ON referral (recorded_rev) WHERE superseded_rev IS NULL
"#,
    postgres: "",
}

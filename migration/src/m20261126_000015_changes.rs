//! Indexes by which changes of all clusters are found: what was recorded or superseded between two
//! revisions, and the versions of criteria that came into force between two days.

crate::ddl::step! {
    both: r#"
CREATE INDEX cluster_event_learnt ON cluster_event (recorded_rev);
CREATE INDEX cluster_event_superseded ON cluster_event (superseded_rev) WHERE superseded_rev IS NOT NULL;
CREATE INDEX criteria_profile_learnt ON criteria_profile (recorded_rev);
CREATE INDEX criteria_profile_superseded ON criteria_profile (superseded_rev) WHERE superseded_rev IS NOT NULL;
CREATE INDEX criteria_profile_from ON criteria_profile (valid_from);
CREATE INDEX published_figure_learnt ON published_figure (recorded_rev);
CREATE INDEX published_figure_superseded ON published_figure (superseded_rev) WHERE superseded_rev IS NOT NULL
"#,
    postgres: "",
}

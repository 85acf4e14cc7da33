//! Indexes by which events and published figures of all clusters are read in the order of their days.

crate::ddl::step! {
    both: r#"
CREATE INDEX IF NOT EXISTS cluster_event_day ON cluster_event (coalesce("on", '9999-12-31'), id);
CREATE INDEX IF NOT EXISTS published_figure_day ON published_figure (coalesce("on", '9999-12-31'), id)
"#,
    postgres: "",
}

//! What rests on a source, whatever kind of fact it is.

crate::ddl::step! {
    both: r#"
CREATE VIEW sourced_fact AS
SELECT id, CAST('activity' AS TEXT) COLLATE "C" AS kind, source_id,
    organization_id, CAST(NULL AS UUID) AS cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM activity
UNION ALL
SELECT id, CAST('attribute' AS TEXT) COLLATE "C" AS kind, source_id,
    organization_id, CAST(NULL AS UUID) AS cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM attribute
UNION ALL
SELECT id, CAST('cluster' AS TEXT) COLLATE "C" AS kind, source_id,
    CAST(NULL AS UUID) AS organization_id, cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM cluster_profile
UNION ALL
SELECT id, CAST('criteria' AS TEXT) COLLATE "C" AS kind, source_id,
    CAST(NULL AS UUID) AS organization_id, cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM criteria_profile
UNION ALL
SELECT id, CAST('event' AS TEXT) COLLATE "C" AS kind, source_id,
    CAST(NULL AS UUID) AS organization_id, cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM cluster_event
UNION ALL
SELECT id, CAST('figure' AS TEXT) COLLATE "C" AS kind, source_id,
    CAST(NULL AS UUID) AS organization_id, cluster_id, programme_id,
    recorded_rev, superseded_rev
FROM published_figure
UNION ALL
SELECT id, CAST('judgement' AS TEXT) COLLATE "C" AS kind, source_id,
    organization_id, cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM judgement
UNION ALL
SELECT id, CAST('organization' AS TEXT) COLLATE "C" AS kind, source_id,
    organization_id, CAST(NULL AS UUID) AS cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM organization_profile
UNION ALL
SELECT id, CAST('participation' AS TEXT) COLLATE "C" AS kind, source_id,
    organization_id, cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM participation_period
UNION ALL
SELECT id, CAST('programme' AS TEXT) COLLATE "C" AS kind, source_id,
    CAST(NULL AS UUID) AS organization_id, CAST(NULL AS UUID) AS cluster_id, programme_id,
    recorded_rev, superseded_rev
FROM programme_profile
UNION ALL
SELECT id, CAST('programme_cluster' AS TEXT) COLLATE "C" AS kind, source_id,
    CAST(NULL AS UUID) AS organization_id, cluster_id, programme_id,
    recorded_rev, superseded_rev
FROM programme_cluster
UNION ALL
SELECT r.id, CAST('referral' AS TEXT) COLLATE "C" AS kind, r.source_id, p.organization_id, p.cluster_id,
    CAST(NULL AS UUID) AS programme_id, r.recorded_rev, r.superseded_rev
FROM referral r JOIN participation p ON p.id = r.participation_id
UNION ALL
SELECT id, CAST('sector' AS TEXT) COLLATE "C" AS kind, source_id,
    CAST(NULL AS UUID) AS organization_id, cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM sector
UNION ALL
SELECT id, CAST('service' AS TEXT) COLLATE "C" AS kind, source_id,
    CAST(NULL AS UUID) AS organization_id, cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM service
UNION ALL
SELECT id, CAST('site' AS TEXT) COLLATE "C" AS kind, source_id,
    organization_id, CAST(NULL AS UUID) AS cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM site
UNION ALL
SELECT id, CAST('term' AS TEXT) COLLATE "C" AS kind, source_id,
    CAST(NULL AS UUID) AS organization_id, cluster_id, CAST(NULL AS UUID) AS programme_id,
    recorded_rev, superseded_rev
FROM term;
CREATE INDEX activity_source ON activity (source_id);
CREATE INDEX attribute_source ON attribute (source_id);
CREATE INDEX cluster_profile_source ON cluster_profile (source_id);
CREATE INDEX criteria_profile_source ON criteria_profile (source_id);
CREATE INDEX cluster_event_source ON cluster_event (source_id);
CREATE INDEX published_figure_source ON published_figure (source_id);
CREATE INDEX judgement_source ON judgement (source_id);
CREATE INDEX organization_profile_source ON organization_profile (source_id);
CREATE INDEX participation_period_source ON participation_period (source_id);
CREATE INDEX programme_profile_source ON programme_profile (source_id);
CREATE INDEX programme_cluster_source ON programme_cluster (source_id);
CREATE INDEX referral_source ON referral (source_id);
CREATE INDEX sector_source ON sector (source_id);
CREATE INDEX service_source ON service (source_id);
CREATE INDEX site_source ON site (source_id);
CREATE INDEX term_source ON term (source_id)
"#,
    postgres: "",
}

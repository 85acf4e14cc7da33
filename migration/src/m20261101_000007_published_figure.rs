//! Figures asserted in public.

crate::ddl::step! {
    both: r#"
CREATE TABLE published_figure (
    id UUID PRIMARY KEY,
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    metric TEXT NOT NULL CHECK (metric IN ('members', 'member_companies', 'effective_members', 'candidate_members', 'partners', 'leavers', 'exclusions', 'joined_participants', 'candidacies_withdrawn', 'candidates_promoted', 'company_share', 'participation_rate', 'advisory_board_companies', 'advisory_board_partners', 'advisory_board_coopted', 'working_groups', 'support_cases', 'advice_given', 'strategic_objectives', 'circular_business_models', 'projects_industrialised', 'projects_at_break_even', 'years_to_evaluation', 'other')),
    nature TEXT NOT NULL CHECK (nature IN ('actual', 'target')),
    value DOUBLE PRECISION,
    disclosure TEXT NOT NULL CHECK (disclosure IN ('disclosed', 'not_disclosed')),
    qualifier TEXT NOT NULL CHECK (qualifier IN ('exactly', 'about', 'more_than', 'at_least')),
    population TEXT,
    "on" TEXT COLLATE "C",
    explanation JSONB NOT NULL,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev),
    CHECK ((value IS NOT NULL) = (disclosure = 'disclosed'))
);
CREATE INDEX published_figure_cluster ON published_figure (cluster_id, "on", id);
CREATE INDEX published_figure_metric ON published_figure (metric, cluster_id)
"#,
    postgres: "",
}

//! Programmes, and figures of more than one cluster: of a part of those that are counted, in a unit, with the figure
//! that they are a part of. What one cluster alone counted, each by a metric of its own, is of the metric `other` with
//! a label.

crate::ddl::step! {
    both: r#"
CREATE TABLE programme (
    id UUID PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    recorded_rev BIGINT NOT NULL REFERENCES revision (number)
);
CREATE TABLE programme_profile (
    id UUID PRIMARY KEY,
    programme_id UUID NOT NULL REFERENCES programme (id),
    website TEXT,
    name JSONB NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    description JSONB NOT NULL,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev)
);
CREATE UNIQUE INDEX programme_profile_current ON programme_profile (programme_id) WHERE superseded_rev IS NULL;
CREATE INDEX programme_profile_all ON programme_profile (programme_id);
CREATE INDEX programme_profile_standing ON programme_profile (recorded_rev) WHERE superseded_rev IS NULL;
CREATE TABLE programme_cluster (
    id UUID PRIMARY KEY,
    programme_id UUID NOT NULL REFERENCES programme (id),
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    valid_from DATE,
    valid_to DATE,
    from_stated TEXT,
    to_stated TEXT,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (valid_to > valid_from),
    CHECK (superseded_rev > recorded_rev)
);
CREATE INDEX programme_cluster_programme ON programme_cluster (programme_id);
CREATE INDEX programme_cluster_cluster ON programme_cluster (cluster_id);
CREATE INDEX programme_cluster_standing ON programme_cluster (recorded_rev) WHERE superseded_rev IS NULL;
DROP INDEX published_figure_cluster;
DROP INDEX published_figure_metric;
DROP INDEX published_figure_standing;
DROP INDEX published_figure_day;
DROP INDEX published_figure_learnt;
DROP INDEX published_figure_superseded;
ALTER TABLE published_figure RENAME TO figure_before;
CREATE TABLE published_figure (
    id UUID PRIMARY KEY,
    cluster_id UUID REFERENCES cluster (id),
    programme_id UUID REFERENCES programme (id),
    key TEXT COLLATE "C",
    part_of TEXT COLLATE "C",
        metric TEXT NOT NULL CHECK (metric IN ('members', 'effective_members', 'candidate_members',
        'founding_members', 'partners', 'joined_members', 'joined_participants', 'leavers', 'exclusions',
        'candidacies_withdrawn', 'candidates_promoted', 'clusters', 'company_share', 'participation_rate',
        'other')),
    label JSONB NOT NULL,
    of_sphere TEXT CHECK (of_sphere IN ('company', 'research', 'public', 'civil_society')),
    of_size_class JSONB NOT NULL,
    of_group JSONB NOT NULL,
    nature TEXT NOT NULL CHECK (nature IN ('actual', 'target')),
    value DOUBLE PRECISION,
    disclosure TEXT NOT NULL CHECK (disclosure IN ('disclosed', 'not_disclosed')),
    qualifier TEXT NOT NULL CHECK (qualifier IN ('exactly', 'about', 'more_than', 'at_least', 'less_than', 'nearly')),
    unit TEXT CHECK (unit IN ('organizations', 'establishments', 'research_units', 'clusters', 'percent')),
    population TEXT,
    "on" TEXT COLLATE "C",
    comparable_with_previous BOOLEAN,
    comparison_note JSONB NOT NULL,
    quote TEXT,
    explanation JSONB NOT NULL,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev),
    CHECK ((value IS NOT NULL) = (disclosure = 'disclosed')),
    CHECK ((cluster_id IS NULL) <> (programme_id IS NULL))
);
INSERT INTO published_figure
SELECT id, cluster_id, NULL, NULL, NULL,
    CASE
        WHEN metric = 'member_companies' THEN 'members'
                WHEN metric IN ('advisory_board_companies', 'advisory_board_partners', 'advisory_board_coopted',
            'working_groups', 'support_cases', 'advice_given', 'strategic_objectives', 'circular_business_models',
            'projects_industrialised', 'projects_at_break_even', 'years_to_evaluation') THEN 'other'
        ELSE metric
    END,
    CAST(CASE metric
        WHEN 'advisory_board_companies' THEN '{"de": "Unternehmen im Beirat", "en": "companies on the advisory board", "fr": "entreprises à l’Advisory Board", "nl": "ondernemingen in de Advisory Board"}'
        WHEN 'advisory_board_partners' THEN '{"de": "Partner im Beirat", "en": "partners on the advisory board", "fr": "partenaires à l’Advisory Board", "nl": "partners in de Advisory Board"}'
        WHEN 'advisory_board_coopted' THEN '{"de": "in den Beirat kooptierte Mitglieder", "en": "members co-opted to the advisory board", "fr": "membres cooptés à l’Advisory Board", "nl": "gecoöpteerde leden van de Advisory Board"}'
        WHEN 'working_groups' THEN '{"de": "Arbeitsgruppen", "en": "working groups", "fr": "groupes de travail", "nl": "werkgroepen"}'
        WHEN 'support_cases' THEN '{"de": "Begleitungen", "en": "support cases", "fr": "accompagnements", "nl": "begeleidingen"}'
        WHEN 'advice_given' THEN '{"de": "einfache Beratungen", "en": "simple advice given", "fr": "conseils simples", "nl": "eenvoudige adviezen"}'
        WHEN 'strategic_objectives' THEN '{"de": "strategische Ziele", "en": "strategic objectives", "fr": "objectifs stratégiques", "nl": "strategische doelstellingen"}'
        WHEN 'circular_business_models' THEN '{"de": "zirkuläre Geschäftsmodelle", "en": "circular business models", "fr": "modèles d’affaires circulaires", "nl": "circulaire economische modellen"}'
        WHEN 'projects_industrialised' THEN '{"de": "industrialisierte Projekte", "en": "projects brought to industrial scale", "fr": "projets industrialisés", "nl": "geïndustrialiseerde projecten"}'
        WHEN 'projects_at_break_even' THEN '{"de": "Projekte an der Gewinnschwelle", "en": "projects at break-even", "fr": "projets à l’équilibre", "nl": "projecten op break-even"}'
        WHEN 'years_to_evaluation' THEN '{"de": "Jahre bis zur Bewertung", "en": "years to the evaluation", "fr": "années jusqu’à l’évaluation", "nl": "jaren tot de evaluatie"}'
        ELSE '{}'
    END AS JSONB),
    CASE metric WHEN 'member_companies' THEN 'company' END,
    CAST('[]' AS JSONB), CAST('{}' AS JSONB), nature, value, disclosure, qualifier,
    CASE
        WHEN metric IN ('company_share', 'participation_rate') THEN 'percent'
        WHEN metric NOT IN ('advisory_board_companies', 'advisory_board_partners', 'advisory_board_coopted',
            'working_groups', 'support_cases', 'advice_given', 'strategic_objectives', 'circular_business_models',
            'projects_industrialised', 'projects_at_break_even', 'years_to_evaluation', 'other')
            THEN 'organizations'
    END,
    population, "on", NULL, CAST('{}' AS JSONB), NULL, explanation, source_id, recorded_rev, superseded_rev
FROM figure_before;
DROP TABLE figure_before;
CREATE INDEX published_figure_cluster ON published_figure (cluster_id, "on", id);
CREATE INDEX published_figure_programme ON published_figure (programme_id, "on", id) WHERE programme_id IS NOT NULL;
CREATE INDEX published_figure_key ON published_figure (key, cluster_id) WHERE key IS NOT NULL;
CREATE INDEX published_figure_part ON published_figure (part_of, cluster_id) WHERE part_of IS NOT NULL;
CREATE INDEX published_figure_metric ON published_figure (metric, cluster_id);
CREATE INDEX published_figure_day ON published_figure (coalesce("on", '9999-12-31'), id);
CREATE INDEX published_figure_standing ON published_figure (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX published_figure_learnt ON published_figure (recorded_rev);
CREATE INDEX published_figure_superseded ON published_figure (superseded_rev) WHERE superseded_rev IS NOT NULL
"#,
    postgres: "",
}

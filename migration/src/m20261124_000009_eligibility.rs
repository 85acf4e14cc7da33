//! What eligibility rests on besides: what clusters found of organizations, and which criteria an exit names.

crate::ddl::step! {
    both: r#"
CREATE TABLE judgement (
    id UUID PRIMARY KEY,
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    organization_id UUID NOT NULL REFERENCES organization (id),
    code TEXT COLLATE "C" NOT NULL,
    value BOOLEAN,
    valid_from DATE,
    valid_to DATE,
    from_stated TEXT,
    to_stated TEXT,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev),
    CHECK (valid_from < valid_to),
    CHECK ((valid_from IS NULL) = (from_stated IS NULL)),
    CHECK ((valid_to IS NULL) = (to_stated IS NULL))
);
CREATE INDEX judgement_organization ON judgement (organization_id, cluster_id);
CREATE INDEX judgement_recorded ON judgement (recorded_rev);
CREATE INDEX judgement_superseded ON judgement (superseded_rev) WHERE superseded_rev IS NOT NULL;
CREATE INDEX IF NOT EXISTS attribute_recorded ON attribute (recorded_rev);
CREATE INDEX IF NOT EXISTS attribute_superseded ON attribute (superseded_rev) WHERE superseded_rev IS NOT NULL;
CREATE INDEX IF NOT EXISTS organization_identifier_recorded ON organization_identifier (recorded_rev);
CREATE INDEX IF NOT EXISTS organization_identifier_superseded ON organization_identifier (superseded_rev) WHERE superseded_rev IS NOT NULL;
ALTER TABLE participation_period ADD COLUMN exit_criteria INTEGER CHECK (exit_criteria IS NULL OR exit_kind = 'no_longer_eligible')
"#,
    postgres: "",
}

//! Versions of entry criteria, and their rules.

crate::ddl::step! {
    both: r#"
CREATE TABLE criteria (
    id UUID PRIMARY KEY,
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    version INTEGER NOT NULL CHECK (version > 0),
    label JSONB NOT NULL,
    rationale JSONB NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    from_stated TEXT NOT NULL,
    to_stated TEXT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'adopted')),
    source_id UUID NOT NULL REFERENCES source (id),
    event_id UUID REFERENCES cluster_event (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev),
    CHECK (valid_from < valid_to),
    CHECK ((valid_to IS NULL) = (to_stated IS NULL))
);
CREATE UNIQUE INDEX criteria_version ON criteria (cluster_id, version) WHERE superseded_rev IS NULL;
CREATE INDEX criteria_cluster ON criteria (cluster_id, version);
CREATE TABLE criterion (
    id UUID PRIMARY KEY,
    criteria_id UUID NOT NULL REFERENCES criteria (id),
    position INTEGER NOT NULL,
    required BOOLEAN NOT NULL,
    rule JSONB NOT NULL,
    UNIQUE (criteria_id, position)
)
"#,
    postgres: r#"
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE criteria ADD CONSTRAINT criteria_overlap
    EXCLUDE USING gist (cluster_id WITH =, daterange(valid_from, valid_to) WITH &&)
    WHERE (superseded_rev IS NULL AND state = 'adopted')
"#,
}

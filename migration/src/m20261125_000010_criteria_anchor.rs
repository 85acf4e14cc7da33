//! A version of criteria is an anchor, and what can be corrected about it stands in rows beside it.
//!
//! The anchor takes the id of the first row of its version; the rows keep theirs, so that every id that was ever
//! answered still finds the version.

crate::ddl::step! {
    both: r#"
DROP INDEX criteria_version;
DROP INDEX criteria_cluster;
ALTER TABLE criteria RENAME TO criteria_before;
ALTER TABLE criterion RENAME TO criterion_before;
CREATE TABLE criteria (
    id UUID PRIMARY KEY,
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    version INTEGER NOT NULL CHECK (version > 0),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    UNIQUE (cluster_id, version)
);
INSERT INTO criteria (id, cluster_id, version, recorded_rev)
    SELECT id, cluster_id, version, recorded_rev FROM criteria_before this
    WHERE NOT EXISTS (
        SELECT 1 FROM criteria_before other
        WHERE other.cluster_id = this.cluster_id AND other.version = this.version
          AND (other.recorded_rev < this.recorded_rev OR (other.recorded_rev = this.recorded_rev AND other.id < this.id)));
CREATE TABLE criteria_profile (
    id UUID PRIMARY KEY,
    criteria_id UUID NOT NULL REFERENCES criteria (id),
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
INSERT INTO criteria_profile
    SELECT held.id, anchor.id, held.cluster_id, held.version, held.label, held.rationale, held.valid_from, held.valid_to,
        held.from_stated, held.to_stated, held.state, held.source_id, held.event_id, held.recorded_rev, held.superseded_rev
    FROM criteria_before AS held
    JOIN criteria AS anchor ON anchor.cluster_id = held.cluster_id AND anchor.version = held.version;
CREATE TABLE criterion (
    id UUID PRIMARY KEY,
    criteria_profile_id UUID NOT NULL REFERENCES criteria_profile (id),
    position INTEGER NOT NULL,
    required BOOLEAN NOT NULL,
    rule JSONB NOT NULL,
    UNIQUE (criteria_profile_id, position)
);
INSERT INTO criterion SELECT id, criteria_id, position, required, rule FROM criterion_before;
DROP TABLE criterion_before;
DROP TABLE criteria_before;
CREATE UNIQUE INDEX criteria_profile_current ON criteria_profile (criteria_id) WHERE superseded_rev IS NULL;
CREATE INDEX criteria_profile_criteria ON criteria_profile (criteria_id, recorded_rev);
CREATE INDEX criteria_profile_cluster ON criteria_profile (cluster_id, version)
"#,
    postgres: r#"
ALTER TABLE criteria_profile ADD CONSTRAINT criteria_overlap
    EXCLUDE USING gist (cluster_id WITH =, daterange(valid_from, valid_to) WITH &&)
    WHERE (superseded_rev IS NULL AND state = 'adopted')
"#,
}

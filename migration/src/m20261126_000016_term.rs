//! What codes are called.

crate::ddl::step! {
    both: r#"
CREATE TABLE term (
    id UUID PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('attribute', 'judgement', 'scope')),
    cluster_id UUID REFERENCES cluster (id),
    code TEXT COLLATE "C" NOT NULL,
    label JSONB NOT NULL,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev),
    CHECK ((kind = 'attribute') = (cluster_id IS NULL))
);
CREATE INDEX term_standing ON term (recorded_rev) WHERE superseded_rev IS NULL;
CREATE INDEX term_code ON term (kind, code)
"#,
    postgres: "",
}

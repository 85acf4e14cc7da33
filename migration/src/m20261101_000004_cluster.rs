//! Clusters, what happened to them, their sectors and the services of their hosts.

crate::ddl::step! {
    both: r#"
CREATE TABLE cluster (
    id UUID PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    recorded_rev BIGINT NOT NULL REFERENCES revision (number)
);
CREATE TABLE cluster_profile (
    id UUID PRIMARY KEY,
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    host_id UUID REFERENCES organization (id),
    website TEXT,
    complete_from DATE,
    name JSONB NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    description JSONB NOT NULL,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev)
);
CREATE UNIQUE INDEX cluster_profile_current ON cluster_profile (cluster_id) WHERE superseded_rev IS NULL;
CREATE INDEX cluster_profile_cluster ON cluster_profile (cluster_id, recorded_rev);
CREATE INDEX cluster_profile_name ON cluster_profile (sort_name, cluster_id);
CREATE INDEX cluster_profile_host ON cluster_profile (host_id);
CREATE TABLE cluster_event (
    id UUID PRIMARY KEY,
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    key TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('founding', 'evaluation', 'repositioning', 'governance')),
    "on" TEXT COLLATE "C",
    text JSONB NOT NULL,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev)
);
CREATE UNIQUE INDEX cluster_event_key ON cluster_event (cluster_id, key) WHERE superseded_rev IS NULL;
CREATE INDEX cluster_event_on ON cluster_event (cluster_id, "on", id);
CREATE TABLE sector (
    id UUID PRIMARY KEY,
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    code TEXT COLLATE "C" NOT NULL,
    label JSONB NOT NULL,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev)
);
CREATE UNIQUE INDEX sector_code ON sector (cluster_id, code) WHERE superseded_rev IS NULL;
CREATE INDEX sector_cluster ON sector (cluster_id);
CREATE TABLE sector_nace (
    id UUID PRIMARY KEY,
    sector_id UUID NOT NULL REFERENCES sector (id),
    nace_version TEXT COLLATE "C" NOT NULL,
    nace_code TEXT COLLATE "C" NOT NULL,
    UNIQUE (sector_id, nace_version, nace_code),
    FOREIGN KEY (nace_version, nace_code) REFERENCES nace_class (version, code)
);
CREATE TABLE service (
    id UUID PRIMARY KEY,
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    key TEXT COLLATE "C" NOT NULL,
    name JSONB NOT NULL,
    description JSONB NOT NULL,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev)
);
CREATE UNIQUE INDEX service_key ON service (cluster_id, key) WHERE superseded_rev IS NULL;
CREATE INDEX service_cluster ON service (cluster_id)
"#,
    postgres: "",
}

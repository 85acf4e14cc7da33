//! Organizations and the facts recorded of them.

crate::ddl::step! {
    both: r#"
CREATE TABLE organization (
    id UUID PRIMARY KEY,
    key TEXT COLLATE "C" NOT NULL UNIQUE,
    recorded_rev BIGINT NOT NULL REFERENCES revision (number)
);
CREATE TABLE organization_profile (
    id UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organization (id),
    sphere TEXT NOT NULL CHECK (sphere IN ('company', 'research', 'public', 'civil_society')),
    size_class TEXT CHECK (size_class IN ('micro', 'small', 'medium', 'large')),
    research_kind TEXT CHECK (research_kind IN ('university', 'university_college', 'research_centre')),
    government_level TEXT CHECK (government_level IN ('federal', 'community', 'regional', 'provincial', 'municipal')),
    civil_society_kind TEXT CHECK (civil_society_kind IN ('federation', 'association', 'foundation', 'union')),
    founded_on TEXT COLLATE "C",
    dissolved_on TEXT COLLATE "C",
    website TEXT,
    display_name JSONB NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    description JSONB NOT NULL,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev),
    CONSTRAINT organization_subtype CHECK (
        (size_class IS NULL OR sphere = 'company')
        AND (research_kind IS NULL OR sphere = 'research')
        AND (government_level IS NULL OR sphere = 'public')
        AND (civil_society_kind IS NULL OR sphere = 'civil_society'))
);
CREATE UNIQUE INDEX organization_profile_current ON organization_profile (organization_id) WHERE superseded_rev IS NULL;
CREATE INDEX organization_profile_organization ON organization_profile (organization_id, recorded_rev);
CREATE INDEX organization_profile_name ON organization_profile (sort_name, organization_id);
CREATE INDEX organization_profile_sphere ON organization_profile (sphere, sort_name, organization_id);
CREATE TABLE organization_name (
    id UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organization (id),
    kind TEXT NOT NULL CHECK (kind IN ('trade', 'legal', 'abbreviation', 'former')),
    language TEXT CHECK (language IN ('en', 'fr', 'nl', 'de')),
    name TEXT NOT NULL CHECK (name <> ''),
    search TEXT COLLATE "C" NOT NULL,
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev)
);
CREATE INDEX organization_name_organization ON organization_name (organization_id);
CREATE TABLE organization_identifier (
    id UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organization (id),
    scheme TEXT NOT NULL CHECK (scheme IN ('BE_KBO', 'BE_EST', 'VAT', 'ROR', 'LEI', 'WIKIDATA', 'ECCP')),
    value TEXT COLLATE "C" NOT NULL CHECK (value <> ''),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev)
);
CREATE UNIQUE INDEX organization_identifier_value ON organization_identifier (scheme, value) WHERE superseded_rev IS NULL;
CREATE INDEX organization_identifier_history ON organization_identifier (scheme, value, recorded_rev);
CREATE INDEX organization_identifier_organization ON organization_identifier (organization_id);
CREATE TABLE site (
    id UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organization (id),
    kind TEXT NOT NULL CHECK (kind IN ('seat', 'establishment')),
    municipality TEXT COLLATE "C" REFERENCES municipality (nis),
    postal_code TEXT,
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
CREATE INDEX site_organization ON site (organization_id);
CREATE INDEX site_municipality ON site (municipality, organization_id);
CREATE TABLE activity (
    id UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organization (id),
    nace_version TEXT COLLATE "C" NOT NULL,
    nace_code TEXT COLLATE "C" NOT NULL,
    rank TEXT NOT NULL CHECK (rank IN ('main', 'secondary', 'ancillary')),
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
    CHECK ((valid_to IS NULL) = (to_stated IS NULL)),
    FOREIGN KEY (nace_version, nace_code) REFERENCES nace_class (version, code)
);
CREATE INDEX activity_organization ON activity (organization_id);
CREATE INDEX activity_code ON activity (nace_version, nace_code, organization_id);
CREATE TABLE attribute (
    id UUID PRIMARY KEY,
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
CREATE INDEX attribute_organization ON attribute (organization_id);
CREATE INDEX attribute_code ON attribute (code, value, organization_id)
"#,
    postgres: r#"
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX organization_name_search ON organization_name USING gin (search gin_trgm_ops)
"#,
}

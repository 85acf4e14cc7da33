//! Participations: memberships and partnerships, and their dated statuses.

crate::ddl::step! {
    both: r#"
CREATE TABLE participation (
    id UUID PRIMARY KEY,
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    organization_id UUID NOT NULL REFERENCES organization (id),
    kind TEXT NOT NULL CHECK (kind IN ('member', 'partner')),
    scope TEXT,
    recorded_rev BIGINT NOT NULL REFERENCES revision (number)
);
CREATE UNIQUE INDEX participation_key ON participation (cluster_id, organization_id, kind, coalesce(scope, ''));
CREATE INDEX participation_organization ON participation (organization_id, kind);
CREATE TABLE participation_period (
    id UUID PRIMARY KEY,
    participation_id UUID NOT NULL REFERENCES participation (id),
    cluster_id UUID NOT NULL REFERENCES cluster (id),
    organization_id UUID NOT NULL REFERENCES organization (id),
    kind TEXT NOT NULL CHECK (kind IN ('member', 'partner')),
    status TEXT NOT NULL CHECK (status IN ('candidate', 'effective', 'ended')),
    exit_kind TEXT CHECK (exit_kind IN ('left', 'excluded', 'no_longer_eligible', 'candidacy_withdrawn', 'candidacy_rejected', 'ceased', 'not_recorded')),
    exit_reason TEXT CHECK (exit_reason IN ('charter_breach', 'non_payment', 'inactivity', 'legal', 'other')),
    note TEXT,
    valid_from DATE NOT NULL,
    valid_to DATE,
    from_stated TEXT,
    to_stated TEXT,
    first_confirmed_on TEXT,
    last_confirmed_on TEXT,
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev),
    CHECK (valid_from < valid_to),
    CHECK ((valid_to IS NULL) = (to_stated IS NULL)),
    CHECK (from_stated IS NOT NULL OR first_confirmed_on IS NOT NULL),
    CHECK ((exit_kind IS NOT NULL) = (status = 'ended')),
    CHECK (exit_reason IS NULL OR exit_kind = 'excluded'),
    CHECK (kind = 'member' OR status <> 'candidate')
);
CREATE INDEX participation_period_participation ON participation_period (participation_id, valid_from, valid_to);
CREATE INDEX participation_period_cluster ON participation_period (cluster_id, kind, valid_from, valid_to, status, recorded_rev, superseded_rev, participation_id);
CREATE INDEX participation_period_organization ON participation_period (organization_id, kind, valid_from, valid_to, status, recorded_rev, superseded_rev, participation_id);
CREATE TABLE referral (
    id UUID PRIMARY KEY,
    participation_id UUID NOT NULL REFERENCES participation (id),
    service_id UUID NOT NULL REFERENCES service (id),
    "on" TEXT COLLATE "C",
    source_id UUID NOT NULL REFERENCES source (id),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev)
);
CREATE INDEX referral_participation ON referral (participation_id);
CREATE INDEX referral_service ON referral (service_id)
"#,
    postgres: r#"
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE participation_period ADD CONSTRAINT participation_period_overlap
    EXCLUDE USING gist (participation_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (superseded_rev IS NULL)
"#,
}

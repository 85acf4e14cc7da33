-- What peers read: the facts that stand, in tables of their own, with what follows from them already
-- worked out and an index for every question. Nothing of it follows later writes.

DROP SCHEMA IF EXISTS peers CASCADE;
CREATE SCHEMA peers;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SET search_path = peers, public;

CREATE FUNCTION today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (now() AT TIME ZONE 'Europe/Brussels')::date;

-- The latest day of a partial date, and the earliest.
CREATE FUNCTION latest(stated text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE length(stated)
    WHEN 4 THEN make_date(stated::int, 12, 31)
    WHEN 7 THEN ((stated || '-01')::date + interval '1 month - 1 day')::date
    ELSE stated::date END;
CREATE FUNCTION earliest(stated text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (stated || substr('-01-01', length(stated) - 3))::date;

CREATE FUNCTION shown(names jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(names->>'en', names->>'fr', names->>'nl', names->>'de', names->>'und');

CREATE TABLE municipality AS SELECT nis, shown(names) AS name FROM public.municipality;
ALTER TABLE municipality ADD PRIMARY KEY (nis);

CREATE TABLE class AS
    SELECT version || ':' || code AS id, version, CASE WHEN length(code) > 2
        THEN substr(code, 1, 2) || '.' || substr(code, 3) ELSE code END AS code, shown(labels) AS label
    FROM public.nace_class;
ALTER TABLE class ADD PRIMARY KEY (id);

-- Which classes stand under which, each under itself.
CREATE TABLE class_under AS
    WITH RECURSIVE under AS (
        SELECT version, code AS ancestor, code FROM public.nace_class
        UNION ALL
        SELECT under.version, under.ancestor, class.code FROM under
        JOIN public.nace_class class ON class.version = under.version AND class.parent = under.code)
    SELECT version || ':' || ancestor AS ancestor, version || ':' || code AS class FROM under;
ALTER TABLE class_under ADD PRIMARY KEY (ancestor, class);

CREATE TABLE source AS SELECT id, title FROM public.source WHERE superseded_rev IS NULL;
ALTER TABLE source ADD PRIMARY KEY (id);

CREATE TABLE organization AS
    SELECT organization_id AS id, upper(sphere) AS sphere, size_class, shown(display_name) AS name, sort_name,
        website, source_id
    FROM public.organization_profile WHERE superseded_rev IS NULL;
ALTER TABLE organization ADD PRIMARY KEY (id), ADD FOREIGN KEY (source_id) REFERENCES source;
CREATE INDEX ON organization (sort_name COLLATE "C", id);

CREATE TABLE organization_name AS
    SELECT id, organization_id, upper(kind) AS kind, name, search,
        array_position(ARRAY['trade', 'legal', 'abbreviation', kind], kind) AS place FROM public.organization_name
    WHERE superseded_rev IS NULL;
ALTER TABLE organization_name ADD PRIMARY KEY (id), ADD FOREIGN KEY (organization_id) REFERENCES organization;
CREATE INDEX ON organization_name (organization_id);
CREATE INDEX ON organization_name USING gin (search gin_trgm_ops);

CREATE TABLE identifier AS
    SELECT id, organization_id, upper(scheme) AS scheme, value FROM public.organization_identifier
    WHERE superseded_rev IS NULL;
ALTER TABLE identifier ADD PRIMARY KEY (id), ADD FOREIGN KEY (organization_id) REFERENCES organization;
CREATE INDEX ON identifier (organization_id);

CREATE TABLE site AS
    SELECT id, organization_id, upper(kind) AS kind, municipality AS municipality_nis, source_id,
        coalesce(valid_from, '-infinity') AS valid_from, coalesce(valid_to, 'infinity') AS valid_to
    FROM public.site WHERE superseded_rev IS NULL;
ALTER TABLE site ADD PRIMARY KEY (id), ADD FOREIGN KEY (organization_id) REFERENCES organization,
    ADD FOREIGN KEY (municipality_nis) REFERENCES municipality, ADD FOREIGN KEY (source_id) REFERENCES source;
CREATE INDEX ON site (organization_id) INCLUDE (municipality_nis, valid_from, valid_to);
CREATE INDEX ON site (municipality_nis);

CREATE TABLE activity AS
    SELECT id, organization_id, nace_version || ':' || nace_code AS class_id, nace_version AS version,
        upper(rank) AS rank, array_position(ARRAY['main', 'secondary', 'ancillary'], rank) AS place,
        coalesce(valid_from, '-infinity') AS valid_from, coalesce(valid_to, 'infinity') AS valid_to
    FROM public.activity WHERE superseded_rev IS NULL;
ALTER TABLE activity ADD PRIMARY KEY (id), ADD FOREIGN KEY (organization_id) REFERENCES organization,
    ADD FOREIGN KEY (class_id) REFERENCES class;
CREATE INDEX ON activity (organization_id);
CREATE INDEX ON activity (class_id, organization_id);

CREATE TABLE attribute AS
    SELECT id, organization_id, code, value AS holds,
        coalesce(valid_from, '-infinity') AS valid_from, coalesce(valid_to, 'infinity') AS valid_to
    FROM public.attribute WHERE superseded_rev IS NULL;
ALTER TABLE attribute ADD PRIMARY KEY (id), ADD FOREIGN KEY (organization_id) REFERENCES organization;
CREATE INDEX ON attribute (organization_id);
CREATE INDEX ON attribute (code, organization_id);

CREATE TABLE judgement AS
    SELECT id, cluster_id, organization_id, code, value AS holds,
        coalesce(valid_from, '-infinity') AS valid_from, coalesce(valid_to, 'infinity') AS valid_to
    FROM public.judgement WHERE superseded_rev IS NULL;
ALTER TABLE judgement ADD PRIMARY KEY (id);
CREATE INDEX ON judgement (cluster_id, code, organization_id);

CREATE TABLE cluster AS
    SELECT cluster.id, slug, shown(name) AS name, complete_from,
        -- Whether nothing of the cluster is before that day: then those that ended are all known too.
        complete_from <= least((SELECT min(earliest("on")) FROM public.cluster_event event
                WHERE event.cluster_id = cluster.id AND kind = 'founding' AND superseded_rev IS NULL),
            (SELECT min(valid_from) FROM public.participation_period period
                WHERE period.cluster_id = cluster.id AND superseded_rev IS NULL)) AS complete_ever
    FROM public.cluster JOIN public.cluster_profile profile ON cluster_id = cluster.id AND superseded_rev IS NULL;
ALTER TABLE cluster ADD PRIMARY KEY (id), ADD UNIQUE (slug);

CREATE TABLE participation AS
    SELECT id, cluster_id, organization_id, upper(kind) AS kind FROM public.participation;
ALTER TABLE participation ADD PRIMARY KEY (id), ADD FOREIGN KEY (cluster_id) REFERENCES cluster,
    ADD FOREIGN KEY (organization_id) REFERENCES organization;
CREATE INDEX ON participation (organization_id, id);
CREATE INDEX ON participation (cluster_id, id);

CREATE TYPE ending AS (kind text, reason text);
CREATE TABLE period AS
    SELECT id, participation_id, cluster_id, organization_id, upper(kind) AS kind, upper(status) AS status,
        CASE WHEN status = 'ended' THEN (upper(exit_kind), upper(exit_reason))::ending END AS exit, valid_from,
        coalesce(valid_to, 'infinity') AS valid_to, from_stated AS "from", to_stated AS "to", source_id,
        -- The last day that a source attests the status.
        CASE WHEN status = 'ended' OR to_stated IS NOT NULL THEN 'infinity'
            ELSE coalesce(greatest(latest(first_confirmed_on), latest(last_confirmed_on)), latest(from_stated))
        END AS attested
    FROM public.participation_period WHERE superseded_rev IS NULL;
ALTER TABLE period ADD PRIMARY KEY (id), ADD FOREIGN KEY (participation_id) REFERENCES participation,
    ADD FOREIGN KEY (source_id) REFERENCES source;
CREATE INDEX ON period (participation_id, valid_from);
CREATE INDEX ON period (cluster_id, kind, status) INCLUDE (valid_from, valid_to, attested, participation_id);
CREATE INDEX ON period (cluster_id, participation_id, valid_from);
CREATE INDEX ON period (organization_id);

CREATE TABLE figure AS
    SELECT id, cluster_id, upper(metric) AS metric, value, "on", coalesce("on", '9999-12-31') AS day
    FROM public.published_figure WHERE superseded_rev IS NULL;
ALTER TABLE figure ADD PRIMARY KEY (id), ADD FOREIGN KEY (cluster_id) REFERENCES cluster;
CREATE INDEX ON figure (cluster_id, day COLLATE "C", id);

CREATE TABLE version AS
    SELECT id, cluster_id, coalesce(valid_from, '-infinity') AS valid_from, coalesce(valid_to, 'infinity') AS valid_to
    FROM public.criteria_profile WHERE superseded_rev IS NULL AND state = 'adopted';
CREATE INDEX ON version (cluster_id);

CREATE TABLE criterion AS SELECT criteria_profile_id AS version_id, rule FROM public.criterion WHERE required;
CREATE INDEX ON criterion (version_id);

CREATE TABLE sector_class AS
    SELECT DISTINCT sector.cluster_id, sector.code, named.nace_version AS version, under.class
    FROM public.sector JOIN public.sector_nace named ON named.sector_id = sector.id
    JOIN class_under under ON under.ancestor = named.nace_version || ':' || named.nace_code
    WHERE superseded_rev IS NULL;
CREATE INDEX ON sector_class (cluster_id, code);


-- Who became a member, and who no longer was, on which day.
CREATE TYPE change AS (what text, day date, exit_kind text, exit_reason text);
CREATE FUNCTION changes(cluster uuid) RETURNS SETOF change LANGUAGE sql STABLE AS $$
    WITH seen AS (
        SELECT period.*, lag(status) OVER series AS before, lag(valid_to) OVER series AS until,
            lead(status) OVER series AS after
        FROM peers.period WHERE cluster_id = cluster AND kind = 'MEMBER'
        WINDOW series AS (PARTITION BY participation_id ORDER BY valid_from))
    SELECT 'JOINED', valid_from, NULL, NULL FROM seen
    WHERE status <> 'ENDED' AND (before IS NULL OR before = 'ENDED' OR until < valid_from)
    UNION ALL
    SELECT 'ENDED', valid_from, (exit).kind, (exit).reason FROM seen
    WHERE status = 'ENDED' AND (before IS NULL OR before <> 'ENDED' AND until = valid_from)
    UNION ALL
    SELECT 'ENDED', until, coalesce((exit).kind, 'NOT_RECORDED'), (exit).reason FROM seen
    WHERE before <> 'ENDED' AND until < valid_from
    UNION ALL
    SELECT 'ENDED', valid_to, 'NOT_RECORDED', NULL FROM seen
    WHERE status <> 'ENDED' AND after IS NULL AND valid_to <> 'infinity' $$;

-- For which organizations (o) a rule of a cluster is met today, or for which it is not, as a
-- condition in SQL. What is not known is neither.
CREATE FUNCTION condition(cluster uuid, rule jsonb, met boolean) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    leaf text := (SELECT jsonb_object_keys(rule));
    asked jsonb := rule->leaf;
    codes text := (SELECT string_agg(quote_literal(code), ', ') FROM jsonb_array_elements_text(
        CASE WHEN jsonb_typeof(asked) = 'array' AND jsonb_typeof(asked->0) = 'string' THEN asked
            WHEN jsonb_typeof(asked) = 'string' THEN jsonb_build_array(asked) END) code);
    held text := ' AND valid_from <= peers.today() AND valid_to > peers.today()';
    among text := 'o.id IN (SELECT organization_id FROM peers.';
    classes text;
    unclear text;
BEGIN
    CASE leaf
    WHEN 'all', 'any' THEN
        RETURN (SELECT coalesce('(' || string_agg(peers.condition(cluster, part, met),
            CASE WHEN (leaf = 'all') = met THEN ' AND ' ELSE ' OR ' END) || ')',
            ((leaf = 'all') = met)::text) FROM jsonb_array_elements(asked) part);
    WHEN 'not' THEN
        RETURN peers.condition(cluster, asked, NOT met);
    WHEN 'sphere' THEN
        RETURN 'o.sphere' || CASE WHEN met THEN ' IN (' ELSE ' NOT IN (' END || upper(codes) || ')';
    WHEN 'size_at_most' THEN
        codes := (SELECT string_agg(quote_literal(size), ', ') FROM unnest(ARRAY['micro', 'small', 'medium', 'large'])
            WITH ORDINALITY sizes (size, rank)
            WHERE rank <= array_position(ARRAY['micro', 'small', 'medium', 'large'], asked#>>'{}'));
        RETURN CASE WHEN met THEN format('(o.sphere = ''COMPANY'' AND o.size_class IN (%s))', codes)
            ELSE format('(o.sphere <> ''COMPANY'' OR o.size_class NOT IN (%s))', codes) END;
    WHEN 'municipality' THEN
        RETURN CASE WHEN met THEN format('%ssite WHERE municipality_nis IN (%s)%s)', among, codes, held)
            ELSE format('(%ssite WHERE true%s) AND NOT %ssite WHERE (municipality_nis IS NULL
                OR municipality_nis IN (%s))%s))', among, held, among, codes, held) END;
    WHEN 'identifier' THEN
        RETURN CASE WHEN met THEN format('%sidentifier WHERE scheme IN (%s))', among, upper(codes)) ELSE 'false' END;
    WHEN 'attribute', 'assessed' THEN
        among := CASE leaf WHEN 'attribute' THEN among || 'attribute WHERE '
            ELSE among || format('judgement WHERE cluster_id = %L AND ', cluster) END || 'code = ' || codes || held;
        RETURN format('(%s AND %s AND NOT %s AND %s))', among, CASE WHEN met THEN 'holds)' ELSE 'NOT holds)' END,
            among, CASE WHEN met THEN 'NOT holds' ELSE 'holds' END);
    WHEN 'activity', 'sector' THEN
        IF leaf = 'activity' THEN
            classes := format('SELECT class FROM peers.class_under WHERE ancestor IN (SELECT %L || '':'' || replace(code, ''.'', '''')
                FROM jsonb_array_elements_text(%L) code)', asked->>'version', asked->'under');
            unclear := format('version <> %L', asked->>'version');
        ELSE
            classes := format('SELECT class FROM peers.sector_class WHERE cluster_id = %L AND code IN (%s)', cluster, codes);
            unclear := format('version NOT IN (SELECT version FROM peers.sector_class WHERE cluster_id = %L AND code IN (%s)
                GROUP BY version HAVING count(DISTINCT code) = %s)', cluster, codes, jsonb_array_length(asked));
        END IF;
        RETURN CASE WHEN met THEN format('%sactivity WHERE class_id IN (%s)%s)', among, classes, held)
            ELSE format('(%sactivity WHERE true%s) AND NOT %sactivity WHERE (%s OR class_id IN (%s))%s))', among, held,
                among, unclear, classes, held) END;
    END CASE;
END $$;

-- Who could enter a cluster today, by id.
CREATE FUNCTION eligible(asked uuid) RETURNS SETOF organization LANGUAGE plpgsql STABLE ROWS 1000 AS $$
DECLARE
    rule jsonb := (SELECT jsonb_build_object('all', jsonb_agg(criterion.rule)) FROM peers.version
        JOIN peers.criterion ON version_id = version.id WHERE cluster_id = asked
        AND valid_from <= peers.today() AND valid_to > peers.today());
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM peers.organization o WHERE %s AND o.id NOT IN (
        SELECT organization_id FROM peers.period WHERE cluster_id = %L AND kind = ''MEMBER''
        AND status IN (''CANDIDATE'', ''EFFECTIVE'') AND valid_from <= peers.today() AND valid_to > peers.today())
        ORDER BY o.id', peers.condition(asked, rule, true), asked);
END $$;

-- What PostGraphile makes fields of, besides the tables.

CREATE FUNCTION organization_municipality(o organization) RETURNS municipality LANGUAGE sql STABLE AS $$
    SELECT municipality.* FROM peers.site JOIN peers.municipality ON nis = municipality_nis
    WHERE organization_id = o.id AND valid_from <= peers.today() AND valid_to > peers.today()
    ORDER BY kind <> 'SEAT', site.id LIMIT 1 $$;

CREATE FUNCTION organization_activities(o organization) RETURNS SETOF activity LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.activity
    WHERE organization_id = o.id AND valid_from <= peers.today() AND valid_to > peers.today()
    ORDER BY place, class_id $$;

CREATE FUNCTION organization_sites(o organization) RETURNS SETOF site LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.site
    WHERE organization_id = o.id AND valid_from <= peers.today() AND valid_to > peers.today()
    ORDER BY kind <> 'SEAT', id $$;

CREATE FUNCTION organization_attributes(o organization) RETURNS SETOF attribute LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.attribute
    WHERE organization_id = o.id AND valid_from <= peers.today() AND valid_to > peers.today() ORDER BY code, id $$;

CREATE FUNCTION organization_names(o organization) RETURNS SETOF organization_name LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.organization_name WHERE organization_id = o.id ORDER BY place, id $$;

CREATE FUNCTION organization_identifiers(o organization) RETURNS SETOF identifier LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.identifier WHERE organization_id = o.id ORDER BY scheme, value $$;

CREATE FUNCTION organization_memberships(o organization) RETURNS SETOF participation LANGUAGE sql STABLE AS $$
    SELECT participation.* FROM peers.participation WHERE organization_id = o.id AND kind = 'MEMBER'
    AND EXISTS (SELECT FROM peers.period WHERE participation_id = participation.id
        AND valid_from <= peers.today() AND valid_to > peers.today())
    ORDER BY id $$;

CREATE FUNCTION participation_status(p participation) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT status FROM peers.period
    WHERE participation_id = p.id AND valid_from <= peers.today() AND valid_to > peers.today() $$;

CREATE FUNCTION participation_periods(p participation) RETURNS SETOF period LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.period WHERE participation_id = p.id ORDER BY valid_from $$;

CREATE FUNCTION cluster_memberships(c cluster) RETURNS SETOF participation LANGUAGE sql STABLE AS $$
    SELECT participation.* FROM peers.participation WHERE cluster_id = c.id AND kind = 'MEMBER'
    AND EXISTS (SELECT FROM peers.period WHERE participation_id = participation.id AND status <> 'ENDED'
        AND valid_from <= peers.today() AND valid_to > peers.today())
    ORDER BY id $$;

CREATE FUNCTION cluster_prospects(c cluster) RETURNS SETOF organization LANGUAGE sql STABLE ROWS 1000 AS $$
    SELECT * FROM peers.eligible(c.id) $$;

CREATE FUNCTION cluster_figures(c cluster) RETURNS SETOF figure LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.figure WHERE cluster_id = c.id ORDER BY day COLLATE "C", id $$;

CREATE TYPE count AS (value int, confirmed int, presumed int, complete boolean);
CREATE TYPE headcount AS (candidates count, effective count, ended count, partners count);

CREATE FUNCTION cluster_headcount(c cluster, at date) RETURNS headcount LANGUAGE sql STABLE AS $$
    SELECT (candidates, candidates_confirmed, candidates - candidates_confirmed, coalesce(c.complete_from <= at, false))::peers.count,
        (effective, effective_confirmed, effective - effective_confirmed, coalesce(c.complete_from <= at, false))::peers.count,
        (ended, ended, 0, coalesce(c.complete_ever AND c.complete_from <= at, false))::peers.count,
        (partners, partners_confirmed, partners - partners_confirmed, coalesce(c.complete_from <= at, false))::peers.count
    FROM (SELECT
        count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'CANDIDATE')::int AS candidates,
        count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'CANDIDATE' AND attested >= at)::int AS candidates_confirmed,
        count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'EFFECTIVE')::int AS effective,
        count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'EFFECTIVE' AND attested >= at)::int AS effective_confirmed,
        count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'ENDED')::int AS ended,
        count(*) FILTER (WHERE kind = 'PARTNER' AND status = 'EFFECTIVE')::int AS partners,
        count(*) FILTER (WHERE kind = 'PARTNER' AND status = 'EFFECTIVE' AND attested >= at)::int AS partners_confirmed
    FROM peers.period WHERE cluster_id = c.id AND valid_from <= at AND valid_to > at) counted $$;

CREATE TYPE members AS (effective int);
CREATE FUNCTION cluster_months(c cluster, since date, until date) RETURNS SETOF members LANGUAGE sql STABLE AS $$
    SELECT count(period.id)::int FROM generate_series(since, until, interval '1 month') day
    LEFT JOIN peers.period ON cluster_id = c.id AND kind = 'MEMBER' AND status = 'EFFECTIVE'
        AND valid_from <= day AND valid_to > day
    GROUP BY day ORDER BY day $$;

CREATE TYPE exit AS (kind text, reason text, number int);
CREATE FUNCTION cluster_exits(c cluster, "from" date, "to" date) RETURNS SETOF exit LANGUAGE sql STABLE AS $$
    SELECT kinds.kind, reason, count(day)::int FROM (
        SELECT kind, NULL AS reason, rank, 0 AS next FROM unnest(ARRAY['LEFT', 'EXCLUDED', 'NO_LONGER_ELIGIBLE',
            'CANDIDACY_WITHDRAWN', 'CANDIDACY_REJECTED', 'CEASED', 'NOT_RECORDED']) WITH ORDINALITY kinds (kind, rank)
        UNION ALL
        SELECT 'EXCLUDED', reason, 2, rank FROM unnest(ARRAY['CHARTER_BREACH', 'NON_PAYMENT', 'INACTIVITY', 'LEGAL',
            'OTHER']) WITH ORDINALITY reasons (reason, rank)) kinds
    LEFT JOIN (SELECT * FROM peers.changes(c.id) WHERE what = 'ENDED' AND day >= "from" AND day < "to") ended ON exit_kind = kinds.kind AND exit_reason IS NOT DISTINCT FROM reason
    GROUP BY kinds.kind, reason, rank, next HAVING reason IS NULL OR count(day) > 0 ORDER BY rank, next $$;

CREATE TYPE year AS (joined int, closing int);
CREATE FUNCTION cluster_flow(c cluster, "from" int, "to" int) RETURNS SETOF year LANGUAGE sql STABLE AS $$
    WITH joined AS (SELECT extract(year FROM day)::int AS year, count(*)::int AS joined FROM peers.changes(c.id)
        WHERE what = 'JOINED' GROUP BY 1)
    SELECT coalesce(joined, 0), (SELECT count(*)::int FROM peers.period
        WHERE cluster_id = c.id AND kind = 'MEMBER' AND status IN ('CANDIDATE', 'EFFECTIVE')
        AND valid_from <= make_date(year, 12, 31) AND valid_to > make_date(year, 12, 31))
    FROM generate_series("from", "to" - 1) year LEFT JOIN joined USING (year) ORDER BY year $$;

CREATE TYPE cell AS (keys text[], value int, confirmed int, presumed int);
CREATE FUNCTION breakdown(at date) RETURNS SETOF cell LANGUAGE sql STABLE ROWS 100 AS $$
    WITH cells AS (
        SELECT o.sphere, place.nis, count(*)::int AS value, count(*) FILTER (WHERE attested >= at)::int AS confirmed
        FROM peers.period JOIN peers.organization o ON o.id = organization_id
        LEFT JOIN LATERAL (SELECT DISTINCT municipality_nis AS nis FROM peers.site
            WHERE site.organization_id = o.id AND municipality_nis IS NOT NULL
            AND site.valid_from <= at AND site.valid_to > at) place ON true
        WHERE kind = 'MEMBER' AND status IN ('CANDIDATE', 'EFFECTIVE')
        AND period.valid_from <= at AND period.valid_to > at
        GROUP BY o.sphere, place.nis)
    SELECT ARRAY[sphere, nis], value, confirmed, value - confirmed FROM (
        SELECT *, row_number() OVER (PARTITION BY nis IS NULL ORDER BY value DESC,
            array_position(ARRAY['COMPANY', 'RESEARCH', 'PUBLIC', 'CIVIL_SOCIETY'], sphere), nis) AS place FROM cells) ranked
    WHERE nis IS NULL OR place <= 100
    ORDER BY value DESC, array_position(ARRAY['COMPANY', 'RESEARCH', 'PUBLIC', 'CIVIL_SOCIETY'], sphere), nis $$;

CREATE FUNCTION members(at date) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT count(*)::int FROM peers.period WHERE kind = 'MEMBER' AND status IN ('CANDIDATE', 'EFFECTIVE')
    AND valid_from <= at AND valid_to > at $$;

CREATE FUNCTION companies(municipality text, section text) RETURNS SETOF organization LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.organization o WHERE sphere = 'COMPANY'
    AND id IN (SELECT organization_id FROM peers.site WHERE municipality_nis = municipality
        AND valid_from <= peers.today() AND valid_to > peers.today())
    AND id IN (SELECT organization_id FROM peers.activity WHERE valid_from <= peers.today() AND valid_to > peers.today()
        AND class_id IN (SELECT class FROM peers.class_under WHERE ancestor = '2008:' || replace(section, '.', '')))
    ORDER BY sort_name COLLATE "C", id $$;

CREATE FUNCTION named(text text) RETURNS SETOF organization LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.organization WHERE id IN (SELECT organization_id FROM peers.organization_name
        WHERE search LIKE '%' || text || '%')
    ORDER BY sort_name COLLATE "C", id $$;

CREATE FUNCTION register() RETURNS int LANGUAGE sql STABLE AS $$ SELECT max(number)::int FROM public.revision $$;

-- What PostGraphile need not know.
COMMENT ON TABLE version IS '@behavior -*';
COMMENT ON TABLE criterion IS '@behavior -*';
COMMENT ON TABLE judgement IS '@behavior -*';
COMMENT ON TABLE class_under IS '@behavior -*';
COMMENT ON TABLE sector_class IS '@behavior -*';
COMMENT ON TYPE change IS '@behavior -*';
COMMENT ON FUNCTION changes IS '@behavior -*';
COMMENT ON FUNCTION condition IS '@behavior -*';
COMMENT ON FUNCTION eligible IS '@behavior -*';
COMMENT ON FUNCTION today IS '@behavior -*';
COMMENT ON FUNCTION latest IS '@behavior -*';
COMMENT ON FUNCTION earliest IS '@behavior -*';
COMMENT ON FUNCTION shown IS '@behavior -*';

RESET search_path;

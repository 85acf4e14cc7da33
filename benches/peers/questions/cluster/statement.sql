WITH one AS (SELECT id, name FROM peers.cluster WHERE slug = $1),
members AS MATERIALIZED (
    SELECT participation_id AS id, period.organization_id, status FROM peers.period, one
    WHERE cluster_id = one.id AND kind = 'MEMBER' AND status IN ('CANDIDATE', 'EFFECTIVE') AND valid_from <= peers.today() AND valid_to > peers.today())
SELECT json_build_object('cluster', json_build_object('name', one.name, 'memberships', json_build_object(
    'totalCount', (SELECT count(*) FROM members),
    'nodes', (SELECT coalesce(json_agg(json_build_object('status', status, 'organization', json_build_object(
        'id', o.id, 'name', o.name, 'sphere', o.sphere,
        'municipality', (SELECT json_build_object('nis', municipality_nis) FROM peers.site
            WHERE organization_id = o.id AND municipality_nis IS NOT NULL AND valid_from <= peers.today() AND valid_to > peers.today()
            ORDER BY kind <> 'SEAT', site.id LIMIT 1),
        'activities', (SELECT coalesce(json_agg(json_build_object('rank', rank,
                'class', json_build_object('code', class.code, 'label', label)) ORDER BY place, class_id), '[]')
            FROM peers.activity JOIN peers.class ON class.id = class_id
            WHERE organization_id = o.id AND valid_from <= peers.today() AND valid_to > peers.today()))) ORDER BY page.id), '[]')
        FROM (SELECT * FROM members ORDER BY id LIMIT 50) page
        JOIN peers.organization o ON o.id = page.organization_id))))::text FROM one

SELECT json_build_object('cluster', (SELECT json_build_object(
    'figures', (SELECT coalesce(json_agg(json_build_object('metric', metric, 'value', value, 'on', "on")), '[]')
        FROM (SELECT * FROM peers.figure WHERE cluster_id = c.id ORDER BY day COLLATE "C", id LIMIT 25) page),
    'headcount', json_build_object('effective', (SELECT count(*) FROM peers.period WHERE cluster_id = c.id
        AND kind = 'MEMBER' AND status = 'EFFECTIVE' AND valid_from <= day AND valid_to > day)),
    'exits', json_build_object('rows', (SELECT json_agg(json_build_object('kind', kind, 'count', number))
        FROM peers.cluster_exits(c, '2018-01-01', '2026-01-01'))),
    'flow', (SELECT json_agg(json_build_object('joined', joined, 'closing', closing))
        FROM peers.cluster_flow(c, 2018, 2026)))
    FROM peers.cluster c, (SELECT $2 AS day) asked WHERE slug = $1))::text

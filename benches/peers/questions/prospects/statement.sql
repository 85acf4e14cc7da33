WITH found AS MATERIALIZED (
    SELECT p.id, p.name FROM peers.cluster, peers.eligible(cluster.id) p WHERE slug = $1)
SELECT json_build_object('cluster', json_build_object('prospects', json_build_object(
    'totalCount', (SELECT count(*) FROM found),
    'nodes', (SELECT coalesce(json_agg(json_build_object('id', id, 'name', name)), '[]')
        FROM (SELECT * FROM found ORDER BY id LIMIT 50) page))))::text

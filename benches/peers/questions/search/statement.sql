WITH found AS MATERIALIZED (
    SELECT id, name, sort_name FROM peers.organization WHERE id IN (SELECT organization_id
        FROM peers.organization_name WHERE search LIKE '%' || $6 || '%'))
SELECT json_build_object('organizations', json_build_object('totalCount', (SELECT count(*) FROM found), 'nodes', (
    SELECT coalesce(json_agg(json_build_object('id', id, 'name', name)), '[]')
    FROM (SELECT * FROM found ORDER BY sort_name COLLATE "C", id LIMIT 20) page)))::text

WITH found AS MATERIALIZED (
    SELECT id, name, sort_name FROM peers.organization WHERE sphere = 'COMPANY'
    AND id IN (SELECT organization_id FROM peers.site
        WHERE municipality_nis = $3 AND valid_from <= peers.today() AND valid_to > peers.today())
    AND id IN (SELECT organization_id FROM peers.activity WHERE valid_from <= peers.today() AND valid_to > peers.today()
        AND class_id IN (SELECT class FROM peers.class_under WHERE ancestor = '2008:' || $4)))
SELECT json_build_object('organizations', json_build_object('totalCount', (SELECT count(*) FROM found), 'nodes', (
    SELECT coalesce(json_agg(json_build_object('id', id, 'name', name)), '[]')
    FROM (SELECT * FROM found ORDER BY sort_name COLLATE "C", id LIMIT 100) page)))::text

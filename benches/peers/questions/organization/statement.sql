SELECT json_build_object('organization', json_build_object(
    'id', o.id, 'name', o.name, 'sphere', o.sphere, 'website', website,
    'names', (SELECT json_agg(json_build_object('kind', kind, 'name', name.name) ORDER BY place, name.id)
        FROM peers.organization_name name WHERE organization_id = o.id),
    'identifiers', (SELECT coalesce(json_agg(json_build_object('scheme', scheme, 'value', value)
        ORDER BY scheme, value), '[]') FROM peers.identifier WHERE organization_id = o.id),
    'municipality', (SELECT json_build_object('name', municipality.name) FROM peers.site
        JOIN peers.municipality ON nis = municipality_nis WHERE organization_id = o.id AND valid_from <= peers.today() AND valid_to > peers.today()
        ORDER BY kind <> 'SEAT', site.id LIMIT 1),
    'sites', (SELECT coalesce(json_agg(json_build_object('kind', kind,
            'municipality', CASE WHEN municipality_nis IS NOT NULL THEN json_build_object('nis', municipality_nis) END,
            'source', json_build_object('title', title)) ORDER BY kind <> 'SEAT', site.id), '[]')
        FROM peers.site JOIN peers.source ON source.id = source_id WHERE organization_id = o.id AND valid_from <= peers.today() AND valid_to > peers.today()),
    'activities', (SELECT coalesce(json_agg(json_build_object('rank', rank,
            'class', json_build_object('code', class.code, 'label', label)) ORDER BY place, class_id), '[]')
        FROM peers.activity JOIN peers.class ON class.id = class_id WHERE organization_id = o.id AND valid_from <= peers.today() AND valid_to > peers.today()),
    'attributes', (SELECT coalesce(json_agg(json_build_object('code', code, 'holds', holds)
        ORDER BY code, attribute.id), '[]') FROM peers.attribute WHERE organization_id = o.id AND valid_from <= peers.today() AND valid_to > peers.today()),
    'memberships', (SELECT json_build_object('totalCount', count(*), 'nodes',
            coalesce(json_agg(json_build_object('cluster', json_build_object('slug', slug, 'name', cluster.name),
                'status', status, 'periods', (SELECT json_agg(json_build_object('status', status, 'from', "from",
                        'to', "to", 'exit', exit, 'source', json_build_object('title', title)) ORDER BY valid_from)
                    FROM peers.period JOIN peers.source ON source.id = source_id
                    WHERE participation_id = current.participation_id)) ORDER BY participation_id), '[]'))
        FROM peers.period current JOIN peers.cluster ON cluster.id = cluster_id
        WHERE current.organization_id = o.id AND kind = 'MEMBER' AND valid_from <= peers.today() AND valid_to > peers.today()),
    'source', json_build_object('title', source.title)))::text
FROM peers.organization o JOIN peers.source ON source.id = o.source_id
WHERE o.id = $5

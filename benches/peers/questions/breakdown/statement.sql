SELECT json_build_object('total', peers.members(day), 'rows', (
    SELECT coalesce(json_agg(json_build_object('keys', keys, 'value', value, 'confirmed', confirmed,
        'presumed', presumed)), '[]') FROM peers.breakdown(day)))::text
FROM (SELECT $2 AS day) asked

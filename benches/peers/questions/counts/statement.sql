SELECT json_build_object('cluster', (SELECT json_build_object('headcount', json_build_object(
    'candidates', count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'CANDIDATE'),
    'effective', json_build_object(
        'value', count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'EFFECTIVE'),
        'confirmed', count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'EFFECTIVE' AND attested >= day),
        'presumed', count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'EFFECTIVE' AND attested < day),
        'complete', coalesce(min(complete_from) <= min(day), false)),
    'ended', count(*) FILTER (WHERE kind = 'MEMBER' AND status = 'ENDED'),
    'partners', count(*) FILTER (WHERE kind = 'PARTNER' AND status = 'EFFECTIVE')))
    FROM (SELECT id, complete_from, $2 AS day FROM peers.cluster
        WHERE slug = $1) one
    LEFT JOIN peers.period ON cluster_id = one.id AND valid_from <= day AND valid_to > day))::text

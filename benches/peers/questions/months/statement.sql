WITH one AS (SELECT id FROM peers.cluster WHERE slug = $1)
SELECT json_build_object('cluster', json_build_object('months', json_agg(
    json_build_object('effective', value) ORDER BY day)))::text
FROM (SELECT day, count(period.id) AS value
    FROM generate_series('2018-01-01'::date, '2025-12-01'::date, interval '1 month') day CROSS JOIN one
    LEFT JOIN peers.period ON cluster_id = one.id AND kind = 'MEMBER' AND status = 'EFFECTIVE'
        AND valid_from <= day AND valid_to > day
    GROUP BY day) counted

-- Regencies, districts and villages in which the snapshot has families; name is null outside the code list.
WITH village AS (
    SELECT village_code AS code, count(*) AS families FROM family WHERE snapshot_id = $snapshot_id GROUP BY village_code
),
area AS (
    SELECT left(code, 5) AS code, 'regency' AS level, left(code, 2) AS parent, families FROM village
    UNION ALL
    SELECT left(code, 8) AS code, 'district' AS level, left(code, 5) AS parent, families FROM village
    UNION ALL
    SELECT code, 'village' AS level, left(code, 8) AS parent, families FROM village
)
SELECT a.code, a.level, r.name, a.parent, CAST(sum(a.families) AS BIGINT) AS families
FROM area AS a LEFT JOIN region AS r ON r.code = a.code
GROUP BY a.code, a.level, r.name, a.parent
ORDER BY a.code

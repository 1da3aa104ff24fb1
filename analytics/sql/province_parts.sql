-- Per regency of $province the newest delivery that is about it: at least $covered of its listed villages have families.
WITH listed AS (
    SELECT left(code, 5) AS regency, count(*) AS villages FROM region
    WHERE level = 'village' AND left(code, 2) = $province GROUP BY left(code, 5)
),
held AS (
    SELECT snapshot_id, left(village_code, 5) AS regency,
        count(*) AS families, count(DISTINCT CASE WHEN village_known THEN village_code END) AS villages
    FROM family WHERE left(village_code, 2) = $province GROUP BY snapshot_id, left(village_code, 5)
),
placed AS (
    SELECT
        h.regency, s.snapshot_id, s.data_hash, s.source, s.source_date, h.families,
        row_number() OVER (PARTITION BY h.regency ORDER BY s.imported_at DESC, s.snapshot_id DESC) AS place
    FROM held AS h
    JOIN listed AS l ON l.regency = h.regency
    JOIN snapshot AS s ON s.snapshot_id = h.snapshot_id
    -- A joined snapshot names its parts; it is no delivery.
    WHERE h.villages >= $covered * l.villages AND json_extract(s.report, '$.parts') IS NULL
)
SELECT p.regency, coalesce(r.name, p.regency) AS name, p.snapshot_id, p.data_hash, p.source, p.source_date, p.families
FROM placed AS p LEFT JOIN region AS r ON r.code = p.regency
WHERE p.place = 1
ORDER BY p.regency

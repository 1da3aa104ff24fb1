-- The families a delivery gives to a joined province: those of the regencies it is the newest about ($own), and those
-- astray in a regency it is not about. What a newer delivery replaces, and another province's regencies, stay out.
WITH listed AS (
    SELECT left(code, 5) AS regency, count(*) AS villages FROM region WHERE level = 'village' GROUP BY left(code, 5)
),
about AS (
    SELECT h.regency
    FROM (
        SELECT left(village_code, 5) AS regency, count(DISTINCT village_code) FILTER (WHERE village_known) AS villages
        FROM family WHERE snapshot_id = $snapshot_id GROUP BY left(village_code, 5)
    ) AS h
    JOIN listed AS l ON l.regency = h.regency
    WHERE h.villages >= $covered * l.villages
)
SELECT f.family_no
FROM family AS f LEFT JOIN about AS a ON a.regency = left(f.village_code, 5)
WHERE f.snapshot_id = $snapshot_id AND (a.regency IS NULL OR list_contains($own, a.regency))

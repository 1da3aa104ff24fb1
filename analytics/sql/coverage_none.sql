-- Families without any open programme: over the scope, by village and by decile; the extreme poor beside.
WITH status AS ({status}),
served AS (
    SELECT DISTINCT family_no FROM enrolment
    WHERE snapshot_id = $snapshot_id AND family_no IS NOT NULL AND NOT list_contains($closed, programme)
),
judged AS (
    SELECT s.*, e.family_no IS NULL AS without
    FROM status AS s LEFT JOIN served AS e ON e.family_no = s.family_no
),
counted AS (
    SELECT
        village_code, decile,
        CASE WHEN grouping(village_code) = 0 THEN 'village' WHEN grouping(decile) = 0 THEN 'decile' ELSE 'all' END AS "by",
        count(*) FILTER (WHERE without) AS families,
        sum(size) FILTER (WHERE without) AS persons,
        count(*) AS group_families,
        sum(size) AS group_persons,
        coalesce(sum(chance) FILTER (WHERE without), 0) AS extreme_families,
        sum(size * chance) FILTER (WHERE chance > 0 AND without) AS extreme_persons,
        coalesce(sum(chance), 0) AS group_extreme_families,
        sum(size * chance) FILTER (WHERE chance > 0) AS group_extreme_persons,
        count(*) FILTER (WHERE chance IS NULL) AS families_unknown_status
    FROM judged
    GROUP BY GROUPING SETS ((), (village_code), (decile))
)
SELECT
    c."by", c.village_code AS village, v.name, c.decile,
    c.families, CASE WHEN c.families = 0 THEN 0 ELSE c.persons END AS persons,
    c.group_families, c.group_persons,
    CASE WHEN c.families_unknown_status < c.group_families THEN c.extreme_families END AS extreme_families,
    CASE
        WHEN c.families_unknown_status = c.group_families THEN NULL
        WHEN c.extreme_families = 0 THEN 0
        ELSE c.extreme_persons
    END AS extreme_persons,
    CASE WHEN c.families_unknown_status < c.group_families THEN c.group_extreme_families END AS group_extreme_families,
    CASE
        WHEN c.families_unknown_status = c.group_families THEN NULL
        WHEN c.group_extreme_families = 0 THEN 0
        ELSE c.group_extreme_persons
    END AS group_extreme_persons
FROM counted AS c LEFT JOIN region AS v ON v.code = c.village_code
ORDER BY c."by", c.village_code, c.decile NULLS LAST

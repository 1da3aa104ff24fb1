-- Families without any open programme: over the scope, by village and by decile; the extreme poor beside.
WITH status AS ({status}),
-- One pass over the families; the three groupings are then sums of few cells.
cell AS (
    SELECT
        village_code, decile, NOT any_open AS without,
        count(*) AS families,
        sum(size) AS persons,
        sum(chance) AS extreme_families,
        sum(size * chance) FILTER (WHERE chance > 0) AS extreme_persons,
        count(*) - count(chance) AS unknown
    FROM status GROUP BY village_code, decile, any_open
),
counted AS (
    SELECT
        village_code, decile,
        CASE WHEN grouping(village_code) = 0 THEN 'village' WHEN grouping(decile) = 0 THEN 'decile' ELSE 'all' END AS "by",
        coalesce(sum(families) FILTER (WHERE without), 0) AS families,
        sum(persons) FILTER (WHERE without) AS persons,
        coalesce(sum(families), 0) AS group_families,
        sum(persons) AS group_persons,
        coalesce(sum(extreme_families) FILTER (WHERE without), 0) AS extreme_families,
        sum(extreme_persons) FILTER (WHERE without) AS extreme_persons,
        coalesce(sum(extreme_families), 0) AS group_extreme_families,
        sum(extreme_persons) AS group_extreme_persons,
        coalesce(sum(unknown), 0) AS families_unknown_status
    FROM cell
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

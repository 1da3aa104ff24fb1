-- Programme x village, programme x decile and programme alone, over the families of the scope.
-- A family with two rows of one programme counts once. `eligible` is true, false or not known (null).
WITH status AS ({status}),
traits AS (
    SELECT
        s.family_no, s.village_code, s.size, s.decile,
        x.any_pregnant, x.any_disability, x.any_chronic,
        x.children_0_6 > 0 AS children_0_6,
        x.children_7_18 > 0 AS children_7_18,
        x.under_five > 0 AS under_five,
        x.school_age > 0 AS school_age,
        x.school_age_out > 0 AS school_age_out,
        x.elderly > 0 AS elderly,
        -- A house of earth or of what rots: bamboo, thatch. Another floor, wall or roof does not offset it.
        f.floor IN ('earth', 'bamboo') OR f.wall = 'bamboo' OR f.roof IN ('bamboo', 'thatch') AS poor_housing
    FROM status AS s
    JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = s.family_no
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = s.family_no
),
-- Programmes by their place in the list: numbers join, compare and group faster than codes.
programme AS (SELECT unnest(range(len($programmes))) AS place),
received AS (
    SELECT DISTINCT list_position($programmes, programme) - 1 AS place, family_no
    FROM enrolment WHERE snapshot_id = $snapshot_id AND family_no IS NOT NULL
),
judged AS (
    SELECT
        t.village_code, t.size, t.decile, p.place,
        r.family_no IS NOT NULL AS receives,
        CASE p.place {eligible} END AS eligible
    FROM traits AS t
    CROSS JOIN programme AS p
    LEFT JOIN received AS r ON r.place = p.place AND r.family_no = t.family_no
),
-- One pass over the families; the three groupings are then sums of few cells.
cell AS (
    SELECT
        place, village_code, decile,
        count(*) FILTER (WHERE receives) AS families,
        sum(size) FILTER (WHERE receives) AS persons,
        count(*) AS group_families,
        sum(size) AS group_persons,
        count(*) FILTER (WHERE eligible) AS eligible_families,
        sum(size) FILTER (WHERE eligible) AS eligible_persons,
        count(*) FILTER (WHERE eligible AND receives) AS covered_families,
        sum(size) FILTER (WHERE eligible AND receives) AS covered_persons,
        count(*) FILTER (WHERE eligible IS NULL) AS eligibility_unknown_families
    FROM judged
    GROUP BY place, village_code, decile
),
counted AS (
    SELECT
        place, village_code, decile,
        CASE WHEN grouping(village_code) = 0 THEN 'village' WHEN grouping(decile) = 0 THEN 'decile' ELSE 'all' END AS "by",
        sum(families) AS families, sum(persons) AS persons,
        sum(group_families) AS group_families, sum(group_persons) AS group_persons,
        sum(eligible_families) AS eligible_families, sum(eligible_persons) AS eligible_persons,
        sum(covered_families) AS covered_families, sum(covered_persons) AS covered_persons,
        sum(eligibility_unknown_families) AS eligibility_unknown_families
    FROM cell
    GROUP BY GROUPING SETS ((place, village_code), (place, decile), (place))
)
SELECT
    $programmes[c.place + 1] AS programme, c."by", c.village_code AS village, v.name, c.decile,
    c.families, CASE WHEN c.families = 0 THEN 0 ELSE c.persons END AS persons,
    c.group_families, c.group_persons,
    c.eligible_families, CASE WHEN c.eligible_families = 0 THEN 0 ELSE c.eligible_persons END AS eligible_persons,
    c.covered_families, CASE WHEN c.covered_families = 0 THEN 0 ELSE c.covered_persons END AS covered_persons,
    c.eligibility_unknown_families
FROM counted AS c LEFT JOIN region AS v ON v.code = c.village_code
ORDER BY c.place, c."by", c.village_code, c.decile NULLS LAST

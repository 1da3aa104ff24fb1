-- Programme x village, programme x decile and programme alone: sums of the cells of coverage_cells.sql.
WITH cell AS ({cells}),
counted AS (
    SELECT
        programme, "by", area AS village, decile, families, persons, group_families, group_persons, eligible_families,
        eligible_persons, covered_families, covered_persons, eligibility_unknown_families
    FROM cell WHERE "by" = 'village'
    UNION ALL
    SELECT
        programme,
        CASE WHEN "by" = 'village' THEN 'all' ELSE "by" END AS "by",
        NULL AS village, decile,
        CAST(sum(families) AS BIGINT), CAST(sum(persons) AS BIGINT),
        CAST(sum(group_families) AS BIGINT), CAST(sum(group_persons) AS BIGINT),
        CAST(sum(eligible_families) AS BIGINT), CAST(sum(eligible_persons) AS BIGINT),
        CAST(sum(covered_families) AS BIGINT), CAST(sum(covered_persons) AS BIGINT),
        CAST(sum(eligibility_unknown_families) AS BIGINT)
    FROM cell GROUP BY programme, "by", decile
)
SELECT
    c.programme, c."by", c.village, v.name, c.decile,
    c.families, CASE WHEN c.families = 0 THEN 0 ELSE c.persons END AS persons,
    c.group_families, c.group_persons,
    c.eligible_families, CASE WHEN c.eligible_families = 0 THEN 0 ELSE c.eligible_persons END AS eligible_persons,
    c.covered_families, CASE WHEN c.covered_families = 0 THEN 0 ELSE c.covered_persons END AS covered_persons,
    c.eligibility_unknown_families
FROM counted AS c LEFT JOIN region AS v ON v.code = c.village
ORDER BY list_position($programmes, c.programme), c."by", c.village, c.decile NULLS LAST

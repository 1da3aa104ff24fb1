-- Programme x group: how many families (persons, rupiah a year) are eligible, receive, both, and whose eligibility
-- nobody can tell. A programme is a bit (its place in the catalogue), so one pass over the families serves all programmes: families of one group
-- alike in what they are eligible for and receive become one cell, and only cells meet programmes.
-- {conditions}: one truth value per programme, e0, e1, ...; {amounts}: rupiah a year for the family, r0, r1, ...
WITH status AS ({status}),
judged AS (
    SELECT
        left(q.village_code, 8) AS district, q.village_code AS village, q.head_sex,
        CASE WHEN q.elderly THEN 'yes' WHEN NOT q.elderly THEN 'no' END AS elderly,
        CASE WHEN q.any_disability THEN 'yes' WHEN NOT q.any_disability THEN 'no' END AS disability,
        CASE
            WHEN q.size >= 7 THEN '7+' WHEN q.size >= 5 THEN '5-6' WHEN q.size >= 3 THEN '3-4'
            WHEN q.size >= 1 THEN '1-2'
        END AS size,
        q.size AS members, q.received & {mask} AS received, {conditions}, {amounts}
    FROM status AS q {join_amounts}
),
alike AS (
    SELECT *, {eligible_bits} AS eligible, {unknown_bits} AS unknown FROM judged
),
cell AS (
    SELECT
        {group_name} AS "group", {group_value} AS value, eligible, unknown, received,
        count(*) AS families, sum(members) AS persons, {amount_sums}
    FROM alike GROUP BY GROUPING SETS ({sets})
),
expanded AS (
    SELECT
        p.place, c."group", c.value, c.families, c.persons, CASE p.place {amount_of} END AS rupiah,
        (c.eligible >> p.place) & 1 = 1 AS eligible,
        (c.unknown >> p.place) & 1 = 1 AS unknown,
        (c.received >> p.place) & 1 = 1 AS receives
    FROM cell AS c CROSS JOIN (SELECT unnest($places) AS place) AS p
),
-- Who is neither eligible nor known not to be leaves every count but the two of the unknown.
counted AS (
    SELECT
        place, "group", value,
        coalesce(sum(families) FILTER (WHERE NOT unknown), 0) AS total_families,
        sum(persons) FILTER (WHERE NOT unknown) AS total_persons,
        sum(rupiah) FILTER (WHERE NOT unknown) AS total_rupiah,
        coalesce(sum(families) FILTER (WHERE eligible), 0) AS eligible_families,
        sum(persons) FILTER (WHERE eligible) AS eligible_persons,
        sum(rupiah) FILTER (WHERE eligible) AS eligible_rupiah,
        coalesce(sum(families) FILTER (WHERE receives AND NOT unknown), 0) AS recipients_families,
        sum(persons) FILTER (WHERE receives AND NOT unknown) AS recipients_persons,
        sum(rupiah) FILTER (WHERE receives AND NOT unknown) AS recipients_rupiah,
        coalesce(sum(families) FILTER (WHERE eligible AND receives), 0) AS both_families,
        sum(persons) FILTER (WHERE eligible AND receives) AS both_persons,
        sum(rupiah) FILTER (WHERE eligible AND receives) AS both_rupiah,
        coalesce(sum(families) FILTER (WHERE unknown), 0) AS unknown_families,
        coalesce(sum(families) FILTER (WHERE unknown AND receives), 0) AS unknown_recipients
    FROM expanded GROUP BY place, "group", value
)
SELECT
    c.place, c."group", c.value, v.name,
    c.total_families, c.eligible_families, c.recipients_families, c.both_families,
    CASE WHEN c.total_families = 0 THEN 0 ELSE c.total_persons END AS total_persons,
    CASE WHEN c.eligible_families = 0 THEN 0 ELSE c.eligible_persons END AS eligible_persons,
    CASE WHEN c.recipients_families = 0 THEN 0 ELSE c.recipients_persons END AS recipients_persons,
    CASE WHEN c.both_families = 0 THEN 0 ELSE c.both_persons END AS both_persons,
    CASE WHEN c.total_families = 0 THEN 0 ELSE c.total_rupiah END AS total_rupiah,
    CASE WHEN c.eligible_families = 0 THEN 0 ELSE c.eligible_rupiah END AS eligible_rupiah,
    CASE WHEN c.recipients_families = 0 THEN 0 ELSE c.recipients_rupiah END AS recipients_rupiah,
    CASE WHEN c.both_families = 0 THEN 0 ELSE c.both_rupiah END AS both_rupiah,
    c.unknown_families, c.unknown_recipients
FROM counted AS c
-- One equation: a condition on the group beside it would try every region for every row.
LEFT JOIN region AS v ON v.code = CASE WHEN c."group" IN ('district', 'village') THEN c.value END
ORDER BY c.place, c."group", c.value NULLS LAST

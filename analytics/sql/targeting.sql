-- Programme x group: how many families (persons, rupiah a year) are eligible, receive, both, and whose eligibility
-- nobody can tell. A programme is a bit, so one pass over the families serves all programmes: families of one group
-- alike in what they are eligible for and receive become one cell, and only cells meet programmes.
-- {conditions}: one truth value per programme, e0, e1, ...; {amounts}: rupiah a year for the family, r0, r1, ...
WITH status AS ({status}),
received AS (
    SELECT family_no, bit_or(1 << (list_position($programmes, programme) - 1)) AS programmes
    FROM enrolment
    WHERE snapshot_id = $snapshot_id AND family_no IS NOT NULL AND list_contains($programmes, programme)
    GROUP BY family_no
),
housed AS (
    SELECT s.family_no, s.village_code, s.size, s.decile, {poor_housing} AS poor_housing
    FROM status AS s JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = s.family_no
),
judged AS (
    SELECT
        left(q.village_code, 8) AS district, q.village_code AS village, x.head_sex,
        CASE WHEN x.elderly > 0 THEN 'yes' WHEN x.elderly = 0 THEN 'no' END AS elderly,
        CASE WHEN x.any_disability THEN 'yes' WHEN NOT x.any_disability THEN 'no' END AS disability,
        CASE
            WHEN q.size >= 7 THEN '7+' WHEN q.size >= 5 THEN '5-6' WHEN q.size >= 3 THEN '3-4'
            WHEN q.size >= 1 THEN '1-2'
        END AS size,
        q.size AS members, coalesce(g.programmes, 0) AS received, {conditions}, {amounts}
    FROM housed AS q
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = q.family_no
    LEFT JOIN received AS g ON g.family_no = q.family_no
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
    FROM cell AS c CROSS JOIN (SELECT unnest(range(len($programmes))) AS place) AS p
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
    $programmes[c.place + 1] AS programme, c."group", c.value, v.name,
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
LEFT JOIN region AS v ON c."group" IN ('district', 'village') AND v.code = c.value
ORDER BY c.place, c."group", c.value NULLS LAST

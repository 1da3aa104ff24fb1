-- One row per kind of family: families alike in which programmes they are a target of, which of these nobody can tell,
-- and which they receive are counted together. A programme is a bit (1, 2, 4, ...), so one pass over the extreme poor
-- serves all programmes. {conditions}: one truth value per programme, named by its place; {costs}: rupiah a year.
WITH status AS ({status}),
ranked AS (
    SELECT left(village_code, 5) AS regency, count({share}) AS families
    FROM family_rank WHERE snapshot_id = $snapshot_id GROUP BY left(village_code, 5)
),
-- Who may be extreme poor at all: everybody else is a target of nothing.
possible AS (
    SELECT
        s.family_no, s.village_code, s.size, s.chance, s.decile, {percentile} AS percentile,
        f.floor IN ('earth', 'bamboo') OR f.wall = 'bamboo' OR f.roof IN ('bamboo', 'thatch') AS poor_housing
    FROM status AS s
    JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = s.family_no
    LEFT JOIN family_rank AS r ON r.snapshot_id = $snapshot_id AND r.family_no = s.family_no
    LEFT JOIN ranked AS k ON k.regency = left(s.village_code, 5)
    WHERE s.chance > 0 OR s.chance IS NULL
),
received AS (
    SELECT e.family_no, bit_or(p.bit) AS programmes
    FROM enrolment AS e
    JOIN possible AS q ON q.family_no = e.family_no
    JOIN (SELECT unnest($programmes) AS programme, unnest($bits) AS bit) AS p ON p.programme = e.programme
    WHERE e.snapshot_id = $snapshot_id
    GROUP BY e.family_no
),
-- Youngest and oldest a member can be, as in features.sql.
member AS (
    SELECT
        p.family_no, p.disability, p.chronic, p.in_school,
        coalesce(p.age, date_sub('year', p.birth_date, CAST($dated AS DATE)), p.age_from, 0) AS youngest,
        coalesce(p.age, date_sub('year', p.birth_date, CAST($dated AS DATE)), p.age_to, 200) AS oldest
    FROM person AS p
    JOIN possible AS q ON q.family_no = p.family_no
    WHERE p.snapshot_id = $snapshot_id AND p.active
        AND (q.percentile BETWEEN $first_percentile AND $last_percentile OR q.percentile IS NULL)
),
judged_member AS (
    SELECT
        family_no,
        CASE WHEN youngest >= $able_from AND oldest <= $able_to THEN true
             WHEN oldest < $able_from OR youngest > $able_to THEN false END
        AND NOT disability AND NOT chronic AND NOT in_school AS able
    FROM member
),
-- True when one member is able, false when all are known not to be, else not known.
working AS (
    SELECT family_no, CASE WHEN bool_or(able) THEN true WHEN count(able) = count(*) THEN false END AS able
    FROM judged_member GROUP BY family_no
),
target AS (
    SELECT
        q.chance, q.size, coalesce(g.programmes, 0) AS received, {conditions}, {costs}
    FROM possible AS q
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = q.family_no
    LEFT JOIN working AS w ON w.family_no = q.family_no
    LEFT JOIN received AS g ON g.family_no = q.family_no
)
SELECT
    {eligible_bits} AS eligible, {unknown_bits} AS unknown, received,
    sum(chance) AS families, sum(size * chance) AS persons, count(*) - count(size) AS unsized,
    -- A family of unknown status may be one; an expected number where its status is a chance.
    sum(coalesce(chance, 1)) AS possible_families, sum(size * coalesce(chance, 1)) AS possible_persons,
    {cost_sums}
FROM target
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3

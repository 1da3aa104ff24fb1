-- One row per kind of family: families alike in which programmes they are a target of, which of these nobody can tell,
-- and which they receive are counted together. A programme is a bit, so one pass over the extreme poor serves all
-- programmes. {conditions}: one truth value per programme, named by its place; {amounts}: what is paid for, and whether
-- part of it is not known.
WITH status AS ({status}),
ranked AS ({ranked}),
-- Villages that are pockets, and those nobody can tell of.
told AS (
    SELECT unnest(CAST($pocket_villages AS VARCHAR[])) AS village_code, true AS known
    UNION ALL
    SELECT unnest(CAST($unknown_villages AS VARCHAR[])) AS village_code, false AS known
),
-- Who may be extreme poor at all: everybody else is a target of nothing.
possible AS (
    SELECT
        s.*, {percentile} AS percentile, CASE WHEN t.known THEN true WHEN NOT t.known THEN NULL ELSE false END AS pocket
    FROM status AS s
    LEFT JOIN told AS t ON t.village_code = s.village_code
    {join_ranked}
    WHERE s.chance > 0 OR s.chance IS NULL
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
-- Families alike in all that a condition asks: some thousand rows, on which the conditions of all programmes are cheap.
alike AS (
    SELECT
        q.decile, q.chance > 0 AS poor, q.percentile BETWEEN $first_percentile AND $last_percentile AS placed, q.pocket,
        q.received & {open_bits} AS received, w.able, {components}
        sum(q.chance) AS families, sum(q.size * q.chance) AS persons,
        count(q.chance) - count(q.size * q.chance) AS unsized, count(*) - count(q.chance) AS unjudged,
        -- A family of unknown status may be one; an expected number where its status is a chance.
        sum(coalesce(q.chance, 1)) AS possible_families, sum(q.size * coalesce(q.chance, 1)) AS possible_persons,
        {amounts}
    FROM possible AS q
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = q.family_no
    LEFT JOIN working AS w ON w.family_no = q.family_no
    GROUP BY {alike}
),
target AS (SELECT q.*, {conditions} FROM alike AS q)
SELECT
    {eligible_bits} AS eligible, {unknown_bits} AS unknown, received,
    sum(families) AS families, sum(persons) AS persons, sum(unsized) AS unsized, sum(unjudged) AS unjudged,
    sum(possible_families) AS possible_families, sum(possible_persons) AS possible_persons, {amount_sums}
FROM target
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3

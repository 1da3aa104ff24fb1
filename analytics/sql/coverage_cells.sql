-- Programme x village, and programme x decile within each regency, over the families of the step `status`.
-- What a family is eligible for and what it receives are bits, a programme's bit by its place in the catalogue.
-- `eligible`, `unknown`: numbers made of those bits. `families`, `persons`, ...: one sum per programme, in the order of
-- $programmes.
WITH status AS ({status}),
judged AS (
    SELECT village_code, size, decile, received, {eligible} AS eligible, {unknown} AS unknown FROM status
),
village AS (
    SELECT
        village_code AS area, count(*) AS group_families, sum(size) AS group_persons,
        [{families}] AS families, [{persons}] AS persons,
        [{eligible_families}] AS eligible_families, [{eligible_persons}] AS eligible_persons,
        [{covered_families}] AS covered_families, [{covered_persons}] AS covered_persons,
        [{eligibility_unknown_families}] AS eligibility_unknown_families
    FROM judged GROUP BY village_code
),
-- Families alike, before they meet the programmes: some thousand rows instead of a million.
alike AS (
    SELECT
        left(village_code, 5) AS area, decile, received, eligible, unknown, count(*) AS families, sum(size) AS persons
    FROM judged GROUP BY left(village_code, 5), decile, received, eligible, unknown
),
programme AS (
    SELECT unnest(CAST($programmes AS VARCHAR[])) AS programme, unnest(CAST($places AS INTEGER[])) AS place,
        unnest(CAST($ruled AS BOOLEAN[])) AS ruled
),
met AS (
    SELECT
        a.area, a.decile, p.programme, p.ruled, a.families, a.persons,
        (a.received >> p.place) & 1 = 1 AS receives,
        (a.eligible >> p.place) & 1 = 1 AS eligible,
        (a.unknown >> p.place) & 1 = 1 AS unknown
    FROM alike AS a CROSS JOIN programme AS p
)
SELECT
    'village' AS "by", area, unnest(CAST($programmes AS VARCHAR[])) AS programme, CAST(NULL AS INTEGER) AS decile,
    unnest(families) AS families, CAST(unnest(persons) AS BIGINT) AS persons,
    group_families, CAST(group_persons AS BIGINT) AS group_persons,
    unnest(eligible_families) AS eligible_families, CAST(unnest(eligible_persons) AS BIGINT) AS eligible_persons,
    unnest(covered_families) AS covered_families, CAST(unnest(covered_persons) AS BIGINT) AS covered_persons,
    unnest(eligibility_unknown_families) AS eligibility_unknown_families
FROM village
UNION ALL
SELECT
    'decile' AS "by", area, programme, decile,
    CAST(coalesce(sum(families) FILTER (WHERE receives), 0) AS BIGINT) AS families,
    CAST(sum(persons) FILTER (WHERE receives) AS BIGINT) AS persons,
    CAST(sum(families) AS BIGINT) AS group_families,
    CAST(sum(persons) AS BIGINT) AS group_persons,
    CAST(CASE WHEN ruled THEN coalesce(sum(families) FILTER (WHERE eligible), 0) END AS BIGINT) AS eligible_families,
    CAST(sum(persons) FILTER (WHERE ruled AND eligible) AS BIGINT) AS eligible_persons,
    CAST(CASE WHEN ruled THEN coalesce(sum(families) FILTER (WHERE eligible AND receives), 0) END AS BIGINT)
        AS covered_families,
    CAST(sum(persons) FILTER (WHERE ruled AND eligible AND receives) AS BIGINT) AS covered_persons,
    CAST(CASE WHEN ruled THEN coalesce(sum(families) FILTER (WHERE unknown), 0) END AS BIGINT)
        AS eligibility_unknown_families
FROM met GROUP BY area, decile, programme, ruled

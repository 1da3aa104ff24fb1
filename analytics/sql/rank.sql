-- Rank share of every family: the part of the area's weight that is as poor or poorer, ties together.
-- `scored`: table or subquery (family_no, village_code, size, score). `reference`: reference.sql.
-- $frame: snapshot.frame. A full frame divides by what it lists; a truncated one by the area's
-- reference population, and where that is missing for one village of the area the share is null.
-- Weights: families (1) and persons (size). No score: no rank. No size, or a negative one: no rank by persons.
-- Yields the columns of family_rank without snapshot_id and imputed_share, one row per row of `scored`.
WITH weighted AS (
    SELECT
        family_no, village_code, size,
        CASE WHEN isfinite(score) THEN score END AS score,
        CASE WHEN size >= 0 THEN size END AS persons,
        left(village_code, 5) AS regency,
        left(village_code, 2) AS province
    FROM {scored} AS s
),
-- A region is known whole only when every village of the code list there has a reference.
reference AS ({reference}),
listed AS (
    SELECT v.code, r.families, r.persons
    FROM region AS v LEFT JOIN reference AS r ON r.village_code = v.code
    WHERE v.level = 'village' AND $frame = 'truncated'
),
regency_total AS (
    SELECT
        left(code, 5) AS regency,
        CASE WHEN count(families) = count(*) THEN sum(families) END AS families,
        CASE WHEN count(persons) = count(*) THEN sum(persons) END AS persons
    FROM listed GROUP BY left(code, 5)
),
province_total AS (
    SELECT
        left(code, 2) AS province,
        CASE WHEN count(families) = count(*) THEN sum(families) END AS families,
        CASE WHEN count(persons) = count(*) THEN sum(persons) END AS persons
    FROM listed GROUP BY left(code, 2)
),
cumulated AS (
    SELECT
        family_no, village_code, size, score, persons, regency, province,
        count(*) OVER village_poorer AS village_cum,
        count(*) OVER village_all AS village_own,
        sum(persons) OVER village_poorer AS village_cum_persons,
        sum(persons) OVER village_all AS village_own_persons,
        count(*) OVER regency_poorer AS regency_cum,
        count(*) OVER regency_all AS regency_own,
        sum(persons) OVER regency_poorer AS regency_cum_persons,
        sum(persons) OVER regency_all AS regency_own_persons,
        count(*) OVER province_poorer AS province_cum,
        count(*) OVER province_all AS province_own,
        sum(persons) OVER province_poorer AS province_cum_persons,
        sum(persons) OVER province_all AS province_own_persons,
        rank() OVER regency_poorer AS list_rank
    FROM weighted
    WHERE score IS NOT NULL
    WINDOW
        village_poorer AS (PARTITION BY village_code ORDER BY score RANGE UNBOUNDED PRECEDING),
        village_all AS (PARTITION BY village_code),
        regency_poorer AS (PARTITION BY regency ORDER BY score RANGE UNBOUNDED PRECEDING),
        regency_all AS (PARTITION BY regency),
        province_poorer AS (PARTITION BY province ORDER BY score RANGE UNBOUNDED PRECEDING),
        province_all AS (PARTITION BY province)
),
-- Truncated: only the reference may divide. Full: the reference tables are empty or unused.
divided AS (
    SELECT
        c.*,
        CASE WHEN $frame = 'truncated' THEN v.families ELSE c.village_own END AS village_total,
        CASE WHEN $frame = 'truncated' THEN v.persons ELSE c.village_own_persons END AS village_total_persons,
        CASE WHEN $frame = 'truncated' THEN k.families ELSE c.regency_own END AS regency_total,
        CASE WHEN $frame = 'truncated' THEN k.persons ELSE c.regency_own_persons END AS regency_total_persons,
        CASE WHEN $frame = 'truncated' THEN p.families ELSE c.province_own END AS province_total,
        CASE WHEN $frame = 'truncated' THEN p.persons ELSE c.province_own_persons END AS province_total_persons
    FROM cumulated AS c
    LEFT JOIN reference AS v ON v.village_code = c.village_code
    LEFT JOIN regency_total AS k ON k.regency = c.regency
    LEFT JOIN province_total AS p ON p.province = c.province
)
SELECT
    family_no, village_code, size, score,
    village_cum / nullif(CAST(village_total AS DOUBLE), 0) AS share_village,
    regency_cum / nullif(CAST(regency_total AS DOUBLE), 0) AS share_regency,
    province_cum / nullif(CAST(province_total AS DOUBLE), 0) AS share_province,
    CASE WHEN persons IS NOT NULL THEN village_cum_persons / nullif(CAST(village_total_persons AS DOUBLE), 0) END
        AS share_village_persons,
    CASE WHEN persons IS NOT NULL THEN regency_cum_persons / nullif(CAST(regency_total_persons AS DOUBLE), 0) END
        AS share_regency_persons,
    CASE WHEN persons IS NOT NULL THEN province_cum_persons / nullif(CAST(province_total_persons AS DOUBLE), 0) END
        AS share_province_persons,
    list_rank,
    regency_own AS list_size
FROM divided
UNION ALL
SELECT family_no, village_code, size, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM weighted WHERE score IS NULL

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
        -- As a fraction's type, exact up to 2^53: sums of whole numbers are twice as slow within windows.
        CASE WHEN size >= 0 THEN CAST(size AS DOUBLE) END AS persons
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
-- One row per village of the list, numbered: numbers are sorted faster than codes.
village AS (
    SELECT
        village_code, families, persons,
        left(village_code, 5) AS regency_code,
        left(village_code, 2) AS province_code,
        CAST(row_number() OVER (ORDER BY village_code) AS INTEGER) AS village,
        CAST(dense_rank() OVER (ORDER BY left(village_code, 5)) AS INTEGER) AS regency,
        CAST(dense_rank() OVER (ORDER BY left(village_code, 2)) AS INTEGER) AS province
    FROM (
        SELECT village_code, count(*) AS families, sum(persons) AS persons
        FROM weighted WHERE score IS NOT NULL GROUP BY village_code
    ) AS counted
),
-- What the shares of a village's families are divided by. Truncated: only the reference may divide.
place AS (
    SELECT
        v.village, v.village_code,
        sum(v.families) OVER of_regency AS list_size,
        CASE WHEN $frame = 'truncated' THEN r.families ELSE v.families END AS village_families,
        CASE WHEN $frame = 'truncated' THEN r.persons ELSE v.persons END AS village_persons,
        CASE WHEN $frame = 'truncated' THEN k.families ELSE sum(v.families) OVER of_regency END AS regency_families,
        CASE WHEN $frame = 'truncated' THEN k.persons ELSE sum(v.persons) OVER of_regency END AS regency_persons,
        CASE WHEN $frame = 'truncated' THEN p.families ELSE sum(v.families) OVER of_province END AS province_families,
        CASE WHEN $frame = 'truncated' THEN p.persons ELSE sum(v.persons) OVER of_province END AS province_persons
    FROM village AS v
    LEFT JOIN reference AS r ON r.village_code = v.village_code
    LEFT JOIN regency_total AS k ON k.regency = v.regency_code
    LEFT JOIN province_total AS p ON p.province = v.province_code
    WINDOW of_regency AS (PARTITION BY v.regency), of_province AS (PARTITION BY v.province)
),
numbered AS (
    SELECT w.family_no, w.size, w.score, w.persons, v.village, v.regency, v.province
    FROM weighted AS w JOIN village AS v ON v.village_code = w.village_code
    WHERE w.score IS NOT NULL
),
-- Nothing but numbers goes through the windows: they keep all their columns.
cumulated AS (
    SELECT
        family_no, size, score, persons, village,
        count(*) OVER village_poorer AS village_cum,
        sum(persons) OVER village_poorer AS village_cum_persons,
        count(*) OVER regency_poorer AS regency_cum,
        sum(persons) OVER regency_poorer AS regency_cum_persons,
        count(*) OVER province_poorer AS province_cum,
        sum(persons) OVER province_poorer AS province_cum_persons,
        rank() OVER regency_poorer AS list_rank
    FROM numbered
    WINDOW
        village_poorer AS (PARTITION BY village ORDER BY score RANGE UNBOUNDED PRECEDING),
        regency_poorer AS (PARTITION BY regency ORDER BY score RANGE UNBOUNDED PRECEDING),
        province_poorer AS (PARTITION BY province ORDER BY score RANGE UNBOUNDED PRECEDING)
)
SELECT
    c.family_no, p.village_code, c.size, c.score,
    c.village_cum / nullif(CAST(p.village_families AS DOUBLE), 0) AS share_village,
    c.regency_cum / nullif(CAST(p.regency_families AS DOUBLE), 0) AS share_regency,
    c.province_cum / nullif(CAST(p.province_families AS DOUBLE), 0) AS share_province,
    CASE WHEN c.persons IS NOT NULL THEN c.village_cum_persons / nullif(CAST(p.village_persons AS DOUBLE), 0) END
        AS share_village_persons,
    CASE WHEN c.persons IS NOT NULL THEN c.regency_cum_persons / nullif(CAST(p.regency_persons AS DOUBLE), 0) END
        AS share_regency_persons,
    CASE WHEN c.persons IS NOT NULL THEN c.province_cum_persons / nullif(CAST(p.province_persons AS DOUBLE), 0) END
        AS share_province_persons,
    c.list_rank,
    CAST(p.list_size AS BIGINT) AS list_size
FROM cumulated AS c JOIN place AS p ON p.village = c.village
UNION ALL
SELECT family_no, village_code, size, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM weighted WHERE score IS NULL

-- The step `judged` over `status`, one row per family: which programmes it holds and which rules of "not at one time" it
-- touches. Programmes and rules are bits (1, 2, 4, ...), so what a family holds is one number.
-- {has}, {unsure}: bits of the programmes whose component the family has, and of those where that is not known.
ruled AS (
    SELECT
        unnest(CAST($rule_bits AS BIGINT[])) AS rule, unnest(CAST($first AS VARCHAR[])) AS first,
        unnest(CAST($second AS VARCHAR[])) AS second
),
-- A period of which an end is missing, or which ends before it begins, is not known.
dated AS (
    SELECT
        family_no, programme, period_from, period_to,
        coalesce(period_from <= period_to, false) AS known
    FROM enrolment
    WHERE snapshot_id = $snapshot_id AND family_no IS NOT NULL
        AND programme IN (SELECT first FROM ruled UNION ALL SELECT second FROM ruled)
),
touched AS (
    SELECT
        a.family_no,
        bit_or(CASE
            WHEN a.known AND b.known AND a.period_from <= b.period_to AND b.period_from <= a.period_to
            THEN r.rule ELSE 0
        END) AS clash,
        bit_or(CASE WHEN a.known AND b.known THEN 0 ELSE r.rule END) AS undated
    FROM ruled AS r
    JOIN dated AS a ON a.programme = r.first
    JOIN dated AS b ON b.programme = r.second AND b.family_no = a.family_no
    GROUP BY a.family_no
),
-- Programmes outside the catalogue have no bit of their own: one stands for all of them.
other AS (
    SELECT DISTINCT family_no FROM enrolment
    WHERE snapshot_id = $snapshot_id AND family_no IS NOT NULL
        AND programme IN (SELECT unnest(CAST($uncatalogued AS VARCHAR[])))
),
judged AS (
    SELECT
        q.family_no, q.village_code, q.size, q.extreme, q.chance, q.decile,
        q.received | CASE WHEN o.family_no IS NULL THEN CAST(0 AS BIGINT) ELSE $other END AS held,
        coalesce(t.clash, 0) AS clash,
        coalesce(t.undated, 0) & ~coalesce(t.clash, 0) AS to_check,
        {has} AS has,
        {unsure} AS unsure
    FROM status AS q
    LEFT JOIN touched AS t ON t.family_no = q.family_no
    LEFT JOIN other AS o ON o.family_no = q.family_no
)

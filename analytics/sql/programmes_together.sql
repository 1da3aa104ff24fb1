-- One row per family of the scope: which programmes it holds and which rules of "not at one time" it touches. Programmes
-- and rules are bits (1, 2, 4, ...), so what a family holds is one number.
-- {has}, {unsure}: bits of the programmes whose component the family has, and of those where that is not known.
WITH status AS ({status}),
held AS (
    SELECT e.family_no, bit_or(coalesce(p.bit, $uncatalogued)) AS held
    FROM enrolment AS e
    LEFT JOIN (
        SELECT unnest(CAST($codes AS VARCHAR[])) AS programme, unnest(CAST($bits AS BIGINT[])) AS bit
    ) AS p ON p.programme = e.programme
    WHERE e.snapshot_id = $snapshot_id AND e.family_no IS NOT NULL
    GROUP BY e.family_no
),
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
met AS (
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
housed AS (
    SELECT
        s.family_no, s.village_code, s.size, s.extreme, s.chance, s.decile, {poor_housing} AS poor_housing
    FROM status AS s JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = s.family_no
)
SELECT
    q.family_no, q.village_code, q.size, q.extreme, q.chance, q.decile,
    coalesce(h.held, 0) AS held,
    coalesce(m.clash, 0) AS clash,
    coalesce(m.undated, 0) & ~coalesce(m.clash, 0) AS to_check,
    {has} AS has,
    {unsure} AS unsure
FROM housed AS q
LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = q.family_no
LEFT JOIN held AS h ON h.family_no = q.family_no
LEFT JOIN met AS m ON m.family_no = q.family_no

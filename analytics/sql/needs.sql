-- One row per village: how many families have a need, have not, are not asked; all, and the extreme poor among them.
WITH status AS ({status}),
received AS (
    SELECT e.family_no, bit_or(p.bit) AS programmes
    FROM enrolment AS e
    JOIN (SELECT unnest($programmes) AS programme, unnest($bits) AS bit) AS p ON p.programme = e.programme
    WHERE e.snapshot_id = $snapshot_id AND e.family_no IS NOT NULL
    GROUP BY e.family_no
),
judged AS (
    SELECT s.village_code, {weight} AS weight, CAST({weight} * s.chance AS DOUBLE) AS extreme, {answers}
    FROM status AS s
    JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = s.family_no
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = s.family_no
    LEFT JOIN received AS g ON g.family_no = s.family_no
)
SELECT village_code, sum(weight) AS everyone, sum(extreme) AS extreme, {counts}
FROM judged GROUP BY village_code ORDER BY village_code

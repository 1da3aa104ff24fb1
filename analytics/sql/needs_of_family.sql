-- The needs of one family, found by its pseudonym.
WITH found AS (
    SELECT * FROM family WHERE snapshot_id = $snapshot_id AND pseudonym = $pseudonym
),
received AS (
    SELECT e.family_no, bit_or(p.bit) AS programmes
    FROM enrolment AS e
    JOIN found AS f ON f.family_no = e.family_no
    JOIN (SELECT unnest($programmes) AS programme, unnest($bits) AS bit) AS p ON p.programme = e.programme
    WHERE e.snapshot_id = $snapshot_id
    GROUP BY e.family_no
)
SELECT {answers}
FROM found AS f
LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = f.family_no
LEFT JOIN received AS g ON g.family_no = f.family_no

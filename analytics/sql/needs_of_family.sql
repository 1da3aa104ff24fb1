-- The needs of one family, found by its pseudonym. {answers}: from analytics/need_answers.py.
WITH found AS (
    SELECT * FROM family WHERE snapshot_id = $snapshot_id AND pseudonym = $pseudonym
),
held AS (
    SELECT
        e.family_no, bit_or(CAST(1 AS BIGINT) << (list_position($catalogue, e.programme) - 1)) AS received
    FROM enrolment AS e
    JOIN found AS f ON f.family_no = e.family_no
    WHERE e.snapshot_id = $snapshot_id
    GROUP BY e.family_no
)
SELECT {answers}
FROM found AS f
LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = f.family_no
LEFT JOIN held AS h ON h.family_no = f.family_no

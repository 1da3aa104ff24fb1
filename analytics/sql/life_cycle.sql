-- Families in each stage of life, by which of the programmes meant for a stage they hold.
-- {columns}: per stage, over its truth value and its number of members.
WITH status AS ({status}),
held AS (
    SELECT e.family_no, bit_or(p.bit) AS held
    FROM enrolment AS e
    JOIN (
        SELECT unnest(CAST($codes AS VARCHAR[])) AS programme, unnest(CAST($bits AS BIGINT[])) AS bit
    ) AS p ON p.programme = e.programme
    WHERE e.snapshot_id = $snapshot_id AND e.family_no IS NOT NULL
    GROUP BY e.family_no
),
-- Members that a family's features do not number.
member AS (
    SELECT family_no, count(*) FILTER (WHERE pregnant) AS pregnant, count(*) FILTER (WHERE disability) AS disabled
    FROM person WHERE snapshot_id = $snapshot_id AND active AND (pregnant OR disability)
    GROUP BY family_no
),
staged AS (
    SELECT s.chance, coalesce(h.held, 0) AS held, {stages}
    FROM status AS s
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = s.family_no
    LEFT JOIN member AS m ON m.family_no = s.family_no
    LEFT JOIN held AS h ON h.family_no = s.family_no
)
SELECT held, count(*) FILTER (WHERE chance IS NOT NULL) AS judged, {columns}
FROM staged GROUP BY held ORDER BY held

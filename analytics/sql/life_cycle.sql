-- Families in each stage of life, by which of the programmes meant for a stage they hold.
-- {columns}: per stage, over its truth value and its number of members.
WITH status AS ({status}),
-- Members that a family's features do not number.
member AS (
    SELECT family_no, count(*) FILTER (WHERE pregnant) AS pregnant, count(*) FILTER (WHERE disability) AS disabled
    FROM person WHERE snapshot_id = $snapshot_id AND active AND (pregnant OR disability)
    GROUP BY family_no
),
staged AS (
    SELECT s.chance, s.received & $meant AS held, {stages}
    FROM status AS s
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = s.family_no
    LEFT JOIN member AS m ON m.family_no = s.family_no
),
-- Families alike in the stages they are in: few rows, on which a filtered sum per stage costs nothing.
alike AS (
    SELECT
        held, {inside}, count(*) AS families, count(chance) AS judged, sum(chance) AS extreme, {members}
    FROM staged GROUP BY held, {inside}
)
SELECT held, sum(judged) AS judged, {columns}
FROM alike GROUP BY held ORDER BY held

-- The families of one proposal with the newest decision on each. {condition}, {order}: fixed texts of the package.
WITH status AS ({status}), {judged},
newest AS (
    SELECT
        pseudonym, decision, reason, decided_by, decided_at,
        row_number() OVER (PARTITION BY pseudonym ORDER BY decided_at DESC, rowid DESC) AS place
    FROM review WHERE proposal = $proposal AND programme = $programme
)
SELECT
    f.pseudonym, j.village_code AS village, v.name, j.size, j.decile, j.held, n.decision, n.reason, n.decided_by,
    n.decided_at
FROM judged AS j
JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = j.family_no
LEFT JOIN region AS v ON v.code = j.village_code
LEFT JOIN newest AS n ON n.pseudonym = f.pseudonym AND n.place = 1
WHERE {condition}
ORDER BY j.decile {order} NULLS LAST, j.village_code, f.pseudonym
LIMIT CAST($most AS BIGINT)

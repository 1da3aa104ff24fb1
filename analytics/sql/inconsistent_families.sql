-- The contradicting families of the scope, the furthest first.
WITH status AS ({status}),
judged AS ({judged})
SELECT
    j.family_no, f.pseudonym, j.village_code AS village, v.name, d.name AS district, j.size,
    j.decile_recorded, j.decile_expected, j.gap, j.looks
FROM judged AS j
JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = j.family_no
LEFT JOIN region AS v ON v.code = j.village_code
LEFT JOIN region AS d ON d.code = left(j.village_code, 8)
WHERE j.looks IN (SELECT unnest($looks))
ORDER BY abs(j.gap) DESC, f.pseudonym
LIMIT $limit

-- Families of the scope for whom a visit answered a clause of the rules.
SELECT count(DISTINCT f.family_no) AS families
FROM criterion_answer AS a
JOIN family AS f ON f.pseudonym = a.pseudonym AND f.snapshot_id = $snapshot_id
WHERE a.ruleset = $ruleset
    AND ($region = '' OR f.village_code = $region OR starts_with(f.village_code, $region || '.'))

-- One row per family of a scope: each clause of a rule file as met (true), not met (false), cannot be judged (null).
-- `answers`, `judged`, `joins`: from analytics/criteria_sql.py, whitelisted columns and bound values only.
-- A visit's answer of yes or no goes before the register; of several the newest, an undated one being the oldest.
WITH newest AS (
    SELECT
        pseudonym, clause,
        arg_max(
            CASE WHEN met THEN 1 WHEN NOT met THEN 0 ELSE -1 END, coalesce(date, CAST('0001-01-01' AS DATE))
        ) AS said
    FROM criterion_answer
    WHERE ruleset = $ruleset
    GROUP BY pseudonym, clause
),
answer AS (
    SELECT pseudonym, {answers} FROM newest GROUP BY pseudonym
)
SELECT family.family_no, family.village_code, family.pseudonym, family.size, {judged}
FROM family
LEFT JOIN family_feature AS feature ON feature.snapshot_id = $snapshot_id AND feature.family_no = family.family_no
LEFT JOIN answer ON answer.pseudonym = family.pseudonym
{joins}
WHERE family.snapshot_id = $snapshot_id
    AND ($region = '' OR family.village_code = $region OR starts_with(family.village_code, $region || '.'))

-- Families by what each definition of extreme poverty says of them, by village and kind: one pass over the families.
-- `status`: of `local_criteria` with the lower bound, so that `extreme` is met, not met, or cannot be judged.
WITH status AS ({status}),
judged AS (
    SELECT
        village_code AS village, head_sex, elderly, any_disability, size,
        decile_recorded <= $cut AS recorded,
        {share} <= $quota + {tolerance} AS pmt_quota,
        extreme AS local,
        below AS chance
    FROM status
)
SELECT
    village, head_sex, elderly, any_disability, recorded, pmt_quota, local, chance IS NOT NULL AS has_chance,
    count(*) AS families, sum(size) AS persons,
    sum(chance) AS chance_families, sum(chance * size) AS chance_persons
FROM judged
GROUP BY village, head_sex, elderly, any_disability, recorded, pmt_quota, local, chance IS NOT NULL

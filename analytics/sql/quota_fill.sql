-- Per regency: weight a quota asks for, weight it selects, weight of the tie that straddles it.
-- `share`, `weight`: column of family_rank and the weight it cumulates. $region: a regency, province or "".
WITH ranked AS (
    SELECT left(village_code, 5) AS regency, {share} AS share, {weight} AS weight
    FROM family_rank
    WHERE snapshot_id = $snapshot_id AND {share} IS NOT NULL AND {in_region}
),
-- The poorest share outside the quota: the families who tie across the cut, unless the quota is met exactly.
regency AS (
    SELECT
        regency,
        -- The last share is listed weight / total weight, in a truncated frame too.
        sum(weight) / nullif(max(share), 0) AS total,
        coalesce(sum(weight) FILTER (WHERE share <= $quota + {tolerance}), 0) AS selected,
        min(share) FILTER (WHERE share > $quota + {tolerance}) AS next_share
    FROM ranked GROUP BY regency
),
tie AS (
    SELECT k.regency, sum(r.weight) AS weight, count(*) AS families
    FROM regency AS k JOIN ranked AS r ON r.regency = k.regency AND r.share = k.next_share
    GROUP BY k.regency
)
SELECT
    k.regency,
    v.name,
    $quota * k.total AS quota_weight,
    CAST(k.selected AS DOUBLE) AS selected,
    CAST(coalesce(t.weight, 0) AS DOUBLE) AS tie,
    coalesce(t.families, 0) AS tie_families
FROM regency AS k
LEFT JOIN tie AS t ON t.regency = k.regency
LEFT JOIN region AS v ON v.code = k.regency
ORDER BY k.regency

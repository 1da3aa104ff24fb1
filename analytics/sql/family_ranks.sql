-- One row per family of the scope: recorded and PMT rank side by side, in every area, the poorest first.
-- By score, not by list_rank: that one starts anew in every regency.
WITH status AS ({status}),
ranked AS (
    SELECT left(village_code, 13) AS village, left(village_code, 5) AS regency, left(village_code, 2) AS province
    FROM family_rank WHERE snapshot_id = $snapshot_id AND score IS NOT NULL
),
area AS (
    SELECT village AS code, count(*) AS families FROM ranked GROUP BY village
    UNION ALL SELECT regency, count(*) FROM ranked GROUP BY regency
    UNION ALL SELECT province, count(*) FROM ranked GROUP BY province
)
SELECT
    f.pseudonym, s.village_code AS village, s.size, s.extreme, s.chance,
    f.decile_recorded, f.percentile_recorded,
    {decile_village} AS decile_village, {decile_regency} AS decile_regency, {decile_province} AS decile_province,
    {percentile_village} AS percentile_village, {percentile_regency} AS percentile_regency,
    {percentile_province} AS percentile_province,
    r.score, r.imputed_share, r.list_rank, r.list_size
FROM status AS s
JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = s.family_no
LEFT JOIN family_rank AS r ON r.snapshot_id = $snapshot_id AND r.family_no = s.family_no
LEFT JOIN area AS v ON v.code = s.village_code
LEFT JOIN area AS k ON k.code = left(s.village_code, 5)
LEFT JOIN area AS p ON p.code = left(s.village_code, 2)
ORDER BY r.score NULLS LAST, f.decile_recorded NULLS LAST, f.pseudonym
LIMIT $limit OFFSET $offset

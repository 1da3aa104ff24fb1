-- Families of one programme by place in the ranking (decile, percentile), eligibility and receipt: at most a few hundred
-- cells, from which incidence, concentration and unequal treatment of equals are summed.
WITH status AS ({status}),
received AS (
    SELECT DISTINCT family_no FROM enrolment
    WHERE snapshot_id = $snapshot_id AND family_no IS NOT NULL AND list_contains($programmes, programme)
),
ranked AS ({ranked}),
housed AS (
    SELECT s.family_no, s.size, s.decile, {percentile} AS percentile, {poor_housing} AS poor_housing
    FROM status AS s
    JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = s.family_no
    {join_rank}
),
judged AS (
    SELECT q.decile, q.percentile, q.size, g.family_no IS NOT NULL AS receives, {conditions}, {amounts}
    FROM housed AS q
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = q.family_no
    LEFT JOIN received AS g ON g.family_no = q.family_no
)
SELECT
    decile, percentile, e0 AS eligible, receives,
    count(*) AS families, sum(size) AS persons, sum(r0) AS rupiah
FROM judged GROUP BY decile, percentile, e0, receives
ORDER BY decile, percentile, e0, receives

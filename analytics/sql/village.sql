-- Two rows: the families of one village (`here`), and all others of its regency; what they are and what they need.
WITH status AS ({status}),
judged AS (
    SELECT g.village_code = $village AS here, g.size, g.chance, {answers}
    FROM status AS g
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = g.family_no
)
SELECT
    here, count(*) AS families, count(size) AS sized, sum(size) AS persons, coalesce(sum(chance), 0) AS extreme,
    {counts}
FROM judged GROUP BY here

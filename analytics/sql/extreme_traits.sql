-- One row: how many families have each trait, have not, are not asked; all, and the extreme poor among them.
WITH g AS ({status}),
judged AS (
    SELECT coalesce(g.chance, 0) AS chance, {answers}
    FROM g LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = g.family_no
)
SELECT count(*) AS families, coalesce(sum(chance), 0) AS extreme, {counts} FROM judged

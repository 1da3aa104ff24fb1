-- Two rows: the families of one village (`here`), and all others of its regency; what they are and what they need.
-- {held}: bits of the open programmes a family receives, as `needs.answers_sql` numbers them.
WITH status AS ({status}),
g AS (
    SELECT
        family_no, size, chance, head_sex, any_disability, under_five, school_age, school_age_out, elderly,
        village_code = $village AS here, {held} AS programmes
    FROM status
),
-- Elsewhere only the extreme poor are asked what they need: homes of a whole regency are many rows.
f AS (
    SELECT * FROM family
    WHERE snapshot_id = $snapshot_id AND family_no IN (SELECT family_no FROM g WHERE here OR chance > 0)
),
judged AS (
    SELECT g.here, g.size, g.chance, {answers}
    FROM g
    LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = g.family_no
    LEFT JOIN f ON f.family_no = g.family_no
)
SELECT
    here, count(*) AS families, count(size) AS sized, sum(size) AS persons, coalesce(sum(chance), 0) AS extreme,
    {counts}
FROM judged GROUP BY here

-- Families with a recorded decile, their traits, and every so many of them so that at most $most remain: taken at
-- even steps through the villages, so that the same register always gives the same families.
WITH numbered AS (
    SELECT family_no, row_number() OVER (ORDER BY village_code, family_no) AS place, count(*) OVER () AS families
    FROM family WHERE snapshot_id = $snapshot_id AND decile_recorded IS NOT NULL
),
chosen AS (
    SELECT family_no FROM numbered
    WHERE (place - 1) % CAST(ceil(families / CAST($most AS DOUBLE)) AS BIGINT) = 0
)
SELECT family.decile_recorded, {columns} FROM {families} AND family.family_no IN (SELECT family_no FROM chosen)
ORDER BY family.village_code, family.family_no

-- Families with a recorded decile, their traits, and every so many of them so that at most $most remain: taken at
-- even steps through the villages, so that the same register always gives the same families.
-- Villages are numbered before families are sorted by them: a number takes a quarter of the memory of a code.
WITH village AS (
    SELECT village_code, row_number() OVER (ORDER BY village_code) AS village
    FROM (SELECT DISTINCT village_code FROM family WHERE snapshot_id = $snapshot_id) AS named
),
numbered AS (
    SELECT f.family_no, row_number() OVER (ORDER BY v.village, f.family_no) AS place, count(*) OVER () AS families
    FROM family AS f JOIN village AS v ON v.village_code = f.village_code
    WHERE f.snapshot_id = $snapshot_id AND f.decile_recorded IS NOT NULL
),
chosen AS (
    SELECT family_no FROM numbered
    WHERE (place - 1) % CAST(ceil(families / CAST($most AS DOUBLE)) AS BIGINT) = 0
)
-- Said of both tables, so that neither is joined whole.
SELECT family.decile_recorded, {columns} FROM {families}
    AND family.family_no IN (SELECT family_no FROM chosen)
    AND feature.family_no IN (SELECT family_no FROM chosen)
ORDER BY family.village_code, family.family_no

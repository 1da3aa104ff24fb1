-- Families with a recorded decile, their traits, and every so many of them so that at most $most remain: taken at
-- even steps through the villages, so that the same register always gives the same families.
WITH numbered AS (
    SELECT family.decile_recorded, {columns},
        row_number() OVER (ORDER BY family.village_code, family.family_no) AS place, count(*) OVER () AS families
    FROM {families} AND family.decile_recorded IS NOT NULL
)
SELECT * EXCLUDE (place, families) FROM numbered
WHERE (place - 1) % CAST(ceil(families / CAST($most AS DOUBLE)) AS BIGINT) = 0
ORDER BY place

-- What families are like in each decile of the scope's ranking; every share is among those where it is known.
WITH status AS ({status})
SELECT
    s.decile,
    count(*) AS families,
    CAST(sum(s.size) AS BIGINT) AS persons,
    avg(s.size) AS size_mean,
    avg(x.dependency) AS dependency_mean,
    avg(CASE WHEN x.head_sex IS NOT NULL THEN CAST(x.head_sex = 'female' AS INTEGER) END) AS head_female,
    avg(CASE WHEN x.head_education IS NOT NULL THEN CAST(x.head_education IN ('none', 'primary') AS INTEGER) END)
        AS head_primary_or_less,
    avg(CAST(x.any_disability AS INTEGER)) AS any_disability,
    avg(CASE WHEN f.floor IS NOT NULL THEN CAST(f.floor IN ('earth', 'bamboo') AS INTEGER) END) AS floor_earth_bamboo,
    avg(CASE WHEN f.toilet IS NOT NULL THEN CAST(f.toilet = 'own' AS INTEGER) END) AS toilet_own,
    avg(CASE WHEN f.fuel IS NOT NULL THEN CAST(f.fuel = 'wood_charcoal' AS INTEGER) END) AS fuel_wood,
    avg(CAST(f.motorcycle AS INTEGER)) AS motorcycle
FROM status AS s
JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = s.family_no
LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = s.family_no
GROUP BY s.decile
ORDER BY s.decile NULLS LAST

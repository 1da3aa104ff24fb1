-- Mean of every term over the scored families of a regency, a term without a value counting as its survey mean.
SELECT count(*) AS families, avg(r.score) AS score{means}
FROM family
JOIN family_feature AS feature ON feature.snapshot_id = family.snapshot_id AND feature.family_no = family.family_no
JOIN family_rank AS r ON r.snapshot_id = family.snapshot_id AND r.family_no = family.family_no
WHERE family.snapshot_id = $snapshot_id AND left(family.village_code, 5) = $regency AND r.score IS NOT NULL

-- Recorded decile x PMT decile in the regency; null stands for "not known" on either side.
SELECT
    f.decile_recorded AS recorded,
    {decile} AS pmt,
    count(*) AS families,
    sum(f.size) AS persons
FROM family AS f
LEFT JOIN family_rank AS r ON r.snapshot_id = f.snapshot_id AND r.family_no = f.family_no
WHERE f.snapshot_id = $snapshot_id AND {in_region}
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST

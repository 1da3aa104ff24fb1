-- What a rank of the scope leaves out.
SELECT
    count(*) AS families,
    count(r.family_no) AS in_run,
    count(*) FILTER (WHERE r.family_no IS NOT NULL AND r.score IS NULL) AS unscored,
    count(*) FILTER (WHERE r.score IS NOT NULL AND r.share_regency IS NULL) AS list_only,
    count(*) FILTER (WHERE r.score IS NOT NULL AND coalesce(f.size, -1) < 0) AS without_size,
    count(*) FILTER (WHERE r.share_regency > 1 OR r.share_village > 1) AS beyond_reference,
    count(*) FILTER (WHERE r.imputed_share > 0) AS imputed,
    count(r.list_rank) AS listed
FROM family AS f
LEFT JOIN family_rank AS r ON r.snapshot_id = f.snapshot_id AND r.family_no = f.family_no
WHERE f.snapshot_id = $snapshot_id AND {in_region}

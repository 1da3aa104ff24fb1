-- One family: where it lives, how it ranks by record and by score.
SELECT
    f.family_no, f.pseudonym, f.village_code, v.name AS village, d.name AS district, f.size,
    f.decile_recorded, f.percentile_recorded, s.rank_area, s.frame, e.decile_expected,
    {decile} AS decile_pmt, r.score, r.imputed_share, r.list_rank, r.list_size
FROM family AS f
JOIN snapshot AS s ON s.snapshot_id = f.snapshot_id
LEFT JOIN family_rank AS r ON r.snapshot_id = f.snapshot_id AND r.family_no = f.family_no
LEFT JOIN family_expected AS e ON e.snapshot_id = f.snapshot_id AND e.family_no = f.family_no
LEFT JOIN region AS v ON v.code = f.village_code
LEFT JOIN region AS d ON d.code = left(f.village_code, 8)
WHERE f.snapshot_id = $snapshot_id AND f.pseudonym = $pseudonym

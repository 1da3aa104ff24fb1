-- Spearman: the correlation of average ranks, over the families of the scope that have both ranks.
WITH paired AS (
    SELECT f.decile_recorded AS recorded, {share} AS share
    FROM family AS f
    JOIN family_rank AS r ON r.snapshot_id = f.snapshot_id AND r.family_no = f.family_no
    WHERE f.snapshot_id = $snapshot_id AND {in_region} AND f.decile_recorded IS NOT NULL AND {share} IS NOT NULL
),
placed AS (
    -- First rank of a tie plus half of those beside it: the average of the places they share.
    SELECT
        rank() OVER (ORDER BY recorded) + (count(*) OVER (PARTITION BY recorded) - 1) / 2.0 AS recorded_rank,
        rank() OVER (ORDER BY share) + (count(*) OVER (PARTITION BY share) - 1) / 2.0 AS share_rank
    FROM paired
)
SELECT
    count(*) AS families,
    CASE WHEN stddev_pop(recorded_rank) > 0 AND stddev_pop(share_rank) > 0 THEN corr(recorded_rank, share_rank) END
        AS spearman
FROM placed

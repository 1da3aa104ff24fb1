-- One row per family of the scope with a recorded decile: the decile usual for its traits, and how it looks beside it.
-- $far: deciles. looks: better_off, poorer; null where neither, or where nothing is usual for what is known of it.
WITH judged AS (
    SELECT
        f.family_no, f.pseudonym, f.village_code, f.size, f.decile_recorded, e.decile_expected,
        e.decile_expected - f.decile_recorded AS gap
    FROM family AS f
    LEFT JOIN family_expected AS e ON e.snapshot_id = f.snapshot_id AND e.family_no = f.family_no
    WHERE f.snapshot_id = $snapshot_id AND f.decile_recorded IS NOT NULL AND {in_region}
)
SELECT
    j.*,
    CASE
        WHEN j.gap >= $far - {tolerance} THEN 'better_off'
        WHEN -j.gap >= $far - {tolerance} THEN 'poorer'
    END AS looks
FROM judged AS j

-- One row per family of the step `status` with a recorded decile: the decile usual for its traits, and how it looks beside it.
-- $far: deciles. looks: better_off, poorer; null where neither, or where nothing is usual for what is known of it.
WITH judged AS (
    SELECT family_no, village_code, size, decile_recorded, decile_expected, decile_expected - decile_recorded AS gap
    FROM status WHERE decile_recorded IS NOT NULL
)
SELECT
    j.*,
    CASE
        WHEN j.gap >= $far - {tolerance} THEN 'better_off'
        WHEN -j.gap >= $far - {tolerance} THEN 'poorer'
    END AS looks
FROM judged AS j

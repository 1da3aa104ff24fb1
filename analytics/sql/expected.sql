-- The decile usual for a family's traits, kept within the deciles the register holds.
WITH held AS (
    SELECT min(decile_recorded) AS lowest, max(decile_recorded) AS highest FROM family WHERE snapshot_id = $snapshot_id
),
scored AS (
    SELECT family.family_no, {score} AS score, {imputed_share} AS imputed_share FROM {families}
)
SELECT
    $snapshot_id AS snapshot_id, s.family_no,
    CASE WHEN s.imputed_share <= $most_imputed THEN least(h.highest, greatest(h.lowest, s.score)) END AS decile_expected
FROM scored AS s CROSS JOIN held AS h

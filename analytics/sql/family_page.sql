-- One row per family of a snapshot: all that a page asks of it, so that no page joins a million rows anew.
-- `run` stores the rows (table family_page); where nothing current is stored, the same text computes them.
-- $catalogue: codes of data/reference/programmes.yaml in their order; $closed: those that are closed.
-- `need_yes`, `need_known`, `need_not_asked`: from analytics/need_answers.py.
-- `chances`: a column per line; `lines`: the joins that give them.
WITH held AS (
    SELECT
        family_no,
        bit_or(CAST(1 AS BIGINT) << (list_position($catalogue, programme) - 1)) AS received,
        bool_or(NOT list_contains($closed, programme)) AS any_open
    FROM enrolment
    WHERE snapshot_id = $snapshot_id AND family_no IS NOT NULL
    GROUP BY family_no
)
SELECT
    f.snapshot_id, f.family_no, f.village_code, f.size, f.decile_recorded, f.percentile_recorded,
    r.share_regency AS share_families, r.share_regency_persons AS share_persons,
    {decile_families} AS decile_families, {decile_persons} AS decile_persons,
    CASE WHEN r.family_no IS NOT NULL THEN r.score IS NOT NULL END AS scored,
    r.imputed_share > 0 AS imputed,
    r.share_regency > 1 OR r.share_village > 1 AS beyond_reference,
    e.decile_expected,
    {chances}
    -- A programme outside the catalogue has no bit.
    coalesce(h.received, 0) AS received,
    coalesce(h.any_open, false) AS any_open,
    x.head_sex, x.any_pregnant, x.any_disability, x.any_chronic,
    x.children_0_6 > 0 AS children_0_6,
    x.children_7_18 > 0 AS children_7_18,
    x.under_five > 0 AS under_five,
    x.school_age > 0 AS school_age,
    x.school_age_out > 0 AS school_age_out,
    x.elderly > 0 AS elderly,
    -- A house of earth or of what rots: bamboo, thatch. Another floor, wall or roof does not offset it.
    f.floor IN ('earth', 'bamboo') OR f.wall = 'bamboo' OR f.roof IN ('bamboo', 'thatch') AS poor_housing,
    {need_yes} AS need_yes, {need_known} AS need_known, {need_not_asked} AS need_not_asked
FROM family AS f
LEFT JOIN family_rank AS r ON r.snapshot_id = $snapshot_id AND r.family_no = f.family_no
LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = f.family_no
LEFT JOIN family_expected AS e ON e.snapshot_id = $snapshot_id AND e.family_no = f.family_no
LEFT JOIN held AS h ON h.family_no = f.family_no
{lines}
WHERE f.snapshot_id = $snapshot_id

-- One row per village: how many families have a need, of how many that is known, how many are not asked; all, and the
-- extreme poor among them. {counts}: sums over the bits need_yes, need_known and need_not_asked.
WITH status AS ({status}),
judged AS (
    SELECT village_code, {weight} AS weight, {weight} * chance AS extreme, need_yes, need_known, need_not_asked
    FROM status
)
SELECT village_code, sum(weight) AS everyone, sum(extreme) AS extreme, {counts}
FROM judged GROUP BY village_code ORDER BY village_code

-- One row per village: how many families have a need, of how many that is known, how many are not asked; all, and the
-- extreme poor among them. {pairs}: the bits of need_yes and need_known, the second half of the needs moved up, so that
-- one sum counts two needs; {sums} over them; {counts}: taken apart again.
WITH status AS ({status}),
judged AS (
    SELECT
        village_code, {weight} AS weight, {weight} * chance AS extreme, need_yes, need_known, need_not_asked, {pairs}
    FROM status
),
summed AS (
    SELECT village_code, sum(weight) AS everyone, sum(extreme) AS extreme, {sums} FROM judged GROUP BY village_code
)
SELECT village_code, everyone, extreme, {counts} FROM summed ORDER BY village_code

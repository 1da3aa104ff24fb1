-- Families of one programme by place in the ranking (decile, percentile), eligibility and receipt: at most a few hundred
-- cells, from which incidence, concentration and unequal treatment of equals are summed.
WITH status AS ({status}),
ranked AS ({ranked}),
judged AS (
    SELECT
        q.decile, {percentile} AS percentile, q.size, q.received & {mask} <> 0 AS receives,
        {conditions}, {amounts}
    FROM status AS q {join_rank} {join_amounts}
)
SELECT
    decile, percentile, {eligible} AS eligible, receives,
    count(*) AS families, sum(size) AS persons, sum({rupiah}) AS rupiah
FROM judged GROUP BY decile, percentile, {eligible}, receives
ORDER BY decile, percentile, {eligible}, receives

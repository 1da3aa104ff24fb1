-- Families alike in all that rules, sets and the ladder ask about, counted together: a few thousand rows at most.
WITH status AS ({status}), {judged}
SELECT
    held, clash, to_check, has, unsure, decile,
    count(*) AS families,
    sum(size) AS persons,
    coalesce(sum(chance), 0) AS extreme_families,
    CASE WHEN coalesce(sum(chance), 0) = 0 THEN 0 ELSE sum(size * chance) END AS extreme_persons,
    count(*) FILTER (WHERE chance IS NULL) AS status_unknown
FROM judged
GROUP BY held, clash, to_check, has, unsure, decile
ORDER BY held, clash, to_check, has, unsure, decile

-- How many families of a village look better off, or poorer, than their recorded decile says.
WITH status AS ({status}),
judged AS ({judged}),
counted AS (
    SELECT
        village_code,
        count(decile_expected) AS families, count(*) - count(decile_expected) AS unjudged,
        count(*) FILTER (WHERE looks = 'better_off') AS better_off,
        count(*) FILTER (WHERE looks = 'poorer') AS poorer
    FROM judged GROUP BY village_code
)
SELECT c.village_code AS village, v.name, d.name AS district, c.families, c.unjudged, c.better_off, c.poorer
FROM counted AS c
LEFT JOIN region AS v ON v.code = c.village_code
LEFT JOIN region AS d ON d.code = left(c.village_code, 8)
ORDER BY c.village_code

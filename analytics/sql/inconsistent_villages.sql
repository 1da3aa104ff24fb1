-- How many families of a village look better off, or poorer, than their recorded decile says.
WITH judged AS ({judged})
SELECT
    j.village_code AS village, v.name, d.name AS district,
    count(j.decile_expected) AS families, count(*) - count(j.decile_expected) AS unjudged,
    count(*) FILTER (WHERE j.looks = 'better_off') AS better_off,
    count(*) FILTER (WHERE j.looks = 'poorer') AS poorer
FROM judged AS j
LEFT JOIN region AS v ON v.code = j.village_code
LEFT JOIN region AS d ON d.code = left(j.village_code, 8)
GROUP BY j.village_code, v.name, d.name
ORDER BY j.village_code

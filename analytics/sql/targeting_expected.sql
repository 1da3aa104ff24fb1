-- By programmes received: the families and persons expected below one line.
WITH status AS ({status})
SELECT
    received,
    count(*) AS families, sum(below) AS poor_families,
    sum(size) FILTER (WHERE below IS NOT NULL) AS persons, sum(size * below) AS poor_persons,
    count(*) FILTER (WHERE below IS NULL) AS unknown_families
FROM status
GROUP BY received
ORDER BY received

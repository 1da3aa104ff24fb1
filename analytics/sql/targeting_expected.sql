-- By programmes received: the families and persons expected below one line.
WITH status AS ({status})
SELECT
    received,
    count(*) AS families, sum(chances[$asked]) AS poor_families,
    sum(size) FILTER (WHERE chances[$asked] IS NOT NULL) AS persons, sum(size * chances[$asked]) AS poor_persons,
    count(*) FILTER (WHERE chances[$asked] IS NULL) AS unknown_families
FROM status
GROUP BY received
ORDER BY received

-- The newest decision of each family, proposal and programme, counted over the families of an area.
WITH newest AS (
    SELECT
        pseudonym, proposal, programme, decision,
        row_number() OVER (
            PARTITION BY pseudonym, proposal, programme ORDER BY decided_at DESC, rowid DESC
        ) AS place
    FROM review
)
SELECT n.proposal, n.programme, n.decision, count(*) AS families
FROM newest AS n
JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.pseudonym = n.pseudonym
WHERE n.place = 1 AND {region}
GROUP BY n.proposal, n.programme, n.decision

-- Families and persons per class; a family is in the class in which the end of its rank falls.
WITH bound AS (SELECT unnest($code) AS code, unnest($low) AS low, unnest($upto) AS upto),
placed AS (
    SELECT f.size, {position} AS position
    FROM family AS f
    LEFT JOIN family_rank AS r ON r.snapshot_id = f.snapshot_id AND r.family_no = f.family_no
    WHERE f.snapshot_id = $snapshot_id AND {in_region}
)
SELECT b.code, count(*) AS families, CAST(sum(p.size) AS BIGINT) AS persons
FROM placed AS p
LEFT JOIN bound AS b ON p.position > b.low + {tolerance} AND p.position <= b.upto + {tolerance}
GROUP BY b.code

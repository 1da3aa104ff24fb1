-- By line and programmes received: the families and persons expected below the line.
WITH status AS ({status}),
received AS (
    SELECT family_no, bit_or(1 << (list_position($programmes, programme) - 1)) AS programmes
    FROM enrolment
    WHERE snapshot_id = $snapshot_id AND family_no IS NOT NULL AND list_contains($programmes, programme)
    GROUP BY family_no
)
SELECT
    l.line, coalesce(g.programmes, 0) AS received,
    count(*) AS families, sum(l.probability) AS poor_families,
    sum(s.size) FILTER (WHERE l.probability IS NOT NULL) AS persons, sum(s.size * l.probability) AS poor_persons,
    count(*) FILTER (WHERE l.probability IS NULL) AS unknown_families
FROM status AS s
JOIN family_line AS l ON l.snapshot_id = $snapshot_id AND l.family_no = s.family_no
LEFT JOIN received AS g ON g.family_no = s.family_no
WHERE list_contains($lines, l.line)
GROUP BY l.line, g.programmes
ORDER BY l.line, received

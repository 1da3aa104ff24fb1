-- The programmes a snapshot knows recipients of: vintage, and rows of people who are in no family of it.
SELECT
    programme,
    max(vintage) AS vintage,
    min(vintage) AS vintage_oldest,
    count(*) FILTER (WHERE family_no IS NULL) AS outside_list
FROM enrolment
WHERE snapshot_id = $snapshot_id
GROUP BY programme

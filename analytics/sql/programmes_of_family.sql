-- What a family, or a member of it, is recorded to receive: one row per programme, period and source.
SELECT programme, period_from, period_to, source, vintage, count(DISTINCT person_no) AS members
FROM enrolment
WHERE snapshot_id = $snapshot_id AND family_no = $family_no
GROUP BY programme, period_from, period_to, source, vintage
ORDER BY programme, period_from NULLS LAST, period_to NULLS LAST, source, vintage NULLS LAST

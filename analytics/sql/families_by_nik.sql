-- Families whose head or any member has this NIK: one as it should be, several where a NIK stands twice.
SELECT DISTINCT f.pseudonym, f.village_code
FROM family AS f
LEFT JOIN family_identity AS i ON i.snapshot_id = f.snapshot_id AND i.family_no = f.family_no
WHERE f.snapshot_id = $snapshot_id AND (
    i.head_nik = $nik
    OR f.family_no IN (
        SELECT p.family_no FROM person_identity AS x
        JOIN person AS p ON p.snapshot_id = x.snapshot_id AND p.person_no = x.person_no
        WHERE x.snapshot_id = $snapshot_id AND x.nik = $nik
    )
)
ORDER BY f.pseudonym

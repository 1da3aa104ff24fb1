-- A row where the last run stored rows for pages, with these parameters and from the data as they are now.
SELECT 1
FROM run AS n JOIN snapshot AS s ON s.snapshot_id = n.snapshot_id AND s.data_hash = n.data_hash
WHERE n.snapshot_id = $snapshot_id AND n.params_hash = $params_hash
    AND EXISTS (SELECT 1 FROM family_page AS f WHERE f.snapshot_id = $snapshot_id)

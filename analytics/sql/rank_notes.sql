-- What a rank of the scope leaves out.
WITH status AS ({status})
SELECT
    count(scored) AS in_run,
    count(*) FILTER (WHERE NOT scored) AS unscored,
    count(*) FILTER (WHERE scored AND decile_families IS NULL) AS list_only,
    count(*) FILTER (WHERE scored AND coalesce(size, -1) < 0) AS without_size,
    count(*) FILTER (WHERE beyond_reference) AS beyond_reference,
    count(*) FILTER (WHERE imputed) AS imputed,
    count(*) FILTER (WHERE scored) AS listed
FROM status

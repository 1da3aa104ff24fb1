-- Recorded decile x PMT decile in the regency; null stands for "not known" on either side.
WITH status AS ({status})
SELECT
    decile_recorded AS recorded,
    {decile} AS pmt,
    count(*) AS families,
    CAST(sum(size) AS BIGINT) AS persons
FROM status
GROUP BY decile_recorded, {decile}
ORDER BY recorded NULLS LAST, pmt NULLS LAST

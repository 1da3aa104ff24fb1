-- Recorded decile and PMT share of the families of the scope that have both.
WITH status AS ({status})
SELECT decile_recorded AS recorded, {share} AS share
FROM status WHERE decile_recorded IS NOT NULL AND {share} IS NOT NULL

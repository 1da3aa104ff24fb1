-- The newest reference population of each village: village_code, date, families, persons, source.
SELECT village_code, date, families, persons, source
FROM (
    SELECT *, row_number() OVER (PARTITION BY village_code ORDER BY date DESC, source) AS place FROM population
) AS dated
WHERE place = 1

-- Over the families of the scope whose size and chance are known: persons, squared sizes, and these times the chance.
-- What the variance of a village's rate that comes from counting whole families is made of.
WITH status AS ({status})
SELECT
    CAST(sum(size) AS DOUBLE) AS persons,
    CAST(sum(size * size) AS DOUBLE) AS squares,
    CAST(sum(size * size * chance) AS DOUBLE) AS by_chance,
    CAST(sum(size * size * chance * chance) AS DOUBLE) AS by_chance_squared
FROM status
WHERE size IS NOT NULL AND chance IS NOT NULL

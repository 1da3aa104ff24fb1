-- One row per village: its extreme poor, what is known about it, and the populations they are a part of.
-- A village without one family in the file appears with null counts ("no data", never zero), but only in a
-- regency the file is about: at least `covered` of the regency's listed villages have families in it.
WITH status AS ({status}),
counted AS (
    SELECT
        village_code,
        count(*) AS listed_families,
        sum(size) AS listed_persons,
        sum(chance) AS extreme_families,
        sum(size * chance) FILTER (WHERE chance > 0) AS extreme_persons,
        count(*) FILTER (WHERE chance > 0 AND size IS NULL) AS families_unknown_size,
        count(*) FILTER (WHERE chance IS NULL) AS families_unknown_status
    FROM status GROUP BY village_code
),
-- Only the regencies that the scope touches matter, and most of the list of regions lies elsewhere.
near AS (
    SELECT code, name, level, left(code, 5) AS regency FROM region WHERE starts_with(code, left($region, 5))
),
snapshot_village AS (
    SELECT DISTINCT village_code FROM family
    WHERE snapshot_id = $snapshot_id AND starts_with(village_code, left($region, 5))
),
-- A stray code in another regency must not bring that regency's villages onto the screen.
covered AS (
    SELECT v.regency
    FROM near AS v LEFT JOIN snapshot_village AS s ON s.village_code = v.code
    WHERE v.level = 'village'
    GROUP BY v.regency
    HAVING count(s.village_code) >= {covered} * count(*)
),
village AS (
    SELECT village_code FROM counted
    UNION
    SELECT v.code FROM near AS v JOIN covered AS k ON k.regency = v.regency
    WHERE v.level = 'village' AND {in_region}
),
reference AS ({reference}),
priority AS (SELECT DISTINCT village_code FROM priority_village),
-- A list speaks for the regencies it names; elsewhere nobody knows what is a priority.
priority_regency AS (SELECT DISTINCT left(village_code, 5) AS regency FROM priority_village)
SELECT
    v.village_code AS village,
    r.name,
    d.name AS district,
    -- Not known: no family in the file, none with a known status, or extreme-poor families all of unknown size.
    CASE WHEN c.families_unknown_status < c.listed_families THEN c.extreme_families END AS families,
    CASE
        WHEN c.families_unknown_status = c.listed_families THEN NULL
        WHEN c.extreme_families = 0 THEN 0
        ELSE c.extreme_persons
    END AS persons,
    c.families_unknown_size,
    c.families_unknown_status,
    c.listed_families,
    c.listed_persons,
    p.persons AS reference_persons,
    e.expected, e.low, e.high, e.probability, e.top_ten,
    CASE WHEN l.regency IS NOT NULL THEN s.village_code IS NOT NULL END AS priority
FROM village AS v
LEFT JOIN counted AS c ON c.village_code = v.village_code
LEFT JOIN near AS r ON r.code = v.village_code
LEFT JOIN near AS d ON d.code = left(v.village_code, 8)
LEFT JOIN reference AS p ON p.village_code = v.village_code
LEFT JOIN village_line AS e ON e.snapshot_id = $snapshot_id AND e.line = $estimate AND e.village_code = v.village_code
LEFT JOIN priority AS s ON s.village_code = v.village_code
LEFT JOIN priority_regency AS l ON l.regency = left(v.village_code, 5)
ORDER BY v.village_code

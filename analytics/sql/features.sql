-- One row per family: what its persons say about it. For register and survey alike.
-- `family`, `person`: tables or subqueries with the canonical columns, one snapshot, active persons only.
-- $on: date of the data, for ages where only the birth date is known. $elderly_age: full years.
--
-- Unknown stays null. A count holds the members known to belong to it; it is 0 only when nobody of
-- unknown age (or schooling) is left who might, so "above zero" is true, false or not known.
-- Where the source gives a class of ages only, a member belongs for certain if the whole class does, and might
-- belong if a part of it does. No age is made up within the class.
WITH
-- Not materialized: it is read twice, and millions of wide rows kept in between cost more than reading them again.
member AS NOT MATERIALIZED (
    SELECT
        family_no, person_no, relation, sex, marital, education, in_school, working, work_status, sector,
        disability, chronic, pregnant,
        CASE WHEN years >= 0 THEN years END AS age,
        -- Youngest and oldest a member can be: the age itself, else the ends of the class, else anything.
        CASE WHEN years >= 0 THEN years ELSE coalesce(age_from, 0) END AS youngest,
        CASE WHEN years >= 0 THEN years ELSE coalesce(age_to, 200) END AS oldest,
        CASE education
            WHEN 'none' THEN 1 WHEN 'primary' THEN 2 WHEN 'junior' THEN 3 WHEN 'senior' THEN 4 WHEN 'tertiary' THEN 5
        END AS education_level
    FROM (
        SELECT *, coalesce(age, date_sub('year', birth_date, CAST($on AS DATE))) AS years FROM {person} AS p
    ) AS aged
),
counted AS (
    SELECT
        family_no,
        count(*) AS persons,
        -- The eldest of those recorded as head; then the lowest number, so that the answer never changes. One number
        -- orders by both: 2^62 to a year, less the person's number.
        arg_max(person_no, CAST(coalesce(age, -1) AS HUGEINT) * 4611686018427387904 - person_no)
            FILTER (WHERE relation = 'head') AS head_no,
        count(*) FILTER (WHERE oldest <= 6) AS children_0_6,
        count(*) FILTER (WHERE youngest >= 7 AND oldest <= 18) AS children_7_18,
        count(*) FILTER (WHERE youngest >= 15 AND oldest <= 64) AS adults,
        count(*) FILTER (WHERE youngest >= $elderly_age) AS elderly,
        count(*) FILTER (WHERE oldest < 15 OR youngest > 64) AS dependants,
        count(*) FILTER (WHERE oldest <= 4) AS under_five,
        count(*) FILTER (WHERE youngest >= 7 AND oldest <= 18 AND NOT in_school) AS school_age_out,
        -- Whether there is one who might belong and is not known to.
        bool_or(youngest <= 6 AND oldest > 6) AS perhaps_0_6,
        bool_or(youngest <= 18 AND oldest >= 7 AND (youngest < 7 OR oldest > 18)) AS perhaps_7_18,
        bool_or(youngest <= 64 AND oldest >= 15 AND (youngest < 15 OR oldest > 64)) AS perhaps_adult,
        bool_or(youngest < $elderly_age AND oldest >= $elderly_age) AS perhaps_elderly,
        bool_or((youngest < 15 OR oldest > 64) AND NOT (oldest < 15 OR youngest > 64)) AS perhaps_dependant,
        bool_or(youngest <= 4 AND oldest > 4) AS perhaps_under_five,
        bool_or(
            youngest <= 18 AND oldest >= 7
            AND (in_school IS NULL OR (NOT in_school AND (youngest < 7 OR oldest > 18)))
        ) AS perhaps_out,
        max(education_level) FILTER (WHERE youngest >= 15) AS best_level,
        -- True when one member is, false when all are known not to be, else not known.
        CASE WHEN bool_or(disability) THEN true WHEN count(disability) = count(*) THEN false END AS any_disability,
        CASE WHEN bool_or(chronic) THEN true WHEN count(chronic) = count(*) THEN false END AS any_chronic,
        -- Men and boys leave the column empty: only girls and women of 10 to 54 can leave the answer open.
        CASE
            WHEN bool_or(pregnant) THEN true
            WHEN count(pregnant) > 0 AND count(*) FILTER (
                WHERE pregnant IS NULL AND coalesce(sex, 'female') = 'female' AND youngest <= 54 AND oldest >= 10
            ) = 0 THEN false
        END AS any_pregnant
    FROM member GROUP BY family_no
),
known AS (
    SELECT
        f.family_no, f.floor_area, f.head_sex, f.head_birth_date, f.head_marital, f.head_education, f.head_occupation,
        f.head_work_status,
        c.head_no, c.best_level, c.any_disability, c.any_chronic, c.any_pregnant,
        coalesce(f.size, c.persons) AS members,
        CASE WHEN c.children_0_6 > 0 OR NOT c.perhaps_0_6 THEN c.children_0_6 END AS children_0_6,
        CASE WHEN c.children_7_18 > 0 OR NOT c.perhaps_7_18 THEN c.children_7_18 END AS children_7_18,
        CASE WHEN c.adults > 0 OR NOT c.perhaps_adult THEN c.adults END AS adults,
        CASE WHEN c.elderly > 0 OR NOT c.perhaps_elderly THEN c.elderly END AS elderly,
        CASE WHEN c.dependants > 0 OR NOT c.perhaps_dependant THEN c.dependants END AS dependants,
        CASE WHEN c.under_five > 0 OR NOT c.perhaps_under_five THEN c.under_five END AS under_five,
        CASE WHEN c.school_age_out > 0 OR NOT c.perhaps_out THEN c.school_age_out END AS school_age_out
    FROM {family} AS f LEFT JOIN counted AS c ON c.family_no = f.family_no
)
SELECT
    k.family_no,
    CAST(k.members AS INTEGER) AS size,
    CAST(k.children_0_6 AS INTEGER) AS children_0_6,
    CAST(k.children_7_18 AS INTEGER) AS children_7_18,
    CAST(k.adults AS INTEGER) AS adults,
    CAST(k.elderly AS INTEGER) AS elderly,
    CAST(k.dependants AS DOUBLE) / nullif(k.members, 0) AS dependency,
    coalesce(h.sex, k.head_sex) AS head_sex,
    CAST(coalesce(h.age, CASE
        WHEN date_sub('year', k.head_birth_date, CAST($on AS DATE)) >= 0
        THEN date_sub('year', k.head_birth_date, CAST($on AS DATE))
    END) AS INTEGER) AS head_age,
    coalesce(h.marital, k.head_marital) AS head_marital,
    coalesce(h.education, k.head_education) AS head_education,
    coalesce(h.working, CASE
        WHEN k.head_occupation IN ('not_working', 'retired') THEN false
        WHEN k.head_occupation <> 'other' THEN true
    END) AS head_working,
    h.sector AS head_sector,
    coalesce(h.work_status, k.head_work_status) AS head_work_status,
    CASE k.best_level
        WHEN 1 THEN 'none' WHEN 2 THEN 'primary' WHEN 3 THEN 'junior' WHEN 4 THEN 'senior' WHEN 5 THEN 'tertiary'
    END AS best_education,
    k.any_disability, k.any_chronic, k.any_pregnant,
    CAST(k.children_7_18 AS INTEGER) AS school_age,
    CAST(k.school_age_out AS INTEGER) AS school_age_out,
    CAST(k.under_five AS INTEGER) AS under_five,
    k.floor_area / nullif(k.members, 0) AS per_capita_floor_area
FROM known AS k
LEFT JOIN member AS h ON h.relation = 'head' AND h.person_no = k.head_no

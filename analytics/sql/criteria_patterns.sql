-- Families and persons by what was judged of their clauses: few rows, from which every count of a rule file follows.
-- `codes`: numbers to the base of three, a digit per judgement (2 met, 1 cannot be judged, 0 not met), because a group
-- by twenty truth values takes several times as long as by one number.
SELECT {codes}, count(*) AS families, sum(size) AS persons
FROM ({judged}) AS j
GROUP BY {names}

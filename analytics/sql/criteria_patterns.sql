-- Families and persons by what was judged of their clauses: few rows, from which every count of a rule file follows.
-- `judged`: size and the numbers of analytics/criteria_codes.py; `names`: their names.
SELECT {names}, count(*) AS families, sum(size) AS persons
FROM ({judged}) AS j
GROUP BY {names}

-- Families and persons by what was judged of their clauses: few rows, from which every count of a rule file follows.
SELECT {columns}, count(*) AS families, sum(size) AS persons
FROM ({judged}) AS j
GROUP BY {columns}

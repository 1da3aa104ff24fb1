-- One row: how many families and persons each proposal is about. {columns}: conditions over cells alike in all they ask.
WITH status AS ({status}), {judged},
cell AS (
    SELECT
        held, clash, has, decile, extreme, count(*) AS families, sum(size) AS persons
    FROM judged GROUP BY held, clash, has, decile, extreme
)
SELECT {columns} FROM cell

-- What people write for a region's documents; part of the schema since version 4. Nothing is overwritten: of two
-- entries about the same thing the newest counts, an empty text takes back what was said.

CREATE TABLE document_text (            -- sentences of the office itself: problem tree, targets, constraints, decisions
    region_code VARCHAR NOT NULL, year INTEGER NOT NULL, document VARCHAR NOT NULL,
    place VARCHAR NOT NULL,             -- where it stands, e.g. problem_tree
    text VARCHAR NOT NULL, entered_at TIMESTAMP NOT NULL
);

CREATE TABLE plan_edit (                -- a cell of the annual plan as a person set it, over what the gaps propose
    region_code VARCHAR NOT NULL, year INTEGER NOT NULL,
    row_key VARCHAR NOT NULL,           -- programme code of a proposed row; hand-… of a row a person added
    field VARCHAR NOT NULL,             -- column of the plan; "removed" takes the row out
    value VARCHAR NOT NULL,
    proposed VARCHAR,                   -- what the gaps proposed there at that moment; null = nothing, or not known
    entered_at TIMESTAMP NOT NULL
);

CREATE TABLE plan_realisation (         -- what a row of the plan came to in a quarter
    region_code VARCHAR NOT NULL, year INTEGER NOT NULL, row_key VARCHAR NOT NULL,
    quarter INTEGER NOT NULL,           -- 1 to 4
    money DOUBLE, recipients BIGINT,    -- rupiah and recipients of that quarter alone; null = not reported
    entered_at TIMESTAMP NOT NULL
);

CREATE TABLE sub_activity (             -- codes of SIPD, from a list the office imports
    code VARCHAR PRIMARY KEY, programme VARCHAR, activity VARCHAR, title VARCHAR NOT NULL, source VARCHAR NOT NULL
);

CREATE TABLE village_proposal (         -- what villages asked for, and whether the plan takes it up
    entry_no BIGINT NOT NULL, village_code VARCHAR NOT NULL, year INTEGER NOT NULL, title VARCHAR NOT NULL,
    volume DOUBLE, unit VARCHAR, budget DOUBLE,  -- rupiah
    accommodated BOOLEAN,               -- null = not decided
    reason VARCHAR, source VARCHAR NOT NULL, entered_at TIMESTAMP NOT NULL
);

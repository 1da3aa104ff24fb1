-- What offices tell of villages, plans and families beside the registers themselves; part of the schema since version 3.

CREATE TABLE village_facility (         -- what a village has: any table keyed by village, one row per village and column
    village_code VARCHAR NOT NULL,
    facility VARCHAR NOT NULL,          -- a key of data/reference/facilities.yaml, else the column's own title
    value VARCHAR NOT NULL,             -- the source's own word; a village without one has no row
    number DOUBLE,                      -- the same as a number where it is one, else null
    lacking BOOLEAN,                    -- whether this is a lack, as facilities.yaml reads the word; null = not known
    date DATE, source VARCHAR NOT NULL
);

CREATE TABLE programme_inventory (      -- what is planned or running in the region, as an office lists it
    entry_no BIGINT NOT NULL,
    programme VARCHAR NOT NULL,         -- code of data/reference/programmes.yaml, else the list's own name
    title VARCHAR NOT NULL, year INTEGER,
    provider VARCHAR NOT NULL,          -- centre | province | regency | village | csr
    fund VARCHAR,                       -- APBN, APBD provinsi, APBD kabupaten/kota, Dana Desa, CSR, ...
    office VARCHAR, quota BIGINT,       -- recipients planned; unit: families | persons | units
    unit VARCHAR, budget DOUBLE,        -- rupiah of the year
    region_code VARCHAR NOT NULL,       -- where: PP … PP.KK.CC.DDDD
    relation VARCHAR,                   -- extends | complements a central programme | own; null = not known
    central_programme VARCHAR, source VARCHAR NOT NULL, entered_at TIMESTAMP NOT NULL
);

CREATE TABLE need_response (            -- a region's own answer to a need, over that of data/reference/needs.yaml
    need VARCHAR NOT NULL, programme VARCHAR NOT NULL, office VARCHAR NOT NULL, entered_at TIMESTAMP NOT NULL
);

CREATE TABLE criterion_answer (         -- what a visit found of a clause the register knows nothing of
    pseudonym VARCHAR NOT NULL, ruleset VARCHAR NOT NULL, clause VARCHAR NOT NULL,
    met BOOLEAN,                        -- null: asked, and could not be judged
    date DATE, source VARCHAR NOT NULL
);

CREATE TABLE review (                   -- what people decided of a proposal; the newest of a family and programme counts
    pseudonym VARCHAR NOT NULL, programme VARCHAR NOT NULL,
    proposal VARCHAR NOT NULL,          -- revoke | propose_in | propose_out | propose_register
    decision VARCHAR NOT NULL,          -- accepted | rejected | to_check
    reason VARCHAR, decided_by VARCHAR NOT NULL, decided_at TIMESTAMP NOT NULL
);

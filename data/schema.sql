-- Canonical schema. Null is "not known" everywhere, never "no" and never zero.
-- Identity (NIK, KK, names, addresses) stands apart from what measures read.
-- A snapshot is one import of one source at one date; it is complete or absent.

CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR);

CREATE TABLE region (
    code VARCHAR PRIMARY KEY,      -- PP, PP.KK, PP.KK.CC, PP.KK.CC.DDDD (Kemendagri, dotted)
    level VARCHAR NOT NULL,        -- province | regency | district | village
    name VARCHAR NOT NULL,
    parent VARCHAR,
    list VARCHAR NOT NULL          -- which code list it comes from
);

CREATE TABLE bridge (
    bps_code VARCHAR PRIMARY KEY,  -- ten digits, no dots
    village_code VARCHAR NOT NULL, -- Kemendagri, dotted
    how VARCHAR NOT NULL,          -- file | name | confirmed
    saved_at TIMESTAMP NOT NULL
);

CREATE TABLE snapshot (
    snapshot_id VARCHAR PRIMARY KEY,
    label VARCHAR NOT NULL,
    source VARCHAR NOT NULL,            -- profile name of the family file
    source_date DATE,                   -- date of the data (not of the import)
    imported_at TIMESTAMP NOT NULL,
    unit VARCHAR NOT NULL,              -- family | household: what one row ranks
    frame VARCHAR NOT NULL,             -- full | truncated (only the poorest part is listed)
    frame_share DOUBLE,                 -- share of the population a truncated frame claims to hold
    rank_area VARCHAR,                  -- national | province | regency: area the recorded rank was made for
    code_system VARCHAR NOT NULL,       -- kemendagri | bps_bridged
    programme_date DATE,                -- vintage of the programme flags in the family file
    data_hash VARCHAR NOT NULL,         -- SHA-256 over the files' own hashes and the profile texts
    report JSON                         -- the ImportReport, without a personal value
);

CREATE TABLE import_file (
    snapshot_id VARCHAR NOT NULL, file_no INTEGER NOT NULL, path VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, profile VARCHAR NOT NULL, why VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL, rows_accepted BIGINT NOT NULL, rows_quarantined BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL
);

CREATE TABLE quarantine (
    snapshot_id VARCHAR NOT NULL, file_no INTEGER NOT NULL, path VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    line_no BIGINT NOT NULL, reason VARCHAR NOT NULL,
    detail VARCHAR                      -- the offending non-personal value (a code), else null
);

CREATE TABLE flag (
    snapshot_id VARCHAR NOT NULL, kind VARCHAR NOT NULL,  -- family | person | recipients
    row_no BIGINT NOT NULL,             -- family_no, person_no, or the enrolment's line
    line_no BIGINT NOT NULL, flag VARCHAR NOT NULL
);

CREATE TABLE family (
    snapshot_id VARCHAR NOT NULL, family_no BIGINT NOT NULL, line_no BIGINT NOT NULL,
    pseudonym VARCHAR NOT NULL,         -- keyed HMAC of the family id, the only id a screen shows
    village_code VARCHAR NOT NULL, village_known BOOLEAN NOT NULL,
    size INTEGER,                       -- active persons counted; else size_recorded; null = not known
    size_recorded INTEGER,
    decile_national INTEGER, decile_province INTEGER, decile_regency INTEGER,
    decile_recorded INTEGER, percentile_recorded INTEGER,
    tenure VARCHAR, floor VARCHAR, floor_area DOUBLE, wall VARCHAR, wall_quality VARCHAR,
    roof VARCHAR, roof_quality VARCHAR, water VARCHAR, lighting VARCHAR, power VARCHAR, fuel VARCHAR,
    toilet VARCHAR, closet VARCHAR, septic BOOLEAN,
    savings BOOLEAN, motorcycle BOOLEAN, car BOOLEAN, bicycle BOOLEAN, boat BOOLEAN, motorboat BOOLEAN,
    refrigerator BOOLEAN, air_conditioner BOOLEAN, television BOOLEAN, computer BOOLEAN, smartphone BOOLEAN,
    gas_cylinder BOOLEAN, water_heater BOOLEAN, landline BOOLEAN, gold BOOLEAN,
    other_land BOOLEAN, other_house BOOLEAN,
    cattle INTEGER, buffalo INTEGER, horse INTEGER, pig INTEGER, goat INTEGER,
    stunting_risk VARCHAR,
    head_sex VARCHAR, head_birth_date DATE, head_marital VARCHAR, head_education VARCHAR,
    head_occupation VARCHAR, head_work_status VARCHAR,
    dukcapil_match BOOLEAN, verval_priority VARCHAR, updated_year INTEGER,
    -- the source's own words beside the harmonised category
    tenure_text VARCHAR, floor_text VARCHAR, wall_text VARCHAR, roof_text VARCHAR, water_text VARCHAR,
    lighting_text VARCHAR, power_text VARCHAR, fuel_text VARCHAR, toilet_text VARCHAR
);

CREATE TABLE family_identity (
    snapshot_id VARCHAR NOT NULL, family_no BIGINT NOT NULL,
    family_id VARCHAR NOT NULL, kk VARCHAR, head_nik VARCHAR, head_name VARCHAR, address VARCHAR
);

CREATE TABLE person (
    snapshot_id VARCHAR NOT NULL, person_no BIGINT NOT NULL, family_no BIGINT NOT NULL, line_no BIGINT NOT NULL,
    active BOOLEAN NOT NULL,            -- false: kept and counted apart (DTSEN NONAKTIF, ASESMEN MENINGGAL)
    relation VARCHAR, sex VARCHAR, birth_date DATE, age INTEGER,   -- age in full years at source_date
    age_from INTEGER, age_to INTEGER,   -- the class of ages the source gives instead, both ends included
    marital VARCHAR, education VARCHAR, in_school BOOLEAN, school_level VARCHAR,
    working BOOLEAN, work_status VARCHAR, sector VARCHAR, occupation VARCHAR,
    disability BOOLEAN, chronic BOOLEAN, pregnant BOOLEAN,
    dukcapil_match BOOLEAN, stunting_risk VARCHAR
);

CREATE TABLE person_identity (
    snapshot_id VARCHAR NOT NULL, person_no BIGINT NOT NULL, nik VARCHAR, name VARCHAR
);

CREATE TABLE enrolment (
    snapshot_id VARCHAR NOT NULL,
    family_no BIGINT,                   -- null: a recipient who is in no family of the snapshot
    person_no BIGINT,                   -- null: the family as a whole
    programme VARCHAR NOT NULL,         -- code of data/reference/programmes.yaml
    period_from DATE, period_to DATE,   -- null: period not known
    source VARCHAR NOT NULL,            -- flag (a column of the family or person file) | list
    vintage DATE,                       -- date of the programme data
    line_no BIGINT NOT NULL
);

CREATE TABLE fitness (                  -- two lights of the guide's fitness rule that a user enters
    snapshot_id VARCHAR NOT NULL, light VARCHAR NOT NULL,  -- musdes | decree
    date DATE NOT NULL, number VARCHAR NOT NULL, entered_at TIMESTAMP NOT NULL
);

CREATE TABLE population (               -- reference totals per village, dated, with source
    village_code VARCHAR NOT NULL, date DATE NOT NULL, families BIGINT, persons BIGINT, source VARCHAR NOT NULL
);

CREATE TABLE official_figure (
    region_code VARCHAR NOT NULL, year INTEGER NOT NULL, indicator VARCHAR NOT NULL,
    value DOUBLE NOT NULL, unit VARCHAR NOT NULL, source VARCHAR NOT NULL
);

CREATE TABLE priority_village (village_code VARCHAR NOT NULL, source VARCHAR NOT NULL, date DATE);

CREATE TABLE boundary (
    code VARCHAR PRIMARY KEY, level VARCHAR NOT NULL,
    geometry BLOB NOT NULL,             -- WKB, WGS84 lon/lat, simplified as a coverage
    area_km2 DOUBLE NOT NULL,           -- from the unsimplified polygon, equal-area projection
    lon DOUBLE NOT NULL, lat DOUBLE NOT NULL   -- a point inside the polygon
);

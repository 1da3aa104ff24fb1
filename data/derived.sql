-- Derived by analytics.pipeline.run from the snapshots and a scorecard; dropped and made anew whenever this file changes.

CREATE TABLE run (
    snapshot_id VARCHAR PRIMARY KEY, params_hash VARCHAR NOT NULL, data_hash VARCHAR NOT NULL,
    model VARCHAR,                      -- path of the model card, null when ranked by the recorded rank only
    model_card JSON, finished_at TIMESTAMP NOT NULL, seconds DOUBLE NOT NULL, warnings JSON
);

CREATE TABLE family_feature (           -- one row per family; see analytics/sql/features.sql
    snapshot_id VARCHAR NOT NULL, family_no BIGINT NOT NULL,
    size INTEGER, children_0_6 INTEGER, children_7_18 INTEGER, adults INTEGER, elderly INTEGER,
    dependency DOUBLE,                  -- persons under 15 and over 64 / size
    head_sex VARCHAR, head_age INTEGER, head_marital VARCHAR, head_education VARCHAR, head_working BOOLEAN,
    head_sector VARCHAR, head_work_status VARCHAR,
    best_education VARCHAR, any_disability BOOLEAN, any_chronic BOOLEAN, any_pregnant BOOLEAN,
    school_age INTEGER, school_age_out INTEGER, under_five INTEGER, per_capita_floor_area DOUBLE
);

CREATE TABLE family_rank (              -- one row per family; see analytics/sql/rank.sql
    snapshot_id VARCHAR NOT NULL, family_no BIGINT NOT NULL,
    village_code VARCHAR NOT NULL, size INTEGER,
    score DOUBLE,                       -- predicted ln per-capita expenditure; null when not scored
    imputed_share DOUBLE,               -- share of the score's absolute weight filled with the survey mean
    -- cumulative share of the area's weight up to and with this score, ties together; decile = ceil(10 x share)
    share_village DOUBLE, share_regency DOUBLE, share_province DOUBLE,          -- weight: families
    share_village_persons DOUBLE, share_regency_persons DOUBLE, share_province_persons DOUBLE,
    list_rank BIGINT, list_size BIGINT  -- position within the list of the regency (all a truncated frame allows)
);

CREATE TABLE family_line (              -- one row per scored family and line; see analytics/pmt_line.py
    snapshot_id VARCHAR NOT NULL, line VARCHAR NOT NULL, family_no BIGINT NOT NULL,
    probability DOUBLE                  -- that the family lives below the line; null when not scored
);

CREATE TABLE village_line (             -- one row per village and line; persons, not families
    snapshot_id VARCHAR NOT NULL, line VARCHAR NOT NULL, village_code VARCHAR NOT NULL,
    expected DOUBLE, low DOUBLE, high DOUBLE,   -- expected extreme-poor persons and their 80 % interval
    probability DOUBLE,                 -- that there are more of them than the pocket threshold
    top_ten DOUBLE                      -- share of simulations in which the village is among its regency's ten worst
);

CREATE TABLE expected_model (           -- one row per snapshot, where a model could be fitted; see analytics/expected.py
    snapshot_id VARCHAR PRIMARY KEY,
    card JSON NOT NULL,                 -- a scorecard whose outcome is the recorded decile; sigma in deciles
    peers JSON NOT NULL                 -- field -> recorded decile -> mean contribution of that field there, in deciles
);

CREATE TABLE family_expected (          -- one row per family, where there is an expected_model
    snapshot_id VARCHAR NOT NULL, family_no BIGINT NOT NULL,
    decile_expected DOUBLE              -- decile usual for families of such traits; null: too many traits not known
);

CREATE TABLE family_page (              -- one row per family: what pages ask of it; see analytics/sql/family_page.sql
    snapshot_id VARCHAR NOT NULL, family_no BIGINT NOT NULL, village_code VARCHAR NOT NULL,
    size INTEGER, decile_recorded INTEGER, percentile_recorded INTEGER,
    share_families DOUBLE, share_persons DOUBLE,            -- rank share in the regency, by families and by persons
    decile_families INTEGER, decile_persons INTEGER,        -- of these shares
    scored BOOLEAN,                     -- has a score; null where no card scored the snapshot
    imputed BOOLEAN,                    -- its score took survey means for what is not known
    beyond_reference BOOLEAN,           -- a share above 1: more families listed than the reference population holds
    decile_expected DOUBLE,
    -- probability of living below the line of that place in data/reference/lines.yaml; null when not scored
    chance_0 DOUBLE, chance_1 DOUBLE, chance_2 DOUBLE, chance_3 DOUBLE,
    chance_4 DOUBLE, chance_5 DOUBLE, chance_6 DOUBLE, chance_7 DOUBLE,
    received BIGINT NOT NULL,           -- a bit per programme, by its place in data/reference/programmes.yaml
    any_open BOOLEAN NOT NULL,          -- receives a programme that is not closed, in that file or not
    head_sex VARCHAR,
    -- what a programme rule may ask of a family, null when not known
    any_pregnant BOOLEAN, any_disability BOOLEAN, any_chronic BOOLEAN, children_0_6 BOOLEAN, children_7_18 BOOLEAN,
    under_five BOOLEAN, school_age BOOLEAN, school_age_out BOOLEAN, elderly BOOLEAN, poor_housing BOOLEAN,
    -- a bit per need, by its place in data/reference/needs.yaml: holds; yes or no is known; is not put to such a family
    need_yes BIGINT NOT NULL, need_known BIGINT NOT NULL, need_not_asked BIGINT NOT NULL,
    criteria BIGINT,                    -- what is judged of each clause of a region's rules; see analytics/criteria_sql.py
    criteria_rules VARCHAR              -- hash of these rules and of the visits' answers; null: none judged
);

CREATE TABLE coverage_cell (            -- families by programme; see analytics/sql/coverage_cells.sql
    snapshot_id VARCHAR NOT NULL,
    ranking VARCHAR NOT NULL,           -- recorded | families | persons: the deciles that eligibility asks for
    rules VARCHAR NOT NULL,             -- hash of the programme rules in force when it was counted
    "by" VARCHAR NOT NULL,              -- village | decile (of one regency)
    area VARCHAR NOT NULL,              -- code of the village, or of the regency
    programme VARCHAR NOT NULL, decile INTEGER,
    families BIGINT, persons BIGINT,    -- that receive it
    group_families BIGINT, group_persons BIGINT,            -- all
    eligible_families BIGINT, eligible_persons BIGINT,      -- null without a rule in force
    covered_families BIGINT, covered_persons BIGINT,        -- eligible and receiving
    eligibility_unknown_families BIGINT
);

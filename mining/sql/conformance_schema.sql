-- Which tables keep what conformance derives? All of it can be derived anew.

-- One row: up to which event, and on which basis (catalogue, mapping, rules, calendars, version of the program).
CREATE TABLE IF NOT EXISTS conformance_done (
    watermark BIGINT NOT NULL,
    basis VARCHAR NOT NULL
);

-- The approved processes that can be compared with, as they were when everything was compared, and what they allow.
CREATE TABLE IF NOT EXISTS conformance_usable (
    process INTEGER NOT NULL,
    process_key VARCHAR NOT NULL,
    shape VARCHAR NOT NULL
);

-- A row per model shape and way through it, with the cost of its alignment: what was aligned once is never again.
CREATE TABLE IF NOT EXISTS conformance_variant (
    variant UBIGINT NOT NULL,
    cost INTEGER NOT NULL,
    worst_cost INTEGER NOT NULL,
    exact BOOLEAN NOT NULL
);

-- A row per deviation of a variant: skipped, extra, swapped or repeated. symbol is the ordinal of the step, NULL for
-- work that the process does not have; position counts along the path, NULL for what was skipped.
CREATE TABLE IF NOT EXISTS conformance_move (
    variant UBIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    symbol INTEGER,
    position INTEGER
);

-- What each activity of a process in force was taken for, as (activity, step of the event), and by what.
CREATE TABLE IF NOT EXISTS conformance_match (
    process_key VARCHAR NOT NULL,
    activity INTEGER NOT NULL,
    step INTEGER,
    symbol INTEGER NOT NULL,
    matched_by VARCHAR NOT NULL
);

-- What is odd about an approved process; unusable ones can be compared with nothing.
CREATE TABLE IF NOT EXISTS conformance_remark (
    process_key VARCHAR NOT NULL,
    remark VARCHAR NOT NULL,
    unusable BOOLEAN NOT NULL
);

-- A row per dossier that was compared. deviations counts those of every kind; first_event_no is that of the dossier.
CREATE TABLE IF NOT EXISTS conformity (
    dossier UUID NOT NULL,
    cohort INTEGER NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    process_key VARCHAR NOT NULL,
    variant UBIGINT NOT NULL,
    cost INTEGER NOT NULL,
    worst_cost INTEGER NOT NULL,
    exact BOOLEAN NOT NULL,
    deviations INTEGER NOT NULL,
    first_event_no BIGINT NOT NULL
);

-- A row per deviation of a dossier. kind is skipped, extra, swapped, repeated, wrong_unit, wrong_role or over_time;
-- ordinal is that of the approved step, NULL for work that the process does not have; position, activity, unit and
-- role (labels) are those of the instance, NULL for what was skipped. lost_us is what the deviation stands for:
-- the approved time of a skipped step, the time over the approved, else the working time of the instance. measured
-- says from when: approved (no measurement), start, or previous (the completion before); NULL: not known, lost_us is 0.
CREATE TABLE IF NOT EXISTS deviation (
    dossier UUID NOT NULL,
    cohort INTEGER NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    process_key VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    ordinal INTEGER,
    position INTEGER,
    activity INTEGER,
    unit INTEGER,
    "role" INTEGER,
    lost_us BIGINT NOT NULL,
    measured VARCHAR,
    first_event_no BIGINT NOT NULL
);

-- What mining derives from the events: an event log that is ready to be asked. All of it can be derived anew.

-- Names are kept once and written as a number: rows stay narrow, which makes deriving and asking several times faster.
CREATE TABLE IF NOT EXISTS label (
    code INTEGER NOT NULL,
    name VARCHAR NOT NULL
);

-- A row per combination of what dossiers are sliced by. Procedure is 'unknown' where no event says one.
CREATE TABLE IF NOT EXISTS cohort (
    cohort INTEGER NOT NULL,
    procedure VARCHAR NOT NULL,
    case_variant VARCHAR,
    process_version VARCHAR,
    channel VARCHAR,
    unit VARCHAR
);

-- A row per distinct sequence of activities.
CREATE TABLE IF NOT EXISTS path (
    path UBIGINT NOT NULL,
    activities VARCHAR[] NOT NULL,
    length INTEGER NOT NULL
);

-- A row per dossier. path is NULL while no step is completed; first_event_no is the smallest of its event numbers.
CREATE TABLE IF NOT EXISTS dossier (
    dossier UUID NOT NULL,
    cohort INTEGER NOT NULL,
    path UBIGINT,
    opened_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    status TINYINT,
    events INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    open_steps INTEGER NOT NULL,
    first_event_no BIGINT NOT NULL
);

-- A row per activity instance; activity, step, unit and role are codes of labels. position counts from 1 along the
-- path and is NULL, as completed_at is, while the instance is open. cohort and opened_at repeat those of the dossier,
-- so that a slice needs no join. event_no is that of the completion, or of the start of an open instance.
CREATE TABLE IF NOT EXISTS step (
    dossier UUID NOT NULL,
    cohort INTEGER NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    position INTEGER,
    activity INTEGER NOT NULL,
    step INTEGER,
    started_at TIMESTAMPTZ,
    start_dropped BOOLEAN NOT NULL,
    completed_at TIMESTAMPTZ,
    previous_activity INTEGER,
    previous_completed_at TIMESTAMPTZ,
    unit INTEGER,
    role INTEGER,
    officer UUID,
    event_no BIGINT NOT NULL
);

-- One row: all events up to the watermark are derived, by this version of the derivation.
CREATE TABLE IF NOT EXISTS mined (
    watermark BIGINT NOT NULL,
    version INTEGER NOT NULL
);

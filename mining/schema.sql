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

-- A row per dossier: its legal clock. finish_kind is finished, withdrawn, refused, open (accepted and not finished) or
-- submitted (never accepted: accepted_at is NULL). The reported_ instants honour resets by hand, the others ignore
-- them; promised_due_at is the first promise. supplements counts the requests, reopenings the times that work went on
-- after an end; without any status, what is known is from when to when the activities went.
CREATE TABLE IF NOT EXISTS clock (
    dossier UUID NOT NULL,
    cohort INTEGER NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    submitted_at TIMESTAMPTZ,
    accepted_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    finish_kind VARCHAR NOT NULL,
    returned_at TIMESTAMPTZ,
    status_known BOOLEAN NOT NULL,
    supplements INTEGER NOT NULL,
    reopenings INTEGER NOT NULL,
    promised_due_at TIMESTAMPTZ,
    reported_due_at TIMESTAMPTZ,
    reported_finished_at TIMESTAMPTZ,
    apologised_at TIMESTAMPTZ,
    first_event_no BIGINT NOT NULL
);

-- A row per stretch of a dossier's clock: from acceptance to finish without gaps; to_at is NULL while it goes on.
-- holder is agency, citizen or suspended; state says why: handling, supplement, payment, outside, suspended.
CREATE TABLE IF NOT EXISTS clock_span (
    dossier UUID NOT NULL,
    ordinal INTEGER NOT NULL,
    holder VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    from_at TIMESTAMPTZ NOT NULL,
    to_at TIMESTAMPTZ,
    event_no BIGINT NOT NULL
);

-- A row per promised date of a dossier: the first, every later one that differs, and every reset of the finish to the
-- due date. kind is first, changed, reset-due or reset-finish; unit is that of the event that said it.
CREATE TABLE IF NOT EXISTS promise (
    dossier UUID NOT NULL,
    ordinal INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    said_at TIMESTAMPTZ NOT NULL,
    unit VARCHAR,
    due_at TIMESTAMPTZ NOT NULL,
    previous_due_at TIMESTAMPTZ,
    event_no BIGINT NOT NULL
);

-- The day of an instant in Viet Nam, whose clocks have been 7 hours ahead of UTC since 1975.
CREATE OR REPLACE MACRO vietnam_day(instant) AS make_timestamp(epoch_us(instant) + 25_200_000_000)::DATE;

-- The catalogue: what sources said about procedures, approved processes, units, calendars and targets, and what is
-- in force now. Part of the contract between ingest and mining, as schema.sql is.

-- The history, append-only. content is canonical JSON, NULL where the entry was withdrawn; a correction is a new row.
CREATE TABLE IF NOT EXISTS catalogue_entry (
    entry_no BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    content VARCHAR,
    source VARCHAR NOT NULL,
    warnings VARCHAR[] NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);

-- Digests of the messages that were used: a message that is read a second time says nothing new.
CREATE TABLE IF NOT EXISTS catalogue_message (
    digest VARCHAR PRIMARY KEY
);

-- A text in the form in which it is compared: composed, without outer or double spaces, in lower case.
CREATE OR REPLACE MACRO catalogue_word(words) AS
    nullif(trim(regexp_replace(lower(nfc_normalize(words)), '[\s\pZ]+', ' ', 'g')), '');

-- The national part of a procedure code, 1.001193; of a text that is no such code all of it, as catalogue_word makes it.
CREATE OR REPLACE MACRO procedure_national(code) AS
    coalesce(
        nullif(
            regexp_extract(upper(trim(code)), '^([1-9]\.[0-9]{6})((\.000\.00\.00)?\.[GH][0-9]{2})?$', 1),
            ''
        ),
        catalogue_word(code)
    );

-- The owner in a procedure code, H29; NULL where it names none.
CREATE OR REPLACE MACRO procedure_owner(code) AS
    nullif(regexp_extract(upper(trim(code)), '^[1-9]\.[0-9]{6}(\.000\.00\.00)?\.([GH][0-9]{2})$', 2), '');

-- A channel as counter, online or postal; another text in lower case.
CREATE OR REPLACE MACRO channel_code(channel) AS
    CASE
        WHEN catalogue_word(channel) IN ('1', 'trực tiếp', 'tại quầy', 'một cửa') THEN 'counter'
        WHEN catalogue_word(channel) IN ('2', 'trực tuyến') THEN 'online'
        WHEN catalogue_word(channel) IN ('3', 'bưu chính', 'bưu điện') THEN 'postal'
        ELSE catalogue_word(channel)
    END;

-- The newest row of each entry that is not withdrawn.
CREATE OR REPLACE VIEW catalogue_in_force AS
SELECT entry_no, kind, key, content, source, warnings, recorded_at
FROM catalogue_entry
QUALIFY row_number() OVER (PARTITION BY key ORDER BY entry_no DESC) = 1 AND content IS NOT NULL;

-- The units; the interval of validity includes both days, an open end is NULL.
CREATE OR REPLACE VIEW catalogue_unit AS
SELECT
    said.code AS code,
    said.name AS name,
    said.parent AS parent,
    said.valid_from AS valid_from,
    said.valid_to AS valid_to,
    said.successor AS successor,
    coalesce(said.former_codes, []) AS former_codes,
    said.calendar AS calendar,
    warnings
FROM (
    SELECT warnings, from_json(
        content,
        '{"code": "VARCHAR", "name": "VARCHAR", "parent": "VARCHAR", "valid_from": "DATE", "valid_to": "DATE",
          "successor": "VARCHAR", "former_codes": ["VARCHAR"], "calendar": "VARCHAR"}'
    ) AS said
    FROM catalogue_in_force
    WHERE kind = 'unit'
);

-- What a unit may be called (its code, its former codes, its name, as catalogue_word makes them) and the one code that
-- this means; names that several units have are left out.
CREATE OR REPLACE VIEW catalogue_unit_alias AS
SELECT alias, any_value(code) AS code
FROM (
    SELECT code, catalogue_word(unnest([code, name] || former_codes)) AS alias
    FROM catalogue_unit
)
GROUP BY alias
HAVING count(DISTINCT code) = 1;

-- The calendars; `week` (slots by weekday) and `days` (the days that differ) are JSON.
CREATE OR REPLACE VIEW catalogue_calendar AS
SELECT
    key AS calendar_key,
    said.code AS code,
    said.version AS version,
    said.week AS week,
    coalesce(said.days, '[]') AS days,
    recorded_at
FROM (
    SELECT key, recorded_at, from_json(
        content, '{"code": "VARCHAR", "version": "VARCHAR", "week": "JSON", "days": "JSON"}'
    ) AS said
    FROM catalogue_in_force
    WHERE kind = 'calendar'
);

-- The targets: `indicator` shall reach `value` in `period`, as `source` says.
CREATE OR REPLACE VIEW catalogue_target AS
SELECT
    said.code AS code,
    said.indicator AS indicator,
    said.value AS value,
    said.period AS period,
    said.source AS source
FROM (
    SELECT from_json(
        content,
        '{"code": "VARCHAR", "indicator": "VARCHAR", "value": "DOUBLE", "period": "VARCHAR", "source": "VARCHAR"}'
    ) AS said
    FROM catalogue_in_force
    WHERE kind = 'target'
);

-- The approved processes as they were said; `steps` is the step table in its order.
CREATE OR REPLACE VIEW catalogue_process AS
SELECT
    key AS process_key,
    said.procedure AS procedure,
    said.case_variant AS case_variant,
    said.channel AS channel,
    said.version AS version,
    said.decision AS decision,
    said.effective_from AS effective_from,
    said.effective_to AS effective_to,
    said."limit".amount AS limit_amount,
    said."limit".unit AS limit_unit,
    said.steps AS steps,
    warnings
FROM (
    SELECT key, warnings, from_json(
        content,
        '{"procedure": "VARCHAR", "case_variant": "VARCHAR", "channel": "VARCHAR", "version": "VARCHAR",
          "decision": "VARCHAR", "effective_from": "DATE", "effective_to": "DATE",
          "limit": {"amount": "DOUBLE", "unit": "VARCHAR"},
          "steps": [{"number": "VARCHAR", "task": "VARCHAR", "hours": "DOUBLE", "unit": "VARCHAR", "role": "VARCHAR",
                     "result": "VARCHAR"}]}'
    ) AS said
    FROM catalogue_in_force
    WHERE kind = 'process'
);

-- Two versions for the same dossiers of which the later one starts while the earlier one is in force by its own words,
-- or on the same day. An open end is none: it means until the next version.
CREATE OR REPLACE VIEW catalogue_overlap AS
SELECT
    later.process_key AS process_key,
    earlier.process_key AS overlapped_key,
    earlier.version AS overlapped_version,
    later.effective_from AS overlaps_from
FROM catalogue_process AS later
JOIN catalogue_process AS earlier
    ON later.procedure = earlier.procedure
    AND later.case_variant IS NOT DISTINCT FROM earlier.case_variant
    AND later.channel IS NOT DISTINCT FROM earlier.channel
WHERE later.process_key <> earlier.process_key
    AND (later.effective_from, later.process_key) > (earlier.effective_from, earlier.process_key)
    AND (earlier.effective_to >= later.effective_from OR earlier.effective_from = later.effective_from);

-- What follows from the entries in force, written anew by catalogue_refresh.sql whenever one of them changes: asking
-- the views above for every process takes half a second, these a millisecond.

-- The procedures, read from here by the view below.
CREATE TABLE IF NOT EXISTS known_procedure (
    procedure_key VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    field VARCHAR,
    owner VARCHAR,
    online_only BOOLEAN NOT NULL,
    warnings VARCHAR[] NOT NULL
);

-- The procedures; `code` is national part and owner.
CREATE OR REPLACE VIEW catalogue_procedure AS
SELECT procedure_key, code, name, field, owner, online_only, warnings FROM known_procedure;

-- The approved processes. effective_from to effective_to are both included, an open end is NULL. `limit_hours` is in
-- working hours, a working day having 8, and NULL for calendar days; `step_hours` is the sum of the steps, whatever
-- the limit says.
CREATE TABLE IF NOT EXISTS approved_process (
    process_key VARCHAR NOT NULL,
    procedure VARCHAR NOT NULL,
    case_variant VARCHAR,
    channel VARCHAR,
    version VARCHAR NOT NULL,
    decision VARCHAR NOT NULL,
    effective_from DATE NOT NULL,
    effective_to DATE,
    limit_amount DOUBLE NOT NULL,
    limit_unit VARCHAR NOT NULL,
    limit_hours DOUBLE,
    step_hours DOUBLE NOT NULL,
    warnings VARCHAR[] NOT NULL
);

-- The rows of the approved step tables; ordinal counts from 1 along a process. `unit` is the code of the unit where
-- the text names a known one, else that text.
CREATE TABLE IF NOT EXISTS approved_step (
    process_key VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    number VARCHAR NOT NULL,
    task VARCHAR NOT NULL,
    unit VARCHAR,
    role VARCHAR,
    hours DOUBLE NOT NULL,
    result VARCHAR
);

-- Which approved process applies to each dossier. `intakes` names a table, view or CTE with the columns dossier (any
-- type, unique), procedure, case_variant, channel (texts as the events have them) and intake_date (DATE in
-- Asia/Ho_Chi_Minh). Answers dossier and process_key for the dossiers to which one applies: in force on the day of
-- intake; the same owner, case variant and channel before one that leaves them open, in this order; then the latest
-- start, then the greatest key.
CREATE OR REPLACE MACRO bound_process(intakes) AS TABLE
WITH sort AS (
    SELECT DISTINCT procedure, case_variant, channel FROM query_table(intakes)
),
candidate AS (
    SELECT
        sort.procedure,
        sort.case_variant,
        sort.channel,
        process.process_key,
        process.effective_from,
        process.effective_to,
        row_number() OVER (
            ORDER BY
                procedure_owner(process.procedure) IS NOT DISTINCT FROM procedure_owner(sort.procedure),
                process.case_variant IS NOT NULL,
                process.channel IS NOT NULL,
                process.effective_from,
                process.process_key
        ) AS preference
    FROM sort
    JOIN approved_process AS process
        ON procedure_national(process.procedure) = procedure_national(sort.procedure)
    WHERE coalesce(procedure_owner(process.procedure) = procedure_owner(sort.procedure), true)
        AND (
            process.case_variant IS NULL
            OR catalogue_word(process.case_variant) = catalogue_word(sort.case_variant)
        )
        AND (process.channel IS NULL OR channel_code(process.channel) = channel_code(sort.channel))
)
SELECT intake.dossier AS dossier, arg_max(candidate.process_key, candidate.preference) AS process_key
FROM query_table(intakes) AS intake
JOIN candidate
    ON intake.procedure = candidate.procedure
    AND intake.case_variant IS NOT DISTINCT FROM candidate.case_variant
    AND intake.channel IS NOT DISTINCT FROM candidate.channel
    AND intake.intake_date >= candidate.effective_from
    AND intake.intake_date <= coalesce(candidate.effective_to, DATE '9999-12-31')
GROUP BY intake.dossier;

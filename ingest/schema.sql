-- The tables that ingest writes and mining reads: the contract between the two packages.

-- One row per accepted event, append-only. event_no is the order of arrival: it serves to find what is new,
-- never to order a path. event_key is a 64-bit digest of (source, event_id), for finding duplicates.
CREATE TABLE IF NOT EXISTS event (
    event_no BIGINT NOT NULL,
    event_key UBIGINT NOT NULL,
    source VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    dossier UUID NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    procedure VARCHAR,
    case_variant VARCHAR,
    process_version VARCHAR,
    step VARCHAR,
    activity VARCHAR,
    lifecycle VARCHAR NOT NULL,
    status TINYINT,
    unit VARCHAR,
    role VARCHAR,
    officer UUID,
    channel VARCHAR,
    source_system VARCHAR,
    sequence BIGINT,
    due_at TIMESTAMPTZ,
    outcome VARCHAR,
    digitised_input BOOLEAN,
    e_signed BOOLEAN,
    e_result BOOLEAN,
    paid_online BOOLEAN,
    apology BOOLEAN,
    received_at TIMESTAMPTZ NOT NULL
);

-- Where each partition goes on: the next offset to read, bound to the very cluster and topic it was read from.
CREATE TABLE IF NOT EXISTS kafka_position (
    topic VARCHAR NOT NULL,
    partition INTEGER NOT NULL,
    next_offset BIGINT NOT NULL,
    cluster_id VARCHAR NOT NULL,
    topic_id VARCHAR NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (topic, partition)
);

-- Events that could not be used, with their bytes and where they came from; reject_no orders their publication.
CREATE TABLE IF NOT EXISTS rejected (
    reject_no BIGINT NOT NULL,
    origin VARCHAR NOT NULL,
    partition INTEGER,
    position BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    payload BLOB,
    received_at TIMESTAMPTZ NOT NULL
);

-- Facts about the file itself: the version of this schema, the highest published reject_no.
CREATE TABLE IF NOT EXISTS store_fact (
    name VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL
);

-- The log, its projections, and what lives beside it. One text for both engines: {bytes} is BLOB or BYTEA, {append_only t}
-- makes the triggers that refuse UPDATE and DELETE. Instants are microseconds since 1970-01-01T00:00:00Z. Nothing confidential
-- is in clear in any column.

CREATE TABLE migration (
    version BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- The truth. hash covers every other column (see src/log/chain.rs); prev is the hash of the fact before.
CREATE TABLE fact (
    seq BIGINT NOT NULL PRIMARY KEY,
    stream TEXT NOT NULL,
    stream_seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    head TEXT NOT NULL,
    body {bytes},
    reporter_body {bytes},
    stream_public {bytes},
    prev {bytes} NOT NULL,
    hash {bytes} NOT NULL,
    UNIQUE (stream, stream_seq)
);
CREATE INDEX fact_kind ON fact (kind, seq);
{append_only fact}

CREATE TABLE log_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL,
    last_hash {bytes} NOT NULL,
    frontier {bytes} NOT NULL
);

-- The key of each stream. The secret half is sealed to the desk; emptying it erases the stream's words.
CREATE TABLE stream_key (
    stream TEXT NOT NULL PRIMARY KEY,
    public {bytes} NOT NULL,
    secret {bytes}
);

-- Projections: made from the clear heads alone, made again by `rebuild`.
CREATE TABLE counter (stem TEXT NOT NULL PRIMARY KEY, last BIGINT NOT NULL);
CREATE TABLE numbered (number_key TEXT NOT NULL PRIMARY KEY, stream TEXT NOT NULL);
CREATE INDEX numbered_stream ON numbered (stream);

CREATE TABLE report (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    waiting BIGINT NOT NULL,
    door TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    reading TEXT NOT NULL,
    signature TEXT NOT NULL,
    automatic BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    case_id TEXT,
    lookup TEXT NOT NULL,
    waiting_for_us BIGINT NOT NULL,
    attachments BIGINT NOT NULL,
    clock TEXT,
    clock_force TEXT,
    clock_due BIGINT,
    clock_breached BIGINT
);
CREATE INDEX report_waiting ON report (waiting, state);
CREATE INDEX report_case ON report (case_id);
CREATE INDEX report_lookup ON report (lookup);

CREATE TABLE case_file (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    embargo TEXT NOT NULL,
    embargo_ends BIGINT,
    owner TEXT,
    advisory TEXT,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    clock TEXT,
    clock_force TEXT,
    clock_due BIGINT,
    clock_breached BIGINT
);
CREATE INDEX case_state ON case_file (state, clock_due);

CREATE TABLE participant (
    case_id TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (case_id, person)
);
CREATE INDEX participant_person ON participant (person, case_id);

CREATE TABLE advisory (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    released_at BIGINT,
    public_until BIGINT NOT NULL
);

CREATE TABLE clock (
    stream TEXT NOT NULL,
    place BIGINT NOT NULL,
    clock TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    breached BIGINT NOT NULL,
    PRIMARY KEY (stream, place)
);
CREATE INDEX clock_due ON clock (breached, due_at);

CREATE TABLE blob_ref (
    name TEXT NOT NULL PRIMARY KEY,
    stream TEXT NOT NULL,
    sealed_len BIGINT NOT NULL,
    sealed_sha256 TEXT NOT NULL
);
CREATE INDEX blob_ref_stream ON blob_ref (stream);

-- Beside the log: work to do, what was seen and answered, small sealed bytes, credentials, settings.
CREATE TABLE outbox (
    id BIGINT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    stream TEXT NOT NULL,
    payload {bytes},
    state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'done', 'failed')),
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    error TEXT NOT NULL
);
CREATE INDEX outbox_next ON outbox (state, next_at, id);

CREATE TABLE seen (key TEXT NOT NULL PRIMARY KEY, stream TEXT NOT NULL);

CREATE TABLE answer (
    key TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    answer {bytes} NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE quota (key TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, at BIGINT NOT NULL);

CREATE TABLE blob (name TEXT NOT NULL PRIMARY KEY, sealed {bytes} NOT NULL);

CREATE TABLE credential (
    person TEXT NOT NULL PRIMARY KEY,
    password TEXT,
    totp {bytes},
    totp_last_step BIGINT,
    passkeys {bytes}
);

CREATE TABLE access (
    digest TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    label TEXT NOT NULL
);
CREATE INDEX access_person ON access (person);

CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value {bytes} NOT NULL);

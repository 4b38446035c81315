-- What a report costs is what its rows and index entries cost. Nothing looks facts up by their kind, and most reports have no case yet.
DROP INDEX fact_kind;
DROP INDEX report_case;

{sqlite}
-- A table's rows lie in a tree by themselves: under an INTEGER PRIMARY KEY, which BIGINT is not, or under their key (WITHOUT ROWID).
-- Otherwise every row has a second entry in an index of the key.
CREATE TABLE fact_lean (
    seq INTEGER NOT NULL PRIMARY KEY,
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
INSERT INTO fact_lean (seq, stream, stream_seq, kind, at, actor, head, body, reporter_body, stream_public, prev, hash)
    SELECT seq, stream, stream_seq, kind, at, actor, head, body, reporter_body, stream_public, prev, hash FROM fact ORDER BY seq;
DROP TABLE fact;
ALTER TABLE fact_lean RENAME TO fact;
{append_only fact}

CREATE TABLE outbox_lean (
    id INTEGER NOT NULL PRIMARY KEY,
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
INSERT INTO outbox_lean (id, key, kind, stream, payload, state, attempts, next_at, lease_until, fence, error)
    SELECT id, key, kind, stream, payload, state, attempts, next_at, lease_until, fence, error FROM outbox ORDER BY id;
DROP TABLE outbox;
ALTER TABLE outbox_lean RENAME TO outbox;
CREATE INDEX outbox_next ON outbox (state, next_at, id);

CREATE TABLE stream_key_lean (
    stream TEXT NOT NULL PRIMARY KEY,
    public {bytes} NOT NULL,
    secret {bytes}
) WITHOUT ROWID;
INSERT INTO stream_key_lean (stream, public, secret) SELECT stream, public, secret FROM stream_key ORDER BY stream;
DROP TABLE stream_key;
ALTER TABLE stream_key_lean RENAME TO stream_key;

CREATE TABLE numbered_lean (number_key TEXT NOT NULL PRIMARY KEY, stream TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO numbered_lean (number_key, stream) SELECT number_key, stream FROM numbered ORDER BY number_key;
DROP TABLE numbered;
ALTER TABLE numbered_lean RENAME TO numbered;
CREATE INDEX numbered_stream ON numbered (stream);

CREATE TABLE report_lean (
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
) WITHOUT ROWID;
INSERT INTO report_lean (id, number, state, waiting, door, kind, language, reading, signature, automatic, received_at, case_id,
    lookup, waiting_for_us, attachments, clock, clock_force, clock_due, clock_breached)
    SELECT id, number, state, waiting, door, kind, language, reading, signature, automatic, received_at, case_id,
    lookup, waiting_for_us, attachments, clock, clock_force, clock_due, clock_breached FROM report ORDER BY id;
DROP TABLE report;
ALTER TABLE report_lean RENAME TO report;
CREATE INDEX report_lookup ON report (lookup);
CREATE INDEX report_order ON report (state, (clock_due IS NULL), clock_due, received_at, number);
CREATE INDEX report_state ON report (state, case_id);

CREATE TABLE clock_lean (
    stream TEXT NOT NULL,
    place BIGINT NOT NULL,
    clock TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    breached BIGINT NOT NULL,
    PRIMARY KEY (stream, place)
) WITHOUT ROWID;
INSERT INTO clock_lean (stream, place, clock, due_at, breached) SELECT stream, place, clock, due_at, breached FROM clock ORDER BY stream, place;
DROP TABLE clock;
ALTER TABLE clock_lean RENAME TO clock;
CREATE INDEX clock_due ON clock (breached, due_at);

CREATE TABLE blob_ref_lean (
    name TEXT NOT NULL PRIMARY KEY,
    stream TEXT NOT NULL,
    sealed_len BIGINT NOT NULL,
    sealed_sha256 TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO blob_ref_lean (name, stream, sealed_len, sealed_sha256) SELECT name, stream, sealed_len, sealed_sha256 FROM blob_ref ORDER BY name;
DROP TABLE blob_ref;
ALTER TABLE blob_ref_lean RENAME TO blob_ref;
CREATE INDEX blob_ref_stream ON blob_ref (stream);

CREATE TABLE seen_lean (key TEXT NOT NULL PRIMARY KEY, stream TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO seen_lean (key, stream) SELECT key, stream FROM seen ORDER BY key;
DROP TABLE seen;
ALTER TABLE seen_lean RENAME TO seen;

CREATE TABLE answer_lean (
    key TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    answer {bytes} NOT NULL,
    at BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO answer_lean (key, fingerprint, answer, at) SELECT key, fingerprint, answer, at FROM answer ORDER BY key;
DROP TABLE answer;
ALTER TABLE answer_lean RENAME TO answer;
{both}

CREATE INDEX report_case ON report (case_id) WHERE case_id IS NOT NULL;

-- Published records of others (CVE, OSV) that reports are compared with, beside the log: what was said is public, so it is not sealed, and a
-- snapshot can be imported anew at any time. `seq` grows with each change, so that a process sees what another one imported; what was forgotten
-- stays as a row without words.
CREATE TABLE public_record (
    snapshot TEXT NOT NULL,
    name TEXT NOT NULL,
    seq BIGINT NOT NULL,
    digest TEXT NOT NULL,
    said {bytes} NOT NULL,
    PRIMARY KEY (snapshot, name)
);
CREATE INDEX public_record_seq ON public_record (seq);
CREATE TABLE snapshot (
    name TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    imported_by TEXT NOT NULL
);

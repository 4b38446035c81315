-- Beside the log, and forgettable: how each door did last, and the synthetic reports that were sent through it. Not a word of any report.

CREATE TABLE door (
    name TEXT NOT NULL PRIMARY KEY,
    success_at BIGINT,
    failure_at BIGINT,
    reason TEXT NOT NULL,
    failures BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    backlog BIGINT
);

-- digest is SHA-256 of the token in the synthetic report.
CREATE TABLE self_test (
    digest TEXT NOT NULL PRIMARY KEY,
    door TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    passed_at BIGINT,
    failed TEXT
);
CREATE INDEX self_test_door ON self_test (door, sent_at);

-- What is being written and not yet recorded, sealed to its stream's key; one working copy for each stream.
CREATE TABLE working (
    stream TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    sealed {bytes} NOT NULL,
    at BIGINT NOT NULL
);
-- Who has a stream open for writing, and in which field; forgotten after a while.
CREATE TABLE presence (
    stream TEXT NOT NULL,
    person TEXT NOT NULL,
    field TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (stream, person)
);

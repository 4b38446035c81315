-- What the house has to do for confirmed disclosure plans, and when; what it is stands in the log.
CREATE TABLE moment (
    advisory TEXT NOT NULL,
    place BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (advisory, place)
);
CREATE INDEX moment_at ON moment (at);

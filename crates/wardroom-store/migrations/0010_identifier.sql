-- Identifiers that we assign, for lists and the light on the health page; the ids themselves are sealed words.
CREATE TABLE identifier (
    case_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    vulnerability TEXT NOT NULL,
    scheme TEXT NOT NULL,
    state TEXT NOT NULL,
    stuck BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (case_id, place)
);

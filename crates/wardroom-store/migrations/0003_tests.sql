-- "Can you read me?": test messages on their way from the public face to the process that holds the keys, and the answers back.
-- Nothing here outlives two minutes.
CREATE TABLE test_message (
    id TEXT NOT NULL PRIMARY KEY,
    question {bytes},
    answer TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX test_message_at ON test_message (at);

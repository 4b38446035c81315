-- How many of our own mails came back through a door and were dropped.
ALTER TABLE door ADD COLUMN ignored BIGINT NOT NULL DEFAULT 0;

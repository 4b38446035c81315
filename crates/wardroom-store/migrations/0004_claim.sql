-- Waiting mail that claims to belong to a report or a case, unconfirmed.
CREATE TABLE claim (stream TEXT NOT NULL PRIMARY KEY, claimed TEXT NOT NULL);
CREATE INDEX claim_claimed ON claim (claimed);

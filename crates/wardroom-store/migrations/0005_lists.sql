-- Lists stay as quick with a hundred thousand rows as with a hundred: each state has its rows in the order in which they are shown.
CREATE INDEX report_order ON report (state, (clock_due IS NULL), clock_due, received_at, number);
CREATE INDEX case_order ON case_file (state, (clock_due IS NULL), clock_due, changed_at DESC, number);
DROP INDEX case_state;
DROP INDEX report_waiting;
-- Counting reports by state, for whoever may see which.
CREATE INDEX report_state ON report (state, case_id);

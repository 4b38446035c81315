-- How often settings of each kind were kept: whoever remembers some of them sees here whether they are still the same.
CREATE TABLE setting_change (kind TEXT NOT NULL PRIMARY KEY, count BIGINT NOT NULL);

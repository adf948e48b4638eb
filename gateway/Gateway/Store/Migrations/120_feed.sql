-- Of each epoch, the readings the live feed has dealt with; what is stored beyond them is fresh.
CREATE TABLE feed_taken (
    node INTEGER NOT NULL REFERENCES nodes (number),
    epoch INTEGER NOT NULL,
    sequences TEXT NOT NULL,         -- runs, 0-41,43
    PRIMARY KEY (node, epoch)
) WITHOUT ROWID;

-- What was last said of an observation, where that is not the usual: version 1 with flag 1 (pass).
CREATE TABLE feed_said (
    series INTEGER NOT NULL REFERENCES outbox_series (id),
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    flag INTEGER NOT NULL,           -- QARTOD
    result TEXT,                     -- of an estimate, and below the record that states it: they can change under one model
    record TEXT,
    PRIMARY KEY (series, epoch, sequence)
) WITHOUT ROWID;

-- A later version of an observation names the one it takes the place of.
ALTER TABLE outbox ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE outbox ADD COLUMN supersedes TEXT;

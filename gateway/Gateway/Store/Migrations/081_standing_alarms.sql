-- What is wrong now, each thing once: since when, and who has seen it. A row goes when it is no longer true; the audit trail keeps who did what.
CREATE TABLE standing_alarms (
    key TEXT PRIMARY KEY,            -- node/kind/probe or kind/place
    since_ms INTEGER NOT NULL,
    severity INTEGER NOT NULL,       -- as it was seen: 0 note, 1 warning, 2 alarm
    extent INTEGER,                  -- as it was seen: how many readings, seals, rows
    acknowledged_by TEXT,
    acknowledged_ms INTEGER
) WITHOUT ROWID;

-- What the data folder holds, once a day: says for how long the disk will do.
CREATE TABLE folder_days (
    day INTEGER PRIMARY KEY,         -- since 1970, UTC
    bytes INTEGER NOT NULL
) WITHOUT ROWID;

-- What was not taken, and why. Counters never shrink; of the frames themselves the newest are kept.
CREATE TABLE refusals (
    reason TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    received_ms INTEGER NOT NULL,
    link TEXT NOT NULL,
    node TEXT NOT NULL,              -- as claimed: it may be nobody's
    reason TEXT NOT NULL,
    kind INTEGER,
    frame BLOB NOT NULL
);

CREATE TABLE alarms (
    id INTEGER PRIMARY KEY,
    raised_ms INTEGER NOT NULL,
    node TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL
);

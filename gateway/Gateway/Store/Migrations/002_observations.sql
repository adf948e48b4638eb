-- What nodes sent, as they sent it. Times are UTC in milliseconds since 1970, "steady" is a node's own clock since its epoch began.

CREATE TABLE readings (
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    steady_minutes INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    link TEXT NOT NULL,              -- wifi or lora
    frame BLOB NOT NULL,             -- body and MAC as first received, never changed
    PRIMARY KEY (node, epoch, sequence)
) WITHOUT ROWID;

-- The same name with other bytes: kept for whoever has to find out why.
CREATE TABLE conflicts (
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    frame BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    link TEXT NOT NULL,
    PRIMARY KEY (node, epoch, sequence, frame)
) WITHOUT ROWID;

CREATE TABLE losses (
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    frame BLOB NOT NULL,
    PRIMARY KEY (node, epoch, first, count, reason)
) WITHOUT ROWID;

-- Bounds on UTC - steady, in seconds, between two steady instants.
CREATE TABLE clock_marks (
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    next_sequence INTEGER NOT NULL,  -- readings below it were taken before the mark
    asked_steady_s INTEGER NOT NULL,
    answered_steady_s INTEGER NOT NULL,
    answered_unix_s INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    frame BLOB NOT NULL,
    PRIMARY KEY (node, epoch, next_sequence, asked_steady_s, answered_steady_s, answered_unix_s)
) WITHOUT ROWID;

-- Readings taken first after a start other than from sleep: the steady clock may have stood still before them.
CREATE TABLE restarts (
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (node, epoch, sequence)
) WITHOUT ROWID;

-- The ledger of each epoch, kept in the transaction that changes it. Runs are written "0-41,43-50".
CREATE TABLE epochs (
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    sampled INTEGER NOT NULL,        -- highest sequence known to have been taken, plus one
    stored_runs TEXT NOT NULL,
    lost_runs TEXT NOT NULL,         -- as declared; a reading that arrives all the same is stored
    duplicates INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    last_received_ms INTEGER NOT NULL,
    PRIMARY KEY (node, epoch)
) WITHOUT ROWID;

CREATE TABLE epoch_assignments (
    node INTEGER PRIMARY KEY REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    reason TEXT NOT NULL,
    assigned_ms INTEGER NOT NULL
);

-- Days (since 1970, UTC) of a node whose summary no longer tells all that is known.
CREATE TABLE due_days (
    node INTEGER NOT NULL REFERENCES nodes(number),
    day INTEGER NOT NULL,
    PRIMARY KEY (node, day)
) WITHOUT ROWID;

-- Readings are looked up by when they were taken.
CREATE INDEX readings_by_steady ON readings (node, epoch, steady_minutes);

-- What the gateway states, each statement a leaf of its log. A row is written in the transaction of what it states; tiles and checkpoints
-- follow from these rows and can always be made again. Rows are never changed and never removed.
CREATE TABLE records (
    leaf INTEGER PRIMARY KEY,        -- place in the log: 0, 1, 2, … without a gap
    id TEXT NOT NULL UNIQUE,         -- sha256:… of the canonical bytes
    type TEXT NOT NULL,              -- fpm.kind/version
    subject TEXT NOT NULL,           -- what it is about; the row with the greatest leaf is the one in force
    recorded_s INTEGER NOT NULL,     -- UTC, whole seconds since 1970
    supersedes TEXT REFERENCES records (id),
    canonical BLOB NOT NULL          -- the very bytes that are hashed
);
CREATE INDEX records_by_subject ON records (type, subject, leaf);

-- Openings of salted commitments: the exact position, the holder, the technician. Never logged, released by consent, deleted on request.
CREATE TABLE openings (
    digest TEXT PRIMARY KEY,         -- what the records hold
    kind TEXT NOT NULL,              -- position, holder, technician
    opening BLOB NOT NULL
) WITHOUT ROWID;

-- Keys of witnesses (C2SP vkey), pinned when first met.
CREATE TABLE witness_keys (
    vkey TEXT PRIMARY KEY
) WITHOUT ROWID;

-- Checkpoints a witness cosigned, as signed notes with its line.
CREATE TABLE witnessed (
    size INTEGER PRIMARY KEY,        -- leaves of the checkpoint
    note TEXT NOT NULL
);

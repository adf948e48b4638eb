-- Models of soil organic carbon. A region has one in force; the others stay, because estimates name them.
CREATE TABLE models (
    id TEXT PRIMARY KEY,             -- first 16 hexadecimal digits of the model file's own hash
    name TEXT NOT NULL,
    file TEXT NOT NULL,              -- the model as JSON, training set included
    made_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE region_models (
    region TEXT PRIMARY KEY,
    model TEXT NOT NULL REFERENCES models(id),
    version INTEGER NOT NULL,        -- of the region: 1, 2, …
    record_id TEXT NOT NULL
) WITHOUT ROWID;

-- The estimate in force of each spectral shot; what it superseded stays in the log.
CREATE TABLE estimates (
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    utc_ms INTEGER NOT NULL,
    content TEXT NOT NULL,           -- JSON as /api/estimates shows it
    model TEXT NOT NULL REFERENCES models(id),
    record_id TEXT NOT NULL,
    PRIMARY KEY (node, epoch, sequence)
) WITHOUT ROWID;

CREATE INDEX estimates_by_time ON estimates (utc_ms);

-- The record in force that summarises each day (since 1970-01-01, UTC) of a node.
CREATE TABLE soil_days (
    node INTEGER NOT NULL REFERENCES nodes(number),
    day INTEGER NOT NULL,
    record_id TEXT NOT NULL,
    PRIMARY KEY (node, day)
) WITHOUT ROWID;

-- How often a day was marked since its last summary: one that was marked during the making is not forgotten.
ALTER TABLE due_days ADD COLUMN marks INTEGER NOT NULL DEFAULT 1;

-- What the observatory shall get. A row stands here until the observatory has said that it has it.
CREATE TABLE outbox_series (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,        -- node/property/depth/procedure
    description TEXT NOT NULL,       -- JSON: what its SensorThings entities are made from
    datastream TEXT,                 -- ids the observatory gave, as JSON literals; NULL until it has them
    feature TEXT
);

-- Which readings of a series were ever put here: a day that is summarised again sends nothing twice.
CREATE TABLE outbox_taken (
    series INTEGER NOT NULL REFERENCES outbox_series (id),
    epoch INTEGER NOT NULL,
    sequences TEXT NOT NULL,         -- runs, 0-41,43
    PRIMARY KEY (series, epoch)
) WITHOUT ROWID;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,          -- order: of a series, and of what is asked for before it is sent again
    series INTEGER NOT NULL REFERENCES outbox_series (id),
    observation TEXT NOT NULL UNIQUE, -- deterministic id, sha256:…
    phenomenon_time TEXT NOT NULL,   -- ISO 8601 instant or interval
    result_time TEXT NOT NULL,       -- when the gateway accepted it
    result TEXT NOT NULL,            -- decimal
    quality TEXT NOT NULL,           -- JSON: qc, u, k, cal
    refusals INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0 -- 1: refused too often; kept for a human to look at
);
CREATE INDEX outbox_waiting ON outbox (failed, id);

CREATE TABLE outbox_delivered (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    count INTEGER NOT NULL           -- rows that have left
);
INSERT INTO outbox_delivered (one, count) VALUES (1, 0);

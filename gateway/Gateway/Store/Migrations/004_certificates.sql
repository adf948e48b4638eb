-- How counts of one probe become quantities, and how well. Never changed: a better certificate is another row.
CREATE TABLE certificates (
    id TEXT PRIMARY KEY,             -- first 16 hexadecimal digits of the SHA-256 of its content
    node INTEGER NOT NULL REFERENCES nodes(number),
    kind TEXT NOT NULL,              -- moisture, temperature, spectral-head
    channel INTEGER NOT NULL,        -- depth index of the probe, 0 the shallowest; 0 for the spectral head
    issued_ms INTEGER NOT NULL,
    valid_until_ms INTEGER NOT NULL,
    content TEXT NOT NULL,           -- JSON
    record_id TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX certificates_by_probe ON certificates (node, kind, channel, issued_ms);

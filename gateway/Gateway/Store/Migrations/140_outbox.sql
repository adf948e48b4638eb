ALTER TABLE outbox ADD COLUMN sent INTEGER NOT NULL DEFAULT 0;     -- 1: on the way when last heard of; asked for before it is sent again
ALTER TABLE outbox ADD COLUMN reason TEXT;                         -- the observatory's words when it refused the row
CREATE INDEX outbox_refused ON outbox (series) WHERE refusals > 0;

-- What the line to the observatory carried, by UTC day since 1970: bytes of HTTP, both ways.
CREATE TABLE line_days (
    day INTEGER PRIMARY KEY,
    sent INTEGER NOT NULL,
    received INTEGER NOT NULL
);

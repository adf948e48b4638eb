-- Settings that somebody wants a node to work with, each version once; what became of it is the node's word.
CREATE TABLE configurations (
    node INTEGER NOT NULL REFERENCES nodes(number),
    version INTEGER NOT NULL,        -- rises over all that this node ever had
    body BLOB,                       -- kind 36 without its MAC; NULL for a version that only the node knows (a restored gateway)
    wanted_by TEXT NOT NULL,
    wanted_ms INTEGER NOT NULL,
    state TEXT NOT NULL,             -- wanted, sent, applied, refused, rolled-back, set-aside, superseded
    sends INTEGER NOT NULL,
    last_sent_ms INTEGER,
    result INTEGER,                  -- SPEC.md section 4a
    tag INTEGER,                     -- the setting that a refusal is about
    settings_hash BLOB,              -- of what the node works with since its report
    reported_ms INTEGER,
    PRIMARY KEY (node, version)
) WITHOUT ROWID;

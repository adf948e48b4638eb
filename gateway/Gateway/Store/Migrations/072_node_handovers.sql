-- Who was allowed to take a node's files, which hold its keys, and who did. Lines are only added, and closed once.
CREATE TABLE node_handovers (
    id INTEGER PRIMARY KEY,
    node INTEGER NOT NULL REFERENCES nodes (number),
    granted_ms INTEGER NOT NULL,
    granted_by TEXT NOT NULL,        -- account
    taken_ms INTEGER,                -- NULL until the files were handed over
    taken_by TEXT
);
CREATE INDEX node_handovers_by_node ON node_handovers (node, id);

-- A node's seals over the frames of its days, and what became of them here.
CREATE TABLE seals (
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,       -- the seal's own name
    first INTEGER NOT NULL,          -- it speaks of the names from here to just before its own
    absent INTEGER NOT NULL,         -- of these, names under which the node never wrote a frame
    proof BLOB NOT NULL,             -- first 16 bytes of the chain's end
    state TEXT NOT NULL,             -- pending, sealed, unsealable, broken
    PRIMARY KEY (node, epoch, sequence)
) WITHOUT ROWID;

-- Frames may still come for these.
CREATE INDEX seals_open ON seals (node, epoch, sequence) WHERE state IN ('pending', 'unsealable');

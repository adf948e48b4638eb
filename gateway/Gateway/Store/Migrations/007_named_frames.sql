-- Every named frame as it came, whatever its kind; other tables hold what its reader made of it.
CREATE TABLE frames (
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    kind INTEGER NOT NULL,           -- SPEC.md section 2
    link TEXT NOT NULL,              -- wifi or lora
    received_ms INTEGER NOT NULL,
    frame BLOB NOT NULL,             -- body and MAC as first received, never changed
    is_read INTEGER NOT NULL,        -- 0 while no reader of its kind has understood it
    PRIMARY KEY (node, epoch, sequence)
) WITHOUT ROWID;

INSERT INTO frames (node, epoch, sequence, kind, link, received_ms, frame, is_read)
SELECT node, epoch, sequence, CASE WHEN keyframe IS NULL THEN 1 ELSE 2 END, link, received_ms, frame, 1 FROM readings;

CREATE INDEX frames_unread ON frames (node, epoch, kind, sequence) WHERE is_read = 0;

ALTER TABLE readings DROP COLUMN frame;
ALTER TABLE readings DROP COLUMN link;

-- Two frames of one name may differ in kind too. Before, only keyframes (bodies of 21 or 47 bytes) and deltas were known.
ALTER TABLE conflicts ADD COLUMN kind INTEGER;
UPDATE conflicts SET kind = CASE WHEN length(frame) - CASE link WHEN 'lora' THEN 4 ELSE 16 END IN (21, 47) THEN 1 ELSE 2 END;

-- Each time this store was put back from a copy: when, from what, and how the log was made whole.
CREATE TABLE restores (
    id INTEGER PRIMARY KEY,
    restored_utc TEXT NOT NULL,      -- ISO 8601, to the second
    made_utc TEXT NOT NULL,          -- when the copy was made
    records INTEGER NOT NULL,        -- the copy had
    completed INTEGER NOT NULL,      -- of the log after the restore; what is above came from the log that had gone on
    source TEXT NOT NULL             -- where these came from, or on whose word nothing was asked
);

-- Nobody here knows any more which observations of before a restore the observatory has: each is asked for before it is sent (as after a broken line).
CREATE TRIGGER outbox_after_a_restore AFTER INSERT ON outbox
WHEN EXISTS (SELECT 1 FROM restores WHERE restored_utc > NEW.phenomenon_time)
BEGIN
    UPDATE outbox SET sent = 1 WHERE id = NEW.id;
END;

-- Wrong passwords in a row, by the name that was typed, whether or not anybody has it: who is told to wait must not learn from it that the
-- name exists.
CREATE TABLE sign_in_failures (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    failures INTEGER NOT NULL,
    locked_until_ms INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO sign_in_failures (name, failures, locked_until_ms) SELECT name, failures, locked_until_ms FROM accounts WHERE failures > 0;
ALTER TABLE accounts DROP COLUMN failures;
ALTER TABLE accounts DROP COLUMN locked_until_ms;

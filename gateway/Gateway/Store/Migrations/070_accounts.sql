-- Who may use the console. Names are unique whatever their case.
CREATE TABLE accounts (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    role TEXT NOT NULL,              -- auditor, technician, administrator
    password_hash TEXT NOT NULL,     -- by ASP.NET Core Identity's hasher, which names its own parameters
    stamp TEXT NOT NULL,             -- changes with password, role and closing: older sessions end
    closed INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,  -- wrong passwords since the last right one
    locked_until_ms INTEGER NOT NULL DEFAULT 0,
    made_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- One-time codes that make the first administrator (fpm setup). Only the newest counts.
CREATE TABLE setup_codes (
    hash BLOB PRIMARY KEY,           -- SHA-256 of the code
    expires_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Who did what on the console. Rows are only added.
CREATE TABLE audit_trail (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,              -- a word of Technician/Access/AuditTrail.cs
    detail TEXT NOT NULL
);

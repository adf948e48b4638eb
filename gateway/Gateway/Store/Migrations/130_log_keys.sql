-- Changes of the log's key: the record that names the new key, and the checkpoint both keys signed over it (only the new one after a theft).
CREATE TABLE log_key_changes (
    leaf INTEGER PRIMARY KEY REFERENCES records (leaf),
    note TEXT NOT NULL
);

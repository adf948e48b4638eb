-- Readings that this gateway had acknowledged before its store was put back to an earlier day, as the node says, which let them go for it.
ALTER TABLE epochs ADD COLUMN released_runs TEXT NOT NULL DEFAULT '';

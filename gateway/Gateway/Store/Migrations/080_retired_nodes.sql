-- Since when a node is no longer admitted (UTC, ms); NULL while it is. What it sent stays.
ALTER TABLE nodes ADD COLUMN retired_ms INTEGER;

-- Land under observation, as its holder lets it be told. The exact position lies in openings, behind its commitment, and can be destroyed there.
CREATE TABLE parcels (
    parcel TEXT PRIMARY KEY,
    site TEXT NOT NULL,              -- with the parcel the land that consents are about
    region TEXT NOT NULL,
    country TEXT NOT NULL,           -- ISO 3166-1, two letters
    hectares REAL NOT NULL,
    cell_latitude REAL NOT NULL,     -- south-western corner of the published cell, degrees
    cell_longitude REAL NOT NULL,
    cell_degrees REAL NOT NULL,
    position TEXT NOT NULL,          -- digest of the commitment to the exact position
    restricted INTEGER NOT NULL,     -- 1: the parcel is not in the open feed; it counts in sums of at least three
    licence TEXT NOT NULL,
    record_id TEXT NOT NULL
) WITHOUT ROWID;

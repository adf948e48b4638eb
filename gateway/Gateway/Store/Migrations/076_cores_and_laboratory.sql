-- Spectra of core samples, each from one shot of a head or one line of a file. Several of a sample are averaged.
CREATE TABLE core_shots (
    id INTEGER PRIMARY KEY,
    campaign TEXT NOT NULL REFERENCES model_campaigns (name),
    sample TEXT NOT NULL REFERENCES core_samples (sample),
    node INTEGER REFERENCES nodes (number),     -- NULL where it came from a file
    epoch INTEGER,
    sequence INTEGER,
    content TEXT NOT NULL,           -- JSON: SocModels/CoreShot.cs
    taken_back INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX core_shots_of ON core_shots (campaign, sample);
-- One shot is of one soil.
CREATE UNIQUE INDEX core_shots_of_node ON core_shots (node, epoch, sequence) WHERE node IS NOT NULL AND taken_back = 0;

-- Files that were read in, with what became of each of their lines.
CREATE TABLE core_imports (
    id INTEGER PRIMARY KEY,
    campaign TEXT NOT NULL REFERENCES model_campaigns (name),
    kind TEXT NOT NULL,              -- laboratory, spectra
    file TEXT NOT NULL,              -- its name
    hash TEXT NOT NULL,              -- SHA-256 of its bytes
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL
);
CREATE TABLE core_import_lines (
    import INTEGER NOT NULL REFERENCES core_imports (id),
    line INTEGER NOT NULL,           -- as an editor counts
    text TEXT NOT NULL,              -- as it stands in the file: nothing is lost
    state TEXT NOT NULL,             -- taken, known, corrected, orphan, refused, attached
    reason TEXT,                     -- JSON: key and parts of the sentence
    message TEXT,                    -- the sentence in English
    content TEXT,                    -- of an orphan: its result, JSON
    PRIMARY KEY (import, line)
) WITHOUT ROWID;

-- What laboratories found. One in force for each sample and replicate; what was corrected stays.
CREATE TABLE laboratory_results (
    id INTEGER PRIMARY KEY,
    campaign TEXT NOT NULL REFERENCES model_campaigns (name),
    sample TEXT NOT NULL REFERENCES core_samples (sample),
    replicate INTEGER NOT NULL,
    content TEXT NOT NULL,           -- JSON: SocModels/LaboratoryResult.cs
    import INTEGER NOT NULL REFERENCES core_imports (id),
    line INTEGER NOT NULL,
    corrected_by INTEGER REFERENCES laboratory_results (id)
);
CREATE UNIQUE INDEX laboratory_results_in_force ON laboratory_results (sample, replicate) WHERE corrected_by IS NULL;

-- Campaigns whose cores make a model of soil carbon. Where the points lie stands in the openings of the campaign's record alone, and can be destroyed there.
CREATE TABLE model_campaigns (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,        -- rises with every decision, so that a second tab that shows an older one is told
    region TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,       -- of its sample ids
    record_id TEXT NOT NULL,
    content TEXT NOT NULL            -- JSON: SocModels/ModelCampaign.cs
) WITHOUT ROWID;

-- One layer of one core, from its label to its place in the model.
CREATE TABLE core_samples (
    sample TEXT PRIMARY KEY,         -- as on the label, with its check character
    campaign TEXT NOT NULL REFERENCES model_campaigns (name),
    number INTEGER NOT NULL,         -- of the core
    layer INTEGER NOT NULL,
    stratum TEXT NOT NULL,
    point INTEGER NOT NULL,
    top_cm REAL NOT NULL,
    bottom_cm REAL NOT NULL,
    left_out TEXT,                   -- why it is not trained on; NULL where it is
    explained TEXT                   -- why it is kept although it looks wrong
) WITHOUT ROWID;
CREATE INDEX core_samples_of ON core_samples (campaign, number, layer);

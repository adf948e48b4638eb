-- Models that were trained and wait for a technician's word. What is in force stands in region_models; a candidate speaks for nobody.
CREATE TABLE model_candidates (
    id INTEGER PRIMARY KEY,
    campaign TEXT NOT NULL REFERENCES model_campaigns (name),
    state TEXT NOT NULL,             -- training, ready, failed, accepted, declined
    content TEXT NOT NULL,           -- JSON: SocModels/Candidates/ModelCandidate.cs
    file TEXT                        -- the model, once it is trained
);
CREATE INDEX model_candidates_of ON model_candidates (campaign, id);

-- Calibrations under way. Each change raises the version, so that a second tab that shows an older one is told instead of overwriting.
CREATE TABLE calibration_sessions (
    id INTEGER PRIMARY KEY,
    node INTEGER NOT NULL REFERENCES nodes (number),
    version INTEGER NOT NULL,
    state TEXT NOT NULL,             -- open, issued, given-up
    content TEXT NOT NULL,           -- JSON: Calibration/Sessions/CalibrationSession.cs
    changed_ms INTEGER NOT NULL
);
CREATE INDEX calibration_sessions_open ON calibration_sessions (state, node);

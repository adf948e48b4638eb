-- Probes under calibration, as they spoke: never readings of the field.
CREATE TABLE bench_readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    node INTEGER NOT NULL REFERENCES nodes(number),
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    began_s INTEGER NOT NULL,        -- steady second in which this bench began
    steady_s INTEGER NOT NULL,
    probe INTEGER NOT NULL,          -- SPEC.md section 4b
    body BLOB NOT NULL,              -- kind 6 without its MAC
    received_ms INTEGER NOT NULL,
    UNIQUE (node, epoch, sequence)
);

CREATE INDEX bench_readings_by_bench ON bench_readings (node, epoch, began_s, probe, id);

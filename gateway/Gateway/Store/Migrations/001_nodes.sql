-- Who may speak, and the secret that proves it.
CREATE TABLE nodes (
    number INTEGER PRIMARY KEY,      -- stands for the node in the long tables
    id TEXT NOT NULL UNIQUE,         -- the LoRaWAN DevEUI: 16 lower-case hexadecimal digits
    node_key BLOB NOT NULL,          -- 32 random bytes
    app_key BLOB,                    -- LoRaWAN AppKey, 16 random bytes; only where the link is lora
    settings TEXT NOT NULL,          -- as enrolled, JSON: site, region, twin, parcel, link, intervals, depths
    enrolled_ms INTEGER NOT NULL     -- UTC: nothing this node sends can be older
);

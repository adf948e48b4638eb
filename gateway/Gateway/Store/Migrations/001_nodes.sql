-- Who may speak, and the secret that proves it. A node's id is its LoRaWAN DevEUI: 16 lower-case hexadecimal digits.
CREATE TABLE nodes (
    id TEXT PRIMARY KEY,
    node_key BLOB NOT NULL,          -- 32 random bytes
    app_key BLOB,                    -- LoRaWAN AppKey, 16 random bytes; only where the link is lora
    settings TEXT NOT NULL,          -- as enrolled: site, region, twin, parcel, link, intervals, depths
    enrolled_ms INTEGER NOT NULL     -- UTC: nothing this node sends can be older
) WITHOUT ROWID;

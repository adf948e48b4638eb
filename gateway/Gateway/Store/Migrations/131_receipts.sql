-- The key an observatory signs courier's receipts with (C2SP vkey), pinned when first met.
CREATE TABLE receipt_keys (
    vkey TEXT PRIMARY KEY
) WITHOUT ROWID;

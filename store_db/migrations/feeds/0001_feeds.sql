-- How far each feed has been taken in. A snapshot is loaded beside the table in use and takes its place, with this row,
-- in one transaction.
CREATE TABLE feed (
    feed TEXT PRIMARY KEY,
    generation TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Signed pieces as they came, kept by a hub for the other hosts of its store.
CREATE TABLE segment (
    feed TEXT NOT NULL,
    from_position INTEGER NOT NULL,
    to_position INTEGER NOT NULL,
    snapshot INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    manifest BLOB NOT NULL,
    signature BLOB NOT NULL,
    block BLOB NOT NULL,
    PRIMARY KEY (feed, to_position, snapshot)
) STRICT;

-- When headquarters was last heard of, and by how much its clock was ahead of this host's.
CREATE TABLE contact (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    at_ms INTEGER NOT NULL,
    offset_ms INTEGER NOT NULL
) STRICT;

-- Up to which entry of each stream headquarters has archived: what the till may prune once it is old enough.
CREATE TABLE archived (
    till TEXT NOT NULL,
    incarnation BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (till, incarnation)
) STRICT, WITHOUT ROWID;

-- One table for each feed: the row's key, the columns that are searched, and the row's bytes as they came.
CREATE TABLE item (key TEXT PRIMARY KEY, plu TEXT NOT NULL, search TEXT NOT NULL, body BLOB NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE INDEX item_plu ON item (plu) WHERE plu <> '';
CREATE INDEX item_search ON item (search);

CREATE TABLE barcode (key TEXT PRIMARY KEY, item TEXT NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX barcode_item ON barcode (item);

CREATE TABLE price (key TEXT PRIMARY KEY, item TEXT NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX price_item ON price (item);

CREATE TABLE offer (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE staff (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE role (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE configuration (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE till_key (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE member (key TEXT PRIMARY KEY, card TEXT NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX member_card ON member (card) WHERE card <> '';

CREATE TABLE baseline (key TEXT PRIMARY KEY, ledger TEXT NOT NULL, place BLOB NOT NULL, body BLOB NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE INDEX baseline_place ON baseline (ledger, place);

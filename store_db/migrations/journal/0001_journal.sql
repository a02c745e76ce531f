-- The till this file belongs to, for life.
CREATE TABLE till (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    till TEXT NOT NULL,
    store TEXT NOT NULL
) STRICT;

-- One row for each opening of the journal. What was pruned ends with pruned_seq and pruned_hash.
CREATE TABLE stream (
    stream INTEGER PRIMARY KEY,
    till TEXT NOT NULL,
    incarnation BLOB NOT NULL UNIQUE,
    pruned_seq INTEGER NOT NULL DEFAULT 0,
    pruned_hash BLOB NOT NULL DEFAULT (zeroblob(32))
) STRICT;

-- place = stream * 2^40 + seq: entries stand in the order they were written, and each commit touches the last page.
-- envelope and body are the bytes first written; the other columns only index them. counter and grand_total are the
-- till's receipt counter and perpetual total as of this entry, so that the last row tells how the till goes on.
CREATE TABLE entry (
    place INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    business_date INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    grand_total INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    envelope BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX entry_receipt ON entry (counter) WHERE kind = 'sale';
CREATE INDEX entry_hold ON entry (kind) WHERE kind IN ('hold', 'hold_recalled');

-- The fold of all entries that were ever written here. A key is the parts of the ledger's key as MessagePack, one
-- after the other; m0 to m4 are the ledger's measures in their order.
CREATE TABLE balance (
    ledger TEXT NOT NULL,
    key BLOB NOT NULL,
    m0 INTEGER NOT NULL,
    m1 INTEGER NOT NULL,
    m2 INTEGER NOT NULL,
    m3 INTEGER NOT NULL,
    m4 INTEGER NOT NULL,
    PRIMARY KEY (ledger, key)
) STRICT, WITHOUT ROWID;

-- The fold of the entries that were pruned: this and the entries that are left add up to `balance`.
CREATE TABLE checkpoint (
    ledger TEXT NOT NULL,
    key BLOB NOT NULL,
    m0 INTEGER NOT NULL,
    m1 INTEGER NOT NULL,
    m2 INTEGER NOT NULL,
    m3 INTEGER NOT NULL,
    m4 INTEGER NOT NULL,
    PRIMARY KEY (ledger, key)
) STRICT, WITHOUT ROWID;

-- This file's own line of life: changed when an older copy of it was put back. commits counts its transactions.
CREATE TABLE hub (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    store TEXT NOT NULL,
    generation TEXT NOT NULL,
    commits INTEGER NOT NULL
) STRICT;

-- The main line of each stream: the first that reached this hub. archived is headquarters' word, for the till to prune.
CREATE TABLE stream (
    stream INTEGER PRIMARY KEY,
    till TEXT NOT NULL,
    incarnation BLOB NOT NULL,
    accepted INTEGER NOT NULL DEFAULT 0,
    head_hash BLOB NOT NULL DEFAULT (zeroblob(32)),
    forked INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    pruned_seq INTEGER NOT NULL DEFAULT 0,
    pruned_hash BLOB NOT NULL DEFAULT (zeroblob(32)),
    UNIQUE (till, incarnation)
) STRICT;

-- place = stream * 2^40 + seq. envelope, body and signature are the bytes that came.
CREATE TABLE entry (
    place INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    business_date INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    envelope BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX entry_hold ON entry (kind) WHERE kind = 'hold';

-- What is left of pruned entries: enough to know one again that is sent once more.
CREATE TABLE pruned (
    place INTEGER PRIMARY KEY,
    hash BLOB NOT NULL
) STRICT;

-- Other entries under numbers of the main line, from a copied disk. A line goes on from `parent_line` after
-- `first_seq - 1`; it is kept whole and sent up like the main line, which is line 0.
CREATE TABLE fork_line (
    stream INTEGER NOT NULL REFERENCES stream,
    line INTEGER NOT NULL CHECK (line > 0),
    parent_line INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    last_hash BLOB NOT NULL,
    PRIMARY KEY (stream, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE fork (
    stream INTEGER NOT NULL REFERENCES stream,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    line INTEGER NOT NULL,
    kind TEXT NOT NULL,
    business_date INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    signature BLOB NOT NULL,
    envelope BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (stream, seq, hash)
) STRICT;
CREATE INDEX fork_place ON fork (stream, line, seq);

-- Documents that could not be folded when they came: of a later release, or damaged before they were sealed.
CREATE TABLE parked (
    stream INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (stream, seq, hash)
) STRICT, WITHOUT ROWID;

-- Who took up a held receipt: one till, once.
CREATE TABLE claim (
    incarnation BLOB NOT NULL,
    seq INTEGER NOT NULL,
    holder TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (incarnation, seq)
) STRICT, WITHOUT ROWID;

-- The fold of all entries ever taken in; see the journal's tables of the same names.
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

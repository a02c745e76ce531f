-- The open receipt as the till last noted it: bytes that only the till reads.
CREATE TABLE draft (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    content BLOB NOT NULL
) STRICT;

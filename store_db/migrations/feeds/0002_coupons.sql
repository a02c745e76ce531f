-- Series of coupons, and single coupons that are not to be taken.
CREATE TABLE coupon_series (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE coupon_block (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;

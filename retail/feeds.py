"""What headquarters sends down: rows of named feeds, cut into signed deltas and snapshots.

Rows are maps and only ever grow: a till ignores fields it does not know, and a field that is missing has its default.
A row belongs to one key of one feed; a row without a body is a tombstone.
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal

import msgspec

from retail.ids import Stream

MANIFEST_DOMAIN: Final = b"zhanggui/feed/1\x00"


class ItemRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """An item. `pinyin` holds the search keys (initials and full) made at headquarters; `measured` items sell by weight
    or length as one line; `plu` is the number inside scale labels; what `attributes` mean to offers says
    `retail.traits`."""

    item: str
    name: str
    department: str = ""
    unit: str = "ea"
    measured: bool = False
    pinyin: str = ""
    tax_code: str = ""
    tax_rate_bp: int = 0
    plu: str = ""
    brand: str = ""
    category: str = ""
    on_sale: bool = True
    attributes: dict[str, str] = {}


class BarcodeRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code on goods and what it stands for; `quantity_milli` above one piece is a pack."""

    code: str
    item: str
    quantity_milli: int = 1000


class PriceRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A price: amount in ten-thousandths of the major unit for one `unit`.

    Valid from a wall-clock minute of the store's zone until another (minutes since 1970 local; 0 = no end). `kind` is
    retail, wholesale or member:LEVEL; `scope` is `chain`, `zone:Z` or `store:S`.
    """

    item: str
    amount: int
    kind: str = "retail"
    scope: str = "chain"
    unit: str = "ea"
    from_minute: int = 0
    until_minute: int = 0
    release: int = 0


class OfferRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """An offer as opaque bytes that `promotions.codec` reads."""

    offer: str
    body: bytes


class StaffRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person who signs on or owns lines at this store. `pin_hash` is Argon2id; empty for clerks who never sign on."""

    operator: str
    name: str
    role: str = "clerk"
    pin_hash: str = ""
    active: bool = True


class RoleRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a role may do: function codes, and limits by name (basis points, minor units)."""

    role: str
    functions: tuple[str, ...] = ()
    limits: dict[str, int] = {}


class ConfigurationRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One named setting of the store as JSON."""

    name: str
    value: bytes


class TillKeyRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """The public key a till signs with: what any store checks a receipt's QR or a coupon against. `earlier`: keys the
    till had before it was enrolled anew, good for paper that is still about."""

    till: str
    store: str
    public_key: bytes
    revoked: bool = False
    earlier: tuple[bytes, ...] = ()

    @property
    def public_keys(self) -> tuple[bytes, ...]:
        """All keys that a paper of this till may be signed with, the present one first."""
        return (self.public_key, *self.earlier)


class MemberRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member known to this store: card, level and a masked name; and what offers ask about.

    `birthday` is MMDD (0: unknown), `groups` are those that offers name, `purchases` how often the member had bought
    before this system counts (-1: unknown, as for whoever shopped without being known); what it counted itself comes
    as baselines of ledger `purchase`.
    """

    member: str
    card: str = ""
    level: str = ""
    name: str = ""
    birthday: int = 0
    groups: tuple[str, ...] = ()
    purchases: int = -1


class CouponSeriesRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """Coupons that open the same offers. `offline`: whether a till takes one while nobody can say whether it was used
    before. Days are YYYYMMDD, both inside (0: no bound)."""

    series: str
    name: str = ""
    offline: Literal["accept", "refuse"] = "refuse"
    from_day: int = 0
    until_day: int = 0
    stopped: bool = False


class CouponBlockRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A coupon that is not to be taken, whatever it says of itself."""

    code: str
    reason: Literal["void", "redeemed"] = "void"


class BaselineRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sum as headquarters knows it, under the key that `effects` gives it.

    It is only meaningful with the marks published with it: up to which entry of each stream it counts. Later entries
    are added by who has them. So marks travel in the same feed, as rows of `MARK_LEDGER`, and a piece of this feed
    ends where a publication ended: with sums of one moment and marks of another, a till counts its own sales twice.
    """

    ledger: str
    key: tuple[str | int, ...]
    amounts: tuple[int, ...]


MARK_LEDGER: Final = "mark"
PURCHASES_TOLD: Final = "purchases_told"
"""The ledger of one row: up to which number the baselines tell members' purchases. Without it, a member without a
baseline is not one who never bought."""


def mark_row(stream: Stream, seq: int) -> BaselineRow:
    """The row that says: the baselines published with this count the stream's entries up to `seq`."""
    return BaselineRow(MARK_LEDGER, (stream.till, stream.incarnation.hex()), (seq,))


def mark_of(row: BaselineRow) -> tuple[Stream, int] | None:
    """The stream and number of a mark; None for a row that is a sum."""
    if row.ledger != MARK_LEDGER:
        return None
    till, incarnation = row.key
    return Stream(str(till), bytes.fromhex(str(incarnation))), row.amounts[0]


FeedName = Literal[
    "items",
    "barcodes",
    "prices",
    "offers",
    "staff",
    "roles",
    "configuration",
    "till_keys",
    "members",
    "coupon_series",
    "coupon_blocks",
    "baselines",
]

ROWS: Final[dict[str, type[msgspec.Struct]]] = {
    "items": ItemRow,
    "barcodes": BarcodeRow,
    "prices": PriceRow,
    "offers": OfferRow,
    "staff": StaffRow,
    "roles": RoleRow,
    "configuration": ConfigurationRow,
    "till_keys": TillKeyRow,
    "members": MemberRow,
    "coupon_series": CouponSeriesRow,
    "coupon_blocks": CouponBlockRow,
    "baselines": BaselineRow,
}
"""Every feed and what its rows are. A feed not named here is ignored by an older till."""


class FeedRow(msgspec.Struct, frozen=True, array_like=True):
    """One row as it travels; `body` None is a tombstone."""

    key: str
    position: int
    body: bytes | None


class FeedCursor(msgspec.Struct, frozen=True):
    """How far a feed has been taken in. An empty generation asks for a snapshot."""

    feed: str
    generation: str = ""
    position: int = 0


class Manifest(msgspec.Struct, frozen=True):
    """What headquarters signs: these rows, and no others, lead this store's feed from one position to another.

    The one message that never grows: its signature covers exactly these fields, in this order.
    """

    store: str
    feed: str
    generation: str
    kind: Literal["delta", "snapshot"]
    from_position: int
    to_position: int
    rows: int
    digest: bytes


_encoder: Final = msgspec.msgpack.Encoder()
_row_decoders: Final = {name: msgspec.msgpack.Decoder(struct) for name, struct in ROWS.items()}
_rows_decoder: Final = msgspec.msgpack.Decoder(list[FeedRow])


def encode_row(row: msgspec.Struct) -> bytes:
    """The body of a feed row."""
    return _encoder.encode(row)


def decode_row(feed: str, body: bytes) -> msgspec.Struct:
    """The row; unknown fields are ignored. Raises msgspec.DecodeError when the bytes are no such row."""
    try:
        row: msgspec.Struct = _row_decoders[feed].decode(body)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error
    return row


def encode_rows(rows: list[FeedRow]) -> bytes:
    """The rows of a delta or snapshot as one block."""
    return _encoder.encode(rows)


def decode_rows(block: bytes) -> list[FeedRow]:
    """The rows of a block. Raises msgspec.DecodeError when the bytes are none."""
    try:
        return _rows_decoder.decode(block)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error


def digest_of(block: bytes) -> bytes:
    """What a manifest says of its rows: SHA-256 of the block."""
    return hashlib.sha256(block).digest()


def manifest_bytes(manifest: Manifest) -> bytes:
    """The bytes that headquarters signs."""
    return MANIFEST_DOMAIN + _encoder.encode(msgspec.structs.astuple(manifest))

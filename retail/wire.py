"""Messages of both hops and of the till's local socket.

Control messages are maps and only ever grow; documents inside them are opaque bytes. Over HTTP one message is one
body; on the Unix socket a frame is a four-byte big-endian length and the message.
"""

from __future__ import annotations

from typing import Final, Literal, TypeVar

import msgspec

from retail.chain import Entry
from retail.feeds import FeedCursor, Manifest
from retail.ids import DocumentId, Stream

PROTOCOL: Final = 1
PUSH_ENTRIES_MAX: Final = 500
PUSH_BYTES_MAX: Final = 2_000_000
"""A push larger than this is refused with 413, whatever it holds."""
FRAME_BYTES_MAX: Final = 4_000_000


class StreamHead(msgspec.Struct, frozen=True):
    """What a sender holds of a stream: its last entry."""

    stream: Stream
    seq: int
    head_hash: bytes


class StreamMark(msgspec.Struct, frozen=True):
    """What a receiver has committed of a stream. `archived` may be pruned by the till once old enough."""

    stream: Stream
    accepted: int
    head_hash: bytes
    archived: int = 0


class Hello(msgspec.Struct, frozen=True):
    """Opens a session: which streams the sender holds. The answer tells where each continues."""

    protocol: int
    host: str
    software: str
    streams: tuple[StreamHead, ...] = ()
    agent_feeds: tuple[FeedCursor, ...] = ()


class HelloReply(msgspec.Struct, frozen=True):
    """`generation` changes when the receiver's database was restored: a sender then starts from these marks.

    A hub tells headquarters' time as it knows it, and how long ago it heard of headquarters (-1: never).
    """

    generation: str
    time_ms: int
    marks: tuple[StreamMark, ...] = ()
    feeds: tuple[FeedCursor, ...] = ()
    headquarters_age_ms: int = 0


class Push(msgspec.Struct, frozen=True):
    """Consecutive entries of one stream; the first has number `base_seq` and follows the hash `previous`."""

    stream: Stream
    base_seq: int
    previous: bytes
    entries: tuple[Entry, ...]


PushOutcome = Literal["accepted", "duplicate", "fork", "gap", "rewind", "bad_signature", "bad_envelope", "unknown_till"]
"""`accepted`, `duplicate` and `fork` are committed; the rest left nothing behind."""


class PushReply(msgspec.Struct, frozen=True):
    """`mark` is what is committed now on the sender's line: the sender continues after it, also backwards."""

    generation: str
    outcome: PushOutcome
    mark: StreamMark
    detail: str = ""


class Pull(msgspec.Struct, frozen=True):
    """Asks for what follows this cursor."""

    cursor: FeedCursor
    rows_max: int = 20_000


class PullReply(msgspec.Struct, frozen=True):
    """A signed piece of a feed, or nothing when the cursor is current. `more` asks to come again at once."""

    generation: str
    manifest: Manifest | None = None
    rows: bytes = b""
    signature: bytes = b""
    more: bool = False


class EnrolRequest(msgspec.Struct, frozen=True):
    """A till introduces its public key with a one-time code; `proof` signs the code with the new key."""

    code: str
    public_key: bytes
    proof: bytes
    host: str


class EnrolReply(msgspec.Struct, frozen=True):
    """Who the till is from now on, headquarters' key to pin, and the token its agent calls with. A hub that passed the
    request on adds the token that it knows the till by itself."""

    till: str
    store: str
    headquarters_key: bytes
    token: str
    store_name: str = ""
    currency: str = "CNY"
    utc_offset_min: int = 480
    hub_token: str = ""


class Problem(msgspec.Struct, frozen=True):
    """Why a request was refused, for a program (`code`) and for a person."""

    code: str
    message: str


# Questions of the till to its agent.


class Poke(msgspec.Struct, frozen=True, tag="poke"):
    """Something was committed: push soon. Answered by Done."""


class AskStock(msgspec.Struct, frozen=True, tag="ask_stock"):
    """Stock of an item in all stores that headquarters knows of."""

    item: str


class AskDocument(msgspec.Struct, frozen=True, tag="ask_document"):
    """The entry of a sold receipt, wherever it was sold, and how much of it came back already."""

    document: DocumentId


class AskHolds(msgspec.Struct, frozen=True, tag="ask_holds"):
    """The store's open holds."""


class ClaimHold(msgspec.Struct, frozen=True, tag="claim_hold"):
    """Takes a hold for this till; only one till of the store wins."""

    hold: DocumentId
    till: str


class ReserveCoupon(msgspec.Struct, frozen=True, tag="reserve_coupon"):
    """Sets a coupon aside for this till's open receipt, until a receipt takes it, the till releases it, or the time is
    over. Asking again prolongs it. `today` is the till's business date."""

    code: str
    till: str
    today: int


class ReleaseCoupon(msgspec.Struct, frozen=True, tag="release_coupon"):
    """Lets go of a coupon that the receipt did not take. Answered by CouponAnswer."""

    code: str
    till: str


Question = Poke | AskStock | AskDocument | AskHolds | ClaimHold | ReserveCoupon | ReleaseCoupon


class Done(msgspec.Struct, frozen=True, tag="done"):
    """Understood; nothing to tell."""


class Unavailable(msgspec.Struct, frozen=True, tag="unavailable"):
    """Who could answer is out of reach; the till goes on alone."""

    reason: str = ""


class StockAnswer(msgspec.Struct, frozen=True, tag="stock"):
    """(store, name, thousandths) and the moment (UTC ms) it was true."""

    stores: tuple[tuple[str, str, int], ...]
    at_ms: int


class ReturnedRun(msgspec.Struct, frozen=True, array_like=True):
    """How much of a run came back: units and, for a weighed line, thousandths."""

    line: int
    run: int
    units: int
    quantity_milli: int
    net: int


class DocumentAnswer(msgspec.Struct, frozen=True, tag="document"):
    """The entry's exact bytes, or None when nobody has it."""

    envelope: bytes | None
    body: bytes | None
    returned: tuple[ReturnedRun, ...] = ()


class HoldAnswer(msgspec.Struct, frozen=True, tag="holds"):
    """Open holds as (document, envelope bytes, body bytes)."""

    holds: tuple[tuple[DocumentId, bytes, bytes], ...]


class ClaimAnswer(msgspec.Struct, frozen=True, tag="claim"):
    """Whether this till won; otherwise who has it."""

    won: bool
    holder: str = ""


CouponState = Literal[
    "reserved", "free", "held_elsewhere", "redeemed", "void", "unknown", "not_yet", "expired", "stopped"
]
"""Of a coupon, as it is for who asks; only `reserved` may be taken."""


class CouponAnswer(msgspec.Struct, frozen=True, tag="coupon"):
    """How a coupon stands. `holder` is the till or the receipt that has it, `until_ms` the end of a reservation."""

    state: CouponState
    series: str = ""
    amount_minor: int = 0
    holder: str = ""
    until_ms: int = 0


Answer = Done | Unavailable | StockAnswer | DocumentAnswer | HoldAnswer | ClaimAnswer | CouponAnswer

M = TypeVar("M", bound=msgspec.Struct)

_encoder: Final = msgspec.msgpack.Encoder()
question_decoder: Final = msgspec.msgpack.Decoder(Question)
answer_decoder: Final = msgspec.msgpack.Decoder(Answer)


class WireError(ValueError):
    """Bytes that are not the message expected here."""


def encode(message: msgspec.Struct) -> bytes:
    """The bytes of a message."""
    return _encoder.encode(message)


def decode(kind: type[M], data: bytes) -> M:
    """The message, or WireError."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.DecodeError, ValueError) as error:
        raise WireError(f"not a {kind.__name__}: {error}") from error


def frame(message: msgspec.Struct) -> bytes:
    """A message for the Unix socket."""
    data = _encoder.encode(message)
    return len(data).to_bytes(4, "big") + data

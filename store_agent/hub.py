"""The hub of a store: the same protocol as headquarters, for the tills of one store, also while headquarters is away.

It takes entries in and sends them on, passes headquarters' signed feeds on unchanged, decides which till takes up a
held receipt, and knows what came back of a receipt. It prices nothing, signs nothing and judges no content.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from retail import wire
from retail.chain import Verify
from retail.feeds import TillKeyRow
from retail.returned import joined
from store_agent.errors import AgentError, Rejected, Unreachable
from store_agent.hub_token import make_token, till_of_token
from store_agent.transport import Transport
from store_db import segments
from store_db.connection import open_reader, reading
from store_db.errors import StoreError
from store_db.feed_reader import FeedReader
from store_db.keys import verifier
from store_db.store import StoreDb

HELLO_STREAMS_MAX: Final = 5_000

verifier_of = cache(verifier)


class Hub:
    """Answers messages; calls may come from several threads. `handle` is what both HTTP and the own till use."""

    def __init__(
        self,
        store_db: StoreDb,
        feeds_path: Path,
        *,
        store: str,
        secret: bytes,
        upstream: Transport,
        upstream_reachable: Callable[[], bool],
        upstream_s: float,
        now_ms: Callable[[], int],
        poke: Callable[[], None],
    ) -> None:
        self._store_db = store_db
        self._feeds = FeedReader.open(feeds_path)
        self._pieces = open_reader(feeds_path)
        self._reading = threading.Lock()
        self._store = store
        self._secret = secret
        self._upstream = upstream
        self._upstream_reachable = upstream_reachable
        self._upstream_s = upstream_s
        self._now_ms = now_ms
        self._poke = poke

    def close(self) -> None:
        """Closes the readers; the store's file belongs to who opened it."""
        with self._reading:
            self._feeds.close()
            self._pieces.close()

    def known_till(self, token: str) -> str | None:
        """The till that a token was made for, unless headquarters revoked it."""
        till = till_of_token(self._secret, self._store, token)
        if till is None:
            return None
        key = self._key_row(till)
        return None if key is not None and key.revoked else till

    def handle(self, verb: str, body: bytes, till: str) -> bytes:
        """The answer to a message of this till. Raises Rejected, or Unreachable when nothing can be stored now."""
        try:
            return wire.encode(self._answer(verb, body, till))
        except wire.WireError as error:
            raise Rejected("bad_message", str(error)) from error
        except StoreError as error:
            raise Unreachable(f"the hub cannot store anything now: {error}") from error

    def hello(self, message: wire.Hello) -> wire.HelloReply:
        """How far each stream is here, and where the feeds stand. The time is headquarters' as last heard."""
        if len(message.streams) > HELLO_STREAMS_MAX:
            raise Rejected("too_large", f"a hello names at most {HELLO_STREAMS_MAX} streams", 413)
        with self._reading:
            contact, feeds = self._feeds.contact(), tuple(self._feeds.cursors().values())
        now_ms = self._now_ms()
        return wire.HelloReply(
            generation=self._store_db.generation,
            time_ms=now_ms + (contact.offset_ms if contact else 0),
            marks=tuple(self._store_db.marks(head.stream for head in message.streams)),
            feeds=feeds,
            headquarters_age_ms=max(0, now_ms - contact.at_ms) if contact else -1,
        )

    def push(self, message: wire.Push) -> wire.PushReply:
        """What became of the entries; they are committed when this returns."""
        if len(message.entries) > wire.PUSH_ENTRIES_MAX:
            raise Rejected("too_large", f"a push has at most {wire.PUSH_ENTRIES_MAX} entries", 413)
        verify = self._key_of(message.stream.till)
        if verify is None:
            (mark,) = self._store_db.marks([message.stream])
            detail = f"till {message.stream.till} is not in service at store {self._store}, as far as this hub knows"
            return wire.PushReply(self._store_db.generation, "unknown_till", mark, detail)
        reply = self._store_db.receive(message, verify)
        if reply.outcome in ("accepted", "fork"):
            self._poke()
        return reply

    def pull(self, message: wire.Pull) -> wire.PullReply:
        """The signed piece that takes a feed on from its cursor, as it came from headquarters."""
        with self._reading, reading(self._pieces):
            piece = segments.piece_after(self._pieces, message.cursor)
        if piece is None:
            return wire.PullReply(self._store_db.generation)
        return wire.PullReply(self._store_db.generation, piece.manifest, piece.block, piece.signature, piece.more)

    def ask(self, question: wire.Question, till: str) -> wire.Answer:
        """The answer to a till's question: held receipts from here, the rest with the upstream's help. A
        coupon that a receipt of this store took is known here before headquarters has the receipt."""
        match question:
            case wire.Poke():
                self._poke()
                return wire.Done()
            case wire.AskHolds():
                return wire.HoldAnswer(tuple(self._store_db.open_holds()))
            case wire.ClaimHold(hold=hold, till=claimer):
                if claimer != till:
                    raise Rejected("forbidden", f"till {till} cannot take up a receipt for till {claimer}", 403)
                return self._store_db.claim(hold, claimer, self._now_ms())
            case wire.AskDocument():
                return self._document(question)
            case wire.ReserveCoupon(code=code, till=asker) | wire.ReleaseCoupon(code=code, till=asker):
                if asker != till:
                    raise Rejected("forbidden", f"till {till} cannot take a coupon for till {asker}", 403)
                if self._store_db.balance("coupon_use", (code,))[0] > 0:
                    return wire.CouponAnswer("redeemed", holder=self._store)
                return self._ask_upstream(question)
            case wire.AskStock():
                return self._ask_upstream(question)

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        """Passes an enrolment on to headquarters, and adds the token that this hub knows the till by."""
        reply = self._upstream.enrol(request)
        if reply.store != self._store:
            return reply
        self._poke()
        return msgspec.structs.replace(reply, hub_token=make_token(self._secret, reply.store, reply.till))

    def _answer(self, verb: str, body: bytes, till: str) -> msgspec.Struct:
        match verb:
            case "hello":
                return self.hello(wire.decode(wire.Hello, body))
            case "push":
                return self.push(wire.decode(wire.Push, body))
            case "pull":
                return self.pull(wire.decode(wire.Pull, body))
            case "ask":
                return self.ask(_question(body), till)
            case "enrol":
                return self.enrol(wire.decode(wire.EnrolRequest, body))
        raise Rejected("not_found", f"there is no {verb} here", 404)

    def _key_row(self, till: str) -> TillKeyRow | None:
        # One connection serves one thread at a time.
        with self._reading:
            return self._feeds.till_key(till)

    def _key_of(self, till: str) -> Verify | None:
        row = self._key_row(till)
        if row is None or row.revoked or row.store != self._store:
            return None
        return verifier_of(row.public_key)

    def _document(self, question: wire.AskDocument) -> wire.Answer:
        """A receipt and what came back of it. Both sides may know of returns that the other has not heard of yet, so
        the larger number counts."""
        entry = self._store_db.entry(question.document)
        here = self._store_db.returned(question.document)
        there = self._ask_upstream(question)
        if isinstance(there, wire.DocumentAnswer):
            envelope, body = (entry.envelope, entry.body) if entry else (there.envelope, there.body)
            return wire.DocumentAnswer(envelope, body, joined(here, there.returned))
        if entry is None:
            return there
        return wire.DocumentAnswer(entry.envelope, entry.body, here)

    def _ask_upstream(self, question: wire.Question) -> wire.Answer:
        if not self._upstream_reachable():
            return wire.Unavailable("headquarters is out of reach")
        try:
            return self._upstream.ask(question, timeout_s=self._upstream_s)
        except AgentError as error:
            return wire.Unavailable(str(error))


def _question(body: bytes) -> wire.Question:
    try:
        question: wire.Question = wire.question_decoder.decode(body)
    except (msgspec.DecodeError, ValueError) as error:
        raise Rejected("bad_message", f"not a question: {error}") from error
    return question

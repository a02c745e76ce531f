"""A host that speaks the protocol over HTTP, for tests."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi.testclient import TestClient

from hq_server import clock
from hq_server.db import Database
from hq_server.stores import enrolment
from retail.feeds import FeedCursor, FeedRow, decode_rows, digest_of, manifest_bytes
from retail.wire import (
    PROTOCOL,
    Answer,
    EnrolReply,
    EnrolRequest,
    Hello,
    HelloReply,
    Problem,
    Pull,
    PullReply,
    Push,
    PushReply,
    Question,
    StreamHead,
    answer_decoder,
    decode,
    encode,
)
from tests.hq_server.chain import TillDouble, public_bytes

M = TypeVar("M", bound=msgspec.Struct)


class Host:
    """One host with its token. `take` applies feeds the way a till's files do."""

    def __init__(self, client: TestClient, token: str = "", headquarters_key: bytes = b"") -> None:
        self.client, self.token, self.headquarters_key = client, token, headquarters_key
        self.cursors: dict[str, FeedCursor] = {}
        self.rows: dict[str, dict[str, bytes]] = {}
        self.kinds: list[str] = []

    @classmethod
    def enrolled(cls, client: TestClient, database: Database, till: TillDouble) -> Host:
        """The till's host, enrolled with a fresh code."""
        with database.transaction() as session:
            code = enrolment.issue_code(session, till_id=till.till, actor="test", at=clock.now()).code
        proof = till.key.sign(code.encode())
        request = EnrolRequest(code, public_bytes(till.key), proof, f"host-{till.till}")
        reply = decode(EnrolReply, cls(client).post("enrol", encode(request)).content)
        return cls(client, reply.token, reply.headquarters_key)

    def post(self, verb: str, body: bytes, **headers: str) -> Any:
        """One request, as bytes."""
        sent = {"content-type": "application/x-msgpack", **headers}
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        return self.client.post(f"/sync/v1/{verb}", content=body, headers=sent)

    def say(self, kind: type[M], verb: str, message: msgspec.Struct) -> M:
        """One message and its answer."""
        reply = self.post(verb, encode(message))
        assert reply.status_code == 200, decode(Problem, reply.content)
        return decode(kind, reply.content)

    def hello(self, *heads: StreamHead) -> HelloReply:
        return self.say(HelloReply, "hello", Hello(PROTOCOL, "host", "test", heads, tuple(self.cursors.values())))

    def push(self, push: Push) -> PushReply:
        return self.say(PushReply, "push", push)

    def ask(self, question: Question) -> Answer:
        reply = self.post("ask", encode(question))
        assert reply.status_code == 200, decode(Problem, reply.content)
        return answer_decoder.decode(reply.content)

    def take(self, feed: str, rows_max: int = 20_000) -> int:
        """Pulls a feed until it is current, checking every signature and step; returns how many pieces came."""
        for pieces in range(1_000):
            cursor = self.cursors.get(feed, FeedCursor(feed))
            reply = self.say(PullReply, "pull", Pull(cursor, rows_max))
            if reply.manifest is None:
                return pieces
            self._apply(feed, cursor, reply)
        raise AssertionError("the feed never ends")

    def _apply(self, feed: str, cursor: FeedCursor, reply: PullReply) -> None:
        manifest = reply.manifest
        assert manifest is not None
        key = Ed25519PublicKey.from_public_bytes(self.headquarters_key)
        key.verify(reply.signature, manifest_bytes(manifest))
        rows: list[FeedRow] = decode_rows(reply.rows)
        assert (manifest.feed, manifest.digest, manifest.rows) == (feed, digest_of(reply.rows), len(rows))
        held = self.rows.setdefault(feed, {})
        if manifest.kind == "snapshot":
            held.clear()
        else:
            assert (manifest.generation, manifest.from_position) == (cursor.generation, cursor.position)
        for row in rows:
            if row.body is None:
                held.pop(row.key, None)
            else:
                held[row.key] = row.body
        self.kinds.append(manifest.kind)
        self.cursors[feed] = FeedCursor(feed, manifest.generation, manifest.to_position)

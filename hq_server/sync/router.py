"""The sync protocol over HTTP: MessagePack bodies of `retail.wire`, one transaction for a request, committed before
the reply. A hub serves the same paths to the tills of its store."""

from __future__ import annotations

import zlib
from typing import Annotated, Final, TypeVar

import msgspec
from fastapi import APIRouter, Depends, Header, Request, Response
from sqlalchemy.orm import Session

from hq_server import clock
from hq_server.db import get_database, get_session
from hq_server.errors import BadMessage, Forbidden, NotSignedIn, TooLarge
from hq_server.feeds import pull as feed_pull
from hq_server.keys import HqKey
from hq_server.stores import enrolment
from hq_server.sync import acceptance, hello, queries, questions
from hq_server.sync.queries import Caller
from retail.ids import INCARNATION_BYTES, Stream
from retail.wire import (
    PUSH_BYTES_MAX,
    PUSH_ENTRIES_MAX,
    EnrolRequest,
    Hello,
    Pull,
    Push,
    WireError,
    decode,
    encode,
    question_decoder,
)

MEDIA_TYPE: Final = "application/x-msgpack"
HELLO_STREAMS_MAX: Final = 5_000

router = APIRouter(prefix="/sync/v1", tags=["sync"])
M = TypeVar("M", bound=msgspec.Struct)


async def read_body(request: Request) -> bytes:
    """The whole body, unpacked if it came packed; refused as soon as it is seen to be too large either way."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding not in ("identity", "gzip"):
        raise BadMessage(f"bodies in {encoding} are not understood here", code="bad_encoding", status=415)
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if encoding == "gzip" else None
    whole = bytearray()
    received = 0
    async for part in request.stream():
        received += len(part)
        try:
            whole += part if unpack is None else unpack.decompress(part, PUSH_BYTES_MAX + 1 - len(whole))
        except zlib.error as error:
            raise BadMessage("the body is no gzip", code="bad_encoding") from error
        if len(whole) > PUSH_BYTES_MAX or received > PUSH_BYTES_MAX:
            raise TooLarge(f"a message has at most {PUSH_BYTES_MAX} bytes: send fewer entries at once")
    if unpack is not None and not unpack.eof:
        raise BadMessage("the body ends before its end", code="bad_encoding")
    return bytes(whole)


def get_key(request: Request) -> HqKey:
    """Headquarters' key."""
    key: HqKey = request.app.state.key
    return key


def ready_day(request: Request) -> None:
    """Sees to it that today's entries can be written, before the request's own transaction begins."""
    get_database(request).partitions.ensure_day(clock.now().date())


Body = Annotated[bytes, Depends(read_body)]
Key = Annotated[HqKey, Depends(get_key)]
InTransaction = Annotated[Session, Depends(get_session, scope="function")]
Authorization = Annotated[str, Header()]


def get_caller(session: InTransaction, authorization: Authorization = "") -> Caller:
    """The till whose host calls. Raises NotSignedIn or Forbidden."""
    scheme, _, token = authorization.partition(" ")
    caller = None
    if scheme.lower() == "bearer" and token:
        caller = queries.caller_by_token(session, enrolment.hash_token(token.strip()))
    if caller is None:
        raise NotSignedIn("this token is not known: enrol the till again", code="unknown_token")
    if caller.revoked_at is not None:
        raise Forbidden(f"till {caller.till} was taken out of service: enrol it with a new code", code="till_revoked")
    return caller


Calling = Annotated[Caller, Depends(get_caller, scope="function")]


@router.post("/enrol")
def enrol(body: Body, session: InTransaction, key: Key) -> Response:
    """EnrolRequest → EnrolReply. The only call without a token."""
    request = read(EnrolRequest, body)
    reply = enrolment.enrol(session, request, headquarters_key=key.public, at=clock.now())
    return packed(reply)


@router.post("/hello")
def greet(body: Body, session: InTransaction, caller: Calling) -> Response:
    """Hello → HelloReply."""
    message = read(Hello, body)
    if len(message.streams) > HELLO_STREAMS_MAX:
        raise TooLarge(f"a hello names at most {HELLO_STREAMS_MAX} streams")
    for head in message.streams:
        check_stream(head.stream)
    return packed(hello.greet(session, message, caller=caller, at=clock.now()))


@router.post("/push", dependencies=[Depends(ready_day)])
def push(body: Body, session: InTransaction, caller: Calling) -> Response:
    """Push → PushReply. The reply leaves after the commit."""
    message = read(Push, body)
    check_stream(message.stream)
    if len(message.entries) > PUSH_ENTRIES_MAX:
        raise TooLarge(f"a push has at most {PUSH_ENTRIES_MAX} entries")
    keys = queries.signing_keys(session, caller.store, message.stream.till)
    if keys is None:
        raise Forbidden(f"till {message.stream.till} is not in service at store {caller.store}", code="unknown_till")
    decision = acceptance.accept(session, message, store=caller.store, keys=keys, at=clock.now())
    return packed(decision.reply(caller.generation))


@router.post("/pull")
def pull(body: Body, session: InTransaction, caller: Calling, key: Key) -> Response:
    """Pull → PullReply."""
    message = read(Pull, body)
    reply = feed_pull.pull(session, message, store_id=caller.store, generation=caller.generation, sign=key.sign)
    return packed(reply)


@router.post("/ask")
def ask(body: Body, session: InTransaction, caller: Calling) -> Response:
    """Question → Answer."""
    try:
        question = question_decoder.decode(body)
    except (msgspec.DecodeError, ValueError) as error:
        raise BadMessage(f"not a question: {error}") from error
    return packed(questions.answer(session, question, caller=caller, at=clock.now()))


def read(kind: type[M], body: bytes) -> M:
    """The message, or BadMessage."""
    try:
        return decode(kind, body)
    except WireError as error:
        raise BadMessage(str(error)) from error


def check_stream(stream: Stream) -> None:
    """Refuses names that no journal could have made."""
    if len(stream.incarnation) != INCARNATION_BYTES or not 0 < len(stream.till) < 64 or "\0" in stream.till:
        raise BadMessage("not a stream: a till's code and 16 bytes of incarnation")


def packed(message: msgspec.Struct) -> Response:
    """The message as a reply."""
    return Response(encode(message), media_type=MEDIA_TYPE)

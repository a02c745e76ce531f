from __future__ import annotations

import msgspec
import pytest

from retail import wire
from retail.chain import Entry
from retail.feeds import FeedCursor, Manifest
from retail.ids import DocumentId, Stream

STREAM = Stream("01-03", bytes(range(16)))
MESSAGES: list[msgspec.Struct] = [
    wire.Hello(1, "host", "0.1", (wire.StreamHead(STREAM, 7, bytes(32)),), (FeedCursor("prices", "g1", 3),)),
    wire.HelloReply("g1", 5, (wire.StreamMark(STREAM, 7, bytes(32), 3),), (FeedCursor("prices", "g1", 9),)),
    wire.Push(STREAM, 8, bytes(32), (Entry(b"envelope", b"body", b"signature"),)),
    wire.PushReply("g1", "accepted", wire.StreamMark(STREAM, 8, bytes(32)), ""),
    wire.Pull(FeedCursor("prices", "g1", 3)),
    wire.PullReply("g1", Manifest("0001", "prices", "g1", "delta", 3, 4, 1, bytes(32)), b"rows", b"signature", True),
    wire.EnrolRequest("code", b"key", b"proof", "host"),
    wire.EnrolReply("01-03", "0001", b"key", "token"),
    wire.Problem("busy", "try later"),
]
QUESTIONS = [
    wire.Poke(),
    wire.AskStock("1001"),
    wire.AskDocument(DocumentId("01-03", bytes(16), 4)),
    wire.AskHolds(),
    wire.ClaimHold(DocumentId("01-03", bytes(16), 4), "01-03"),
    wire.ReserveCoupon("ZU-SPRING-MVA4PJ3333KU", "01-03", 20261122),
    wire.ReleaseCoupon("ZU-SPRING-MVA4PJ3333KU", "01-03"),
]
ANSWERS = [
    wire.Done(),
    wire.Unavailable("no line"),
    wire.StockAnswer((("0002", "East", 3000),), 5),
    wire.DocumentAnswer(b"envelope", b"body", (wire.ReturnedRun(1, 0, 2, 2000, 998),)),
    wire.HoldAnswer(((DocumentId("01-03", bytes(16), 4), b"envelope", b"body"),)),
    wire.ClaimAnswer(False, "01-02"),
    wire.CouponAnswer("held_elsewhere", "SPRING", 1_000, "01-02", 5),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_comes_back_as_it_was(message: msgspec.Struct):
    assert wire.decode(type(message), wire.encode(message)) == message


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_field_of_a_newer_peer_is_ignored(message: msgspec.Struct):
    fields = msgspec.msgpack.decode(wire.encode(message))
    assert wire.decode(type(message), msgspec.msgpack.encode({**fields, "of_tomorrow": 1})) == message


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x80", b"\x90", msgspec.msgpack.encode({"code": 1}), wire.encode(MESSAGES[-1])[:-1]]
)
def test_bytes_that_are_no_such_message_are_refused(data: bytes):
    with pytest.raises(wire.WireError, match="not a Problem"):
        wire.decode(wire.Problem, data)


def test_text_that_is_no_text_is_refused():
    with pytest.raises(wire.WireError):
        wire.decode(wire.Problem, wire.encode(wire.Problem("0123", "")).replace(b"0123", b"\xff\xfe\xff\xff"))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: type(question).__name__)
def test_a_frame_is_its_length_and_a_question_told_by_its_tag(question: msgspec.Struct):
    framed = wire.frame(question)
    assert int.from_bytes(framed[:4], "big") == len(framed) - 4
    assert wire.question_decoder.decode(framed[4:]) == question


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_an_answer_is_told_by_its_tag(answer: msgspec.Struct):
    assert wire.answer_decoder.decode(wire.encode(answer)) == answer


def test_every_question_and_answer_is_tried_here():
    from typing import get_args

    assert {type(question) for question in QUESTIONS} == set(get_args(wire.Question))
    assert {type(answer) for answer in ANSWERS} == set(get_args(wire.Answer))

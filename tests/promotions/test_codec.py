"""Offers on the wire: the same offer comes back, a newer one is skipped, one that cannot be right is refused."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotions import (
    AmountOff,
    Audience,
    BuyGet,
    Offer,
    OfferRefused,
    Scope,
    Slot,
    UnknownOffer,
    Window,
    decode_offer,
    encode_offer,
    encode_offer_json,
)
from promotions.codec import OFFER_BYTES_MAX
from tests.promotions.baskets import basket_offers, item_offers

GOLDEN = bytes.fromhex(
    "de0006a26964a26f31a4706c616e84a46b696e64a76275795f676574a362757902a367657401ac73616d655f61727469636c65c3"
    "a573636f706581a56974656d7391a26931a677696e646f7781a5736c6f74739182a57374617274cd0528a3656e6478a861756469"
    "656e636581a66c6576656c7391a4676f6c64a472616e6b07"
)


@given(st.one_of(item_offers, basket_offers))
def test_an_offer_comes_back_from_either_form(offer):
    assert decode_offer(encode_offer(offer)) == offer
    assert decode_offer(encode_offer_json(offer)) == offer
    again = decode_offer(encode_offer_json(offer))
    assert isinstance(again, Offer)
    assert encode_offer(again) == encode_offer(offer)


def test_the_bytes_of_an_offer_stay_as_they_were_released():
    offer = Offer(
        "o1",
        BuyGet(buy=2, get=1, same_article=True),
        scope=Scope(items=("i1",)),
        window=Window(slots=(Slot(1320, 120),)),
        audience=Audience(levels=("gold",)),
        rank=7,
    )
    assert encode_offer(offer) == GOLDEN
    assert decode_offer(GOLDEN) == offer


def body(**fields: object) -> dict[str, object]:
    """An offer as a plain map."""
    return {"id": "o", "plan": {"kind": "amount_off", "amount_minor": 1}, **fields}


def test_fields_not_known_here_are_ignored():
    known = decode_offer(json.dumps(body(colour="red", scope={"items": ["a"], "shelf": 3})).encode())
    assert known == Offer("o", AmountOff(amount_minor=1), scope=Scope(items=("a",)))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"plan": {"kind": "lottery", "chance": 3}}, "kind lottery"),
        ({"version": 2, "plan": {"kind": "amount_off", "amount": "?"}}, "version 2"),
        ({"needs": ["birthday", "moon"]}, "needs birthday, moon"),
    ],
)
def test_an_offer_newer_than_this_program_is_skipped_and_not_refused(fields, reason):
    for data in (json.dumps(body(**fields)).encode(), msgspec.msgpack.encode(body(**fields))):
        found = decode_offer(data)
        assert isinstance(found, UnknownOffer)
        assert (found.id, found.reason) == ("o", reason)


TIER = {"threshold_minor": 100, "amount_minor": 10}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 101}, "id"),
        ({"id": 7}, "id"),
        ({"name": "n" * 201}, "name"),
        ({"times_max": -1}, "times_max"),
        ({"times_max": 1.5}, "times_max"),
        ({"rank": 10_000}, "rank"),
        ({"version": 0}, "version"),
        ({"group": "g"}, "group"),
        ({"stores": [""]}, "stores"),
        ({"scope": {"items": [""]}}, "scope.items"),
        ({"scope": {"items": ["i"] * 20_001}}, "scope.items"),
        ({"scope": {"brands": "north"}}, "scope.brands"),
        ({"window": {"from_minute": -1}}, "window.from_minute"),
        ({"window": {"from_minute": 10, "until_minute": 10}}, "window.until_minute"),
        ({"window": {"until_minute": 10**18}}, "window.until_minute"),
        ({"window": {"weekdays": 0}}, "window.weekdays"),
        ({"window": {"weekdays": 128}}, "window.weekdays"),
        ({"window": {"slots": [{"start": 60, "end": 60}]}}, "window.slots[0].end"),
        ({"window": {"slots": [{"start": 1440, "end": 60}]}}, "window.slots[0].start"),
        ({"window": {"slots": [{"start": 0, "end": 1}] * 21}}, "window.slots"),
        ({"audience": {"levels": ["x" * 101]}}, "audience.levels"),
        ({"audience": {"coupon": "x" * 101}}, "audience.coupon"),
        ({"plan": {"kind": "amount_off", "amount_minor": 0}}, "plan.amount_minor"),
        ({"plan": {"kind": "amount_off", "amount_minor": -5}}, "plan.amount_minor"),
        ({"plan": {"kind": "amount_off", "amount_minor": "5"}}, "plan.amount_minor"),
        ({"plan": {"kind": "amount_off"}}, "plan"),
        ({"plan": {"kind": "special_price", "unit_price": -1}}, "plan.unit_price"),
        ({"plan": {"kind": "percent_off", "percent_bp": 10_001}}, "plan.percent_bp"),
        ({"plan": {"kind": "percent_off", "percent_bp": 100, "rounding": "never"}}, "plan.rounding"),
        ({"plan": {"kind": "n_for_price", "count": 1, "price_minor": 1}}, "plan.count"),
        ({"plan": {"kind": "n_for_price", "count": 101, "price_minor": 1}}, "plan.count"),
        ({"plan": {"kind": "n_for_price", "count": 2, "price_minor": -1}}, "plan.price_minor"),
        ({"plan": {"kind": "buy_get", "buy": 0, "get": 1}}, "plan.buy"),
        ({"plan": {"kind": "buy_get", "buy": 1, "get": 0}}, "plan.get"),
        ({"plan": {"kind": "buy_get", "buy": 1, "get": 1, "percent_bp": 0}}, "plan.percent_bp"),
        ({"plan": {"kind": "buy_get", "buy": 1, "get": 1, "same_article": True, "given": {}}}, "plan.given"),
        ({"plan": {"kind": "amount_at_threshold", "tiers": []}}, "plan.tiers"),
        ({"plan": {"kind": "amount_at_threshold", "tiers": [TIER] * 21}}, "plan.tiers"),
        ({"plan": {"kind": "amount_at_threshold", "tiers": [TIER, TIER]}}, "plan.tiers"),
        ({"plan": {"kind": "amount_at_threshold", "tiers": [TIER, {**TIER, "threshold_minor": 200}]}}, "plan.tiers"),
        ({"plan": {"kind": "amount_at_threshold", "tiers": [TIER, {**TIER, "amount_minor": 20}]}}, "plan.tiers"),
        ({"plan": {"kind": "amount_at_threshold", "tiers": [{**TIER, "threshold_minor": 0}]}}, "plan.tiers"),
        ({"plan": {"kind": "amount_at_threshold", "tiers": [{**TIER, "amount_minor": 0}]}}, "plan.tiers"),
        ({"plan": {"kind": "amount_at_threshold", "tiers": [{**TIER, "amount_minor": 101}]}}, "plan.tiers"),
        (
            {
                "plan": {
                    "kind": "amount_at_threshold",
                    "every": True,
                    "tiers": [TIER, {"threshold_minor": 200, "amount_minor": 20}],
                }
            },
            "plan.every",
        ),
        ({"plan": {"kind": "amount_at_threshold", "base": "moon", "tiers": [TIER]}}, "plan.base"),
        ({"plan": {"kind": "percent_at_threshold", "tiers": [{"threshold_minor": 1, "percent_bp": 0}]}}, "plan.tiers"),
        (
            {
                "plan": {
                    "kind": "percent_at_threshold",
                    "tiers": [{"threshold_minor": 1, "percent_bp": 1}],
                    "ceiling_minor": -1,
                }
            },
            "plan.ceiling_minor",
        ),
    ],
)
def test_an_offer_that_cannot_be_right_is_refused_with_its_field(fields, field):
    for data in (json.dumps(body(**fields)).encode(), msgspec.msgpack.encode(body(**fields))):
        with pytest.raises(OfferRefused) as refusal:
            decode_offer(data)
        assert refusal.value.field == field
        assert refusal.value.reason


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}",
        b"null",
        b"\xc1",
        b"\x93\x01\x02",
        b'{"id": "\xff", "plan": {"kind": "amount_off"}}',
        b'{"id": "o"}',
        b'{"id": "o", "plan": {"kind": "amount_off", "amount_minor": 99999999999999999999999}}',
        b'{"id": "\\ud800", "plan": {"kind": "amount_off", "amount_minor": 1}}',
        b'{"id": "o", "plan": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b"\x91" * 5000,
        b"{" + b" " * OFFER_BYTES_MAX,
    ],
)
def test_bytes_that_are_no_offer_are_refused(data):
    with pytest.raises(OfferRefused):
        decode_offer(data)


def decoded_or_refused(data: bytes) -> str:
    """The offer's id or why it was refused; any other outcome fails the test."""
    try:
        return decode_offer(data).id
    except OfferRefused as refusal:
        return str(refusal)


@given(st.binary(max_size=60))
def test_no_bytes_do_anything_but_decode_or_be_refused(data):
    assert decoded_or_refused(data)


@given(st.one_of(item_offers, basket_offers), st.data())
def test_an_offer_with_a_byte_changed_decodes_or_is_refused(offer, data):
    found = bytearray(encode_offer(offer))
    found[data.draw(st.integers(0, len(found) - 1))] = data.draw(st.integers(0, 255))
    assert decoded_or_refused(bytes(found))

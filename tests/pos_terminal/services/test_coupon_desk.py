"""Coupons with a code of their own at a till with files: what it knows, what it is told, what it may do alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from pos_terminal.checkout.commands import Answered
from promotions import AmountOff, Audience, Offer, Scope
from retail.coupon_issue import signed, unique_code
from retail.coupons import SignedCoupon
from retail.feeds import CouponBlockRow, CouponSeriesRow, TillKeyRow
from retail.wire import Answer, CouponAnswer, CouponState, Done, Question, ReleaseCoupon, ReserveCoupon, Unavailable
from store_agent.socket_server import SocketServer
from store_db.keys import make_private_key, signer
from tests.pos_terminal.premises import Premises, enrol, private_key_pem, supply, supply_rows
from tests.pos_terminal.shop import TEA

OFFER = Offer("tea5", AmountOff(500), scope=Scope(items=("tea",)), audience=Audience(coupon="TEA5"))
UNIQUE = unique_code("TEA5", 77)
PAPER = SignedCoupon("S1-02", "TEA5", bytes(8), 20261101, 20261130, 500)
MAKE, _ = signer(private_key_pem())
FORGE, _ = signer(make_private_key())


class Upstream:
    """Who answers the till's questions: nobody, until `state` says how the coupon stands."""

    def __init__(self) -> None:
        self.state: CouponState | None = None
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> Answer:
        if not isinstance(question, ReserveCoupon | ReleaseCoupon):
            return Done()
        self.asked.append(question)
        if self.state is None:
            return Unavailable("alone")
        return CouponAnswer(self.state)


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def shop(tmp_path: Path, upstream: Upstream) -> Iterator[Premises]:
    supply(enrol(tmp_path), offers=(OFFER,))
    series(tmp_path, "g1", offline="accept")
    agent = SocketServer(tmp_path / "agent.sock", upstream)
    with Premises(tmp_path) as made:
        made.open().scan(TEA)
        yield made
    agent.close()


def series(folder: Path, generation: str, *blocks: str, **fields: object) -> None:
    """What is agreed about the series, and the coupons that are not to be taken."""
    row = CouponSeriesRow("TEA5", **fields)  # type: ignore[arg-type]
    supply_rows(folder, generation, coupon_series=[row], coupon_blocks=[CouponBlockRow(code) for code in blocks])


def told(shop: Premises, text: str) -> tuple[str, int]:
    """What is said when the coupon is scanned, and what the tea then costs."""
    shop.scan(text)
    return shop.told, shop.state.receipt.due


def test_a_coupon_that_is_set_aside_counts(shop: Premises, upstream: Upstream) -> None:
    upstream.state = "reserved"
    assert told(shop, UNIQUE) == ("coupon_saves", 12_300)
    assert upstream.asked == [ReserveCoupon(UNIQUE, "S1-01", 20261121)]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("held_elsewhere", "coupon_reserved"),
        ("redeemed", "coupon_redeemed"),
        ("void", "coupon_void"),
        ("unknown", "coupon_unknown"),
        ("not_yet", "coupon_not_yet"),
        ("expired", "coupon_expired"),
        ("stopped", "coupon_stopped"),
    ],
)
def test_what_headquarters_says_holds(shop: Premises, upstream: Upstream, state: CouponState, code: str) -> None:
    upstream.state = state
    assert told(shop, UNIQUE) == (code, 12_800)


@pytest.mark.parametrize(("offline", "due"), [("accept", 12_300), ("refuse", 12_800)])
def test_alone_the_series_says_what_holds(shop: Premises, offline: str, due: int) -> None:
    series(shop.folder, "g2", offline=offline)
    assert told(shop, UNIQUE) == ("coupon_saves" if offline == "accept" else "coupon_alone", due)


def test_a_signed_coupon_is_judged_by_its_signature(shop: Premises, upstream: Upstream) -> None:
    upstream.state = "reserved"
    assert told(shop, signed(PAPER, FORGE).text) == ("coupon_forged", 12_800)
    assert upstream.asked == []
    assert told(shop, signed(PAPER, MAKE).text) == ("coupon_saves", 12_300)


def test_paper_of_a_till_that_was_enrolled_anew_is_still_good(shop: Premises, upstream: Upstream) -> None:
    upstream.state = "reserved"
    (row,) = [one for one in keys() if one.till == "S1-02"]
    anew = TillKeyRow("S1-02", "S1", signer(make_private_key())[1], earlier=(row.public_key,))
    supply_rows(shop.folder, "g2", till_keys=[anew])
    assert told(shop, signed(PAPER, FORGE).text)[0] == "coupon_forged"
    assert told(shop, signed(PAPER, MAKE).text) == ("coupon_saves", 12_300)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("reserved", "coupon_saves"),
        ("unknown", "coupon_issuer_revoked"),
        (None, "coupon_issuer_revoked"),
        ("redeemed", "coupon_redeemed"),
    ],
)
def test_paper_of_a_till_out_of_service_is_taken_on_headquarters_word_alone(
    shop: Premises, upstream: Upstream, state: CouponState | None, code: str
) -> None:
    upstream.state = state
    (row,) = [one for one in keys() if one.till == "S1-02"]
    supply_rows(shop.folder, "g2", till_keys=[replace(row, revoked=True)])
    assert told(shop, signed(PAPER, MAKE).text)[0] == code


def keys() -> list[TillKeyRow]:
    """The keys of the shop's tills."""
    return [TillKeyRow(f"S1-{number:02d}", "S1", signer(private_key_pem())[1]) for number in (1, 2)]


def test_a_coupon_of_another_chain_is_not_taken(shop: Premises) -> None:
    foreign = SignedCoupon("X9-01", "TEA5", bytes(8), 0, 0, 500)
    assert told(shop, signed(foreign, MAKE).text)[0] == "coupon_issuer_unknown"


def test_a_genuine_coupon_whose_receipt_is_still_on_its_way_goes_by_its_series(
    shop: Premises, upstream: Upstream
) -> None:
    upstream.state = "unknown"
    assert told(shop, signed(PAPER, MAKE).text) == ("coupon_saves", 12_300)


def by_series(**fields: object) -> Callable[[Premises], None]:
    return lambda shop: series(shop.folder, "g2", offline="accept", **fields)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (by_series(stopped=True), "coupon_stopped"),
        (by_series(from_day=20261122), "coupon_not_yet"),
        (by_series(until_day=20261120), "coupon_expired"),
        (lambda shop: series(shop.folder, "g2", UNIQUE, offline="accept"), "coupon_void"),
        (lambda shop: supply_rows(shop.folder, "g2", coupon_series=[]), "coupon_series_unknown"),
    ],
)
def test_what_came_down_holds_without_asking(
    shop: Premises, upstream: Upstream, change: Callable[[Premises], None], code: str
) -> None:
    change(shop)
    assert told(shop, UNIQUE) == (code, 12_800)
    assert upstream.asked == []


def test_a_coupon_not_used_is_let_go(shop: Premises, upstream: Upstream) -> None:
    upstream.state = "reserved"
    shop.scan(UNIQUE).press("coupon").do(Answered("1"))
    assert upstream.asked[-1] == ReleaseCoupon(UNIQUE, "S1-01")


def test_coupons_of_a_receipt_put_aside_are_let_go_and_looked_at_anew_when_it_is_taken_up(
    shop: Premises, upstream: Upstream
) -> None:
    upstream.state = "reserved"
    paper = signed(PAPER, MAKE)
    assert told(shop, paper.text) == ("coupon_saves", 12_300)
    shop.press("hold")
    assert upstream.asked == [ReserveCoupon(paper.code, "S1-01", 20261121), ReleaseCoupon(paper.code, "S1-01")]
    shop.press("recall").do(Answered("1"))
    assert (shop.told, shop.state.receipt.due) == ("recalled", 12_300)
    assert upstream.asked[2:] == [ReserveCoupon(paper.code, "S1-01", 20261121)]
    shop.press("hold")
    upstream.state = "redeemed"
    shop.press("recall").do(Answered("1"))
    assert (shop.told, shop.state.receipt.due) == ("recalled_coupons_refused", 12_800)

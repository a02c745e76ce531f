"""Whether a coupon with a code of its own may be taken: what it says of itself, what came down about it, what this till
took before, and what headquarters answers while it can be asked."""

from __future__ import annotations

from typing import Final

import apsw

from pos_terminal.checkout.commands import CouponChecked, CouponsChecked
from pos_terminal.services.agent import AgentClient
from retail.coupons import Refusal, SignedCoupon, UniqueCode, why_not_genuine, why_not_now
from retail.feeds import CouponSeriesRow
from retail.wire import CouponAnswer, CouponState, ReleaseCoupon, ReserveCoupon
from store_db.balances import balance
from store_db.feed_reader import FeedReader
from store_db.keys import verifier_of_any

_ANSWERS: Final[dict[CouponState, Refusal]] = {
    "free": Refusal.ALONE,
    "held_elsewhere": Refusal.RESERVED,
    "redeemed": Refusal.REDEEMED,
    "void": Refusal.VOID,
    "unknown": Refusal.UNKNOWN,
    "not_yet": Refusal.NOT_YET,
    "expired": Refusal.EXPIRED,
    "stopped": Refusal.STOPPED,
}


class CouponDesk:
    """Used by one lane, with readers of its own."""

    def __init__(self, feeds: FeedReader, journal: apsw.Connection, agent: AgentClient, till: str) -> None:
        self._feeds, self._journal, self._agent, self._till = feeds, journal, agent, till

    def check(self, coupon: UniqueCode | SignedCoupon, receipt: int, today: int) -> CouponChecked:
        """The coupon, set aside for this till, or why it may not be taken on this business date."""
        refusal = self._known_against(coupon, today)
        if refusal is None or refusal is Refusal.ISSUER_REVOKED:
            # Of a till taken out of service only headquarters knows which of its coupons were printed before.
            refusal = self._reserve(coupon, today, alone=refusal)
        return CouponChecked(coupon.code, coupon.series, receipt, str(refusal) if refusal else "")

    def check_again(self, coupons: tuple[UniqueCode | SignedCoupon, ...], receipt: int, today: int) -> CouponsChecked:
        """The same of the coupons of a recalled receipt."""
        return CouponsChecked(tuple(self.check(coupon, receipt, today) for coupon in coupons), receipt)

    def release(self, codes: tuple[str, ...]) -> None:
        """Lets go of coupons. Nobody to tell: they lapse by themselves."""
        for code in codes:
            self._agent.ask(ReleaseCoupon(code, self._till))

    def _known_against(self, coupon: UniqueCode | SignedCoupon, today: int) -> Refusal | None:
        """Why it may not be taken, as far as this till knows itself. That its issuer was taken out of service comes
        last: there headquarters may know better."""
        signed = coupon if isinstance(coupon, SignedCoupon) else None
        doubt = self._doubt(signed) if signed is not None else None
        if doubt not in (None, Refusal.ISSUER_REVOKED):
            return doubt
        if (block := self._feeds.coupon_block(coupon.code)) is not None:
            return Refusal(block.reason)
        if balance(self._journal, "coupon_use", (coupon.code,))[0] > 0:
            return Refusal.REDEEMED
        return why_not_now(self._series(coupon), today, signed) or doubt

    def _doubt(self, coupon: SignedCoupon) -> Refusal | None:
        """Why its signature does not vouch for it."""
        key = self._feeds.till_key(coupon.issuer)
        return why_not_genuine(coupon, key, verifier_of_any(key.public_keys if key is not None else ()))

    def _reserve(
        self, coupon: UniqueCode | SignedCoupon, today: int, *, alone: Refusal | None = None
    ) -> Refusal | None:
        """Why it cannot be set aside. While nobody can say whether it was taken before, its series says what holds; so
        too for a genuine coupon that headquarters has not heard of yet, because its receipt is still on the way. With
        a reason to take it on headquarters' word alone, that reason holds."""
        answer = self._agent.ask(ReserveCoupon(coupon.code, self._till, today))
        on_the_way = isinstance(coupon, SignedCoupon) and isinstance(answer, CouponAnswer) and answer.state == "unknown"
        if not isinstance(answer, CouponAnswer) or on_the_way:
            if alone is not None:
                return alone
            series = self._series(coupon)
            return None if series is not None and series.offline == "accept" else Refusal.ALONE
        return None if answer.state == "reserved" else _ANSWERS[answer.state]

    def _series(self, coupon: UniqueCode | SignedCoupon) -> CouponSeriesRow | None:
        return self._feeds.coupon_series(coupon.series)

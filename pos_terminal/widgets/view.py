"""What drawing functions are given: the till's state, the words of its language, and what stands around the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pos_terminal.checkout.state import CheckoutState
from pos_terminal.locale.words import Words
from retail.money import MINOR_PER_MAJOR, UNIT_PRICE_SCALE, format_minor

PrinterLamp = Literal["ok", "fault", "none"]


@dataclass(frozen=True, slots=True)
class Status:
    """The lamps of the header. `online` None: there is no agent to ask; `unsent`: documents not yet accepted;
    `offers_left_out`: offers that this program does not know."""

    online: bool | None = None
    unsent: int = 0
    printer: PrinterLamp = "none"
    offers_left_out: int = 0


@dataclass(frozen=True, slots=True)
class Chrome:
    """What stands around the receipt: where this till is, the store's clock, the lamps."""

    store: str = ""
    till: str = ""
    clock: str = ""
    status: Status = Status()
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class View:
    """All that a drawing function may look at."""

    state: CheckoutState
    words: Words
    chrome: Chrome = Chrome()

    def money(self, amount: int) -> str:
        """An amount in the store's currency, without its sign."""
        return format_minor(amount, self.chrome.currency)

    def unit_price(self, scaled: int) -> str:
        """A unit price in the store's currency."""
        return unit_price_text(scaled, self.chrome.currency)


def unit_price_text(scaled: int, currency: str = "CNY") -> str:
    """A unit price (ten-thousandths) as digits: no decimals but those it needs and those of the currency.

    >>> unit_price_text(69_000), unit_price_text(12_345), unit_price_text(5_000_000, "JPY")
    ('6.90', '1.2345', '500')
    """
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), UNIT_PRICE_SCALE)
    least = len(str(MINOR_PER_MAJOR[currency])) - 1
    decimals = f"{rest:04d}".rstrip("0").ljust(least, "0")
    return f"{sign}{whole}" + (f".{decimals}" if decimals else "")

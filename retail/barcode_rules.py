"""What a chain has agreed about its own codes: scale labels, member cards, payment codes, own article codes.

Prefixes 20 to 29 mean what each chain says they mean, and scales differ in layout, in the order of weight and
amount and even in the check digit. So every such code is a row of a table that headquarters sends, never a
habit in code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from retail.gtin import check_digit, check_digit_from_left, is_digits


class LabelKind(StrEnum):
    """What a label states besides the article."""

    WEIGHT = "weight"
    AMOUNT = "amount"
    BOTH = "both"
    PIECES = "pieces"


class LabelCheck(StrEnum):
    """How a label's last digit is made. The two readings differ for 17 digits before it."""

    MOD10_RIGHT = "mod10_right"
    MOD10_LEFT = "mod10_left"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LabelRule:
    """One layout of in-store labels: `FFPPPPPWWWWWC` and the prefixes it holds for.

    Letters: F prefix, P article (PLU), W weight, A amount, Q pieces, V check digit over the value digits (GS1
    price check digit, four or five of them), C check digit over all. Steps say what one count of the label
    means: thousandths of the article's unit, and minor units of money. ValueError for a layout that cannot be
    read.
    """

    prefixes: tuple[str, ...]
    layout: str
    check: LabelCheck = LabelCheck.MOD10_RIGHT
    weight_step_milli: int = 1
    amount_step_minor: int = 1

    def __post_init__(self) -> None:
        layout = self.layout
        if not re.fullmatch(r"F+(P+|W+|A+|Q+|V)+C?", layout) or len(layout) not in (13, 18):
            raise ValueError(f"label layout {layout!r}: write 13 or 18 letters such as FFPPPPPWWWWWC")
        if any(len(re.findall(f"{letter}+", layout)) > 1 for letter in "FPWAQV") or "P" not in layout:
            raise ValueError(f"label layout {layout!r}: each field stands once, in one piece, P always")
        if not set("WAQ") & set(layout) or {"W", "Q"} <= set(layout):
            raise ValueError(f"label layout {layout!r}: name a weight W, pieces Q or an amount A")
        if ("C" in layout) != (self.check is not LabelCheck.NONE):
            raise ValueError(f"label layout {layout!r}: C at the end and a check method belong together")
        if "V" in layout and (self.kind is LabelKind.BOTH or len(self.value_digits(layout)) not in (4, 5)):
            raise ValueError(f"label layout {layout!r}: V guards one value of four or five digits")
        width = layout.count("F")
        if not self.prefixes or not all(is_digits(p) and len(p) == width for p in self.prefixes):
            raise ValueError(f"label layout {layout!r}: every prefix needs {width} digits")
        if min(self.weight_step_milli, self.amount_step_minor) < 1:
            raise ValueError(f"label layout {layout!r}: a step is 1 or more")

    @property
    def kind(self) -> LabelKind:
        """What the layout states: weight, amount, both or pieces."""
        if "A" in self.layout:
            return LabelKind.BOTH if set("WQ") & set(self.layout) else LabelKind.AMOUNT
        return LabelKind.WEIGHT if "W" in self.layout else LabelKind.PIECES

    def field(self, letter: str, code: str) -> str:
        """The digits of `code` that stand under a letter of the layout; empty when the layout has none."""
        start = self.layout.find(letter)
        return code[start : start + self.layout.count(letter)] if start >= 0 else ""

    def value_digits(self, code: str) -> str:
        """The digits that an inner check digit guards."""
        return self.field("A", code) or self.field("W", code) or self.field("Q", code)

    def covers(self, code: str) -> bool:
        """Whether length and prefix are this rule's; says nothing about check digits."""
        return len(code) == len(self.layout) and code.startswith(self.prefixes)

    def expected_check(self, code: str) -> str:
        """The last digit that `code` ought to have; its own when the rule has no check digit."""
        if self.check is LabelCheck.NONE:
            return code[-1]
        make = check_digit if self.check is LabelCheck.MOD10_RIGHT else check_digit_from_left
        return make(code[:-1])


@dataclass(frozen=True, slots=True)
class MemberRule:
    """A form that the chain's member cards have, as a regular expression over the whole number."""

    pattern: str
    luhn: bool = False

    def __post_init__(self) -> None:
        re.compile(self.pattern)


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """A form that a customer's payment code has. These carry no check digit: the form is all there is."""

    channel: str
    pattern: str

    def __post_init__(self) -> None:
        re.compile(self.pattern)


PAYMENT_RULES: Final = (
    PaymentRule("wechat", r"1[0-5][0-9]{16}"),
    PaymentRule("alipay", r"(2[5-9]|30)[0-9]{14,22}"),
    PaymentRule("unionpay", r"62[0-9]{17}"),
)
"""Published forms: WeChat Pay 18 digits from 10 to 15, Alipay 16 to 24 from 25 to 30, UnionPay 19 from 62."""

LABEL_RULES: Final = (
    LabelRule(("21",), "FFPPPPPWWWWWC"),
    LabelRule(("22",), "FFPPPPPAAAAAC"),
    LabelRule(("26",), "FFPPPPPAAAAAWWWWWC"),
)
"""What a shop begins with: 21 weight in grams, 22 amount in fen, 26 amount and weight on 18 digits."""


@dataclass(frozen=True, slots=True)
class BarcodeRules:
    """All that a chain has agreed about codes. The first rule that covers a code decides.

    `own_code` is the form of the chain's own article codes that are neither GTIN nor short numbers;
    `short_digits_max` is the longest number read as a short code. ValueError (or re.error) for a rule that
    cannot work.
    """

    labels: tuple[LabelRule, ...] = LABEL_RULES
    members: tuple[MemberRule, ...] = ()
    payments: tuple[PaymentRule, ...] = PAYMENT_RULES
    own_code: str = r"[A-Z][A-Z0-9]*([-._/][A-Z0-9]+)*"
    short_digits_max: int = 7

    def __post_init__(self) -> None:
        re.compile(self.own_code)
        if not 1 <= self.short_digits_max <= 7:
            raise ValueError("short codes have 1 to 7 digits: eight is an EAN-8")

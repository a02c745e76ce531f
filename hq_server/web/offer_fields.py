"""What an offer's form asks for, by kind: each field's name in the offer, how it is typed, and its usual value.

Words are found by name: `of_NAME` is a field's label, `kind_KIND` a kind's name and `kind_KIND_text` its explanation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Form = Literal[
    "text",
    "money",
    "price",
    "percent",
    "count",
    "quantity",
    "flag",
    "choice",
    "names",
    "numbers",
    "rows",
    "scope",
    "benefit",
    "moment",
    "clock",
    "days",
]


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `usual` is what stands in it at first, and what an offer without it means. A `choice` or a `benefit` has
    `options`, `rows` have `columns`; an empty field that is `needed` is a mistake of the offer's own reader."""

    name: str
    form: Form
    usual: str | bool = ""
    options: tuple[str, ...] = ()
    columns: tuple[Field, ...] = ()
    label: str = ""
    needed: bool = False

    @property
    def key(self) -> str:
        """The key of its label."""
        return f"of_{self.label or self.name}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of offer: where it stands in the list, and what it asks for."""

    name: str
    family: str
    fields: tuple[Field, ...]


def _benefit(*options: str) -> Field:
    return Field("benefit", "benefit", options=options, needed=True)


_EACH: Final = ("unit_price", "percent_bp", "amount_minor")
_SAME: Final = Field("same_article", "flag", False)
_BASE: Final = Field("base", "choice", "net", ("net", "gross"))
_EVERY: Final = Field("every", "flag", False)
_TIERS: Final = Field(
    "tiers",
    "rows",
    columns=(Field("threshold_minor", "money", needed=True), Field("amount_minor", "money", needed=True)),
)
_PERCENT_TIERS: Final = Field(
    "tiers",
    "rows",
    columns=(Field("threshold_minor", "money", needed=True), Field("percent_bp", "percent", needed=True)),
)

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("special_price", "goods", (Field("unit_price", "price", needed=True),)),
        Kind(
            "percent_off",
            "goods",
            (Field("percent_bp", "percent", needed=True), Field("rounding", "choice", "line", ("line", "unit"))),
        ),
        Kind("amount_off", "goods", (Field("amount_minor", "money", needed=True, label="amount_each"),)),
        Kind(
            "one_unit",
            "goods",
            (Field("which", "choice", "cheapest", ("cheapest", "dearest")), _benefit(*_EACH)),
        ),
        Kind(
            "breaks",
            "goods",
            (
                Field("by", "choice", "units", ("units", "quantity", "amount"), label="breaks_by"),
                Field("levels", "rows", columns=(Field("least", "count", needed=True), _benefit(*_EACH))),
                _SAME,
            ),
        ),
        Kind(
            "brackets",
            "goods",
            (
                Field(
                    "brackets",
                    "rows",
                    columns=(Field("units", "count", "1", label="bracket_units", needed=True), _benefit(*_EACH)),
                ),
                _SAME,
            ),
        ),
        Kind(
            "n_for_price",
            "groups",
            (Field("count", "count", "3", needed=True), Field("price_minor", "money", needed=True), _SAME),
        ),
        Kind(
            "buy_get",
            "groups",
            (
                Field("buy", "count", "2", needed=True),
                Field("get", "count", "1", needed=True),
                Field("percent_bp", "percent", "100", label="get_percent"),
                _SAME,
                Field("given", "scope"),
                Field("favour", "choice", "customer", ("customer", "shop")),
            ),
        ),
        Kind(
            "group_off",
            "groups",
            (Field("count", "count", "2", needed=True), _benefit("percent_bp", "amount_minor"), _SAME),
        ),
        Kind(
            "bundle",
            "groups",
            (
                Field("count", "count", "1", label="bundle_count"),
                Field("parts", "rows", columns=(Field("scope", "scope", needed=True), Field("count", "count", "1"))),
                _benefit("price_minor", "amount_minor", "percent_bp"),
            ),
        ),
        Kind("amount_at_threshold", "receipt", (_TIERS, _EVERY, _BASE)),
        Kind("percent_at_threshold", "receipt", (_PERCENT_TIERS, Field("ceiling_minor", "money"), _BASE)),
        Kind(
            "reward",
            "receipt",
            (
                Field("threshold_minor", "money", needed=True),
                Field("given", "scope", needed=True),
                Field("units", "count", "1"),
                Field("unit_price", "price", "0", label="reward_price"),
                _EVERY,
                _BASE,
            ),
        ),
        Kind(
            "points_off",
            "receipt",
            (
                Field("points", "count", "100", needed=True),
                Field("amount_minor", "money", needed=True, label="points_worth"),
                Field("points_min", "count", "0"),
                Field("share_max_bp", "percent", "100"),
            ),
        ),
        Kind(
            "points_earned",
            "later",
            (
                Field("points", "count", "1", needed=True, label="points_given"),
                Field("step", "count", "100"),
                Field("by", "choice", "money", ("money", "quantity", "receipt")),
            ),
        ),
        Kind(
            "coupon_next",
            "later",
            (Field("series", "text", needed=True), _TIERS, _EVERY, Field("days", "count", "0")),
        ),
        Kind(
            "stamps",
            "later",
            (
                Field("counter", "text", needed=True),
                Field("step", "count", "1000"),
                Field("by", "choice", "quantity", ("quantity", "money", "receipt")),
            ),
        ),
    )
}
"""Every kind, in the order of the list: on goods, on groups of goods, on the receipt, for later."""

NAMING: Final = (Field("id", "text", needed=True), Field("name", "text"))
GOODS: Final = Field("scope", "scope")
WINDOW: Final = (
    Field("from_minute", "moment"),
    Field("until_minute", "moment"),
    Field("weekdays", "days", "1111111"),
    Field(
        "slots",
        "rows",
        columns=(Field("start", "clock", needed=True), Field("end", "clock", needed=True)),
    ),
)
AUDIENCE: Final = (
    Field("levels", "names", label="levels_of_members"),
    Field("groups", "names"),
    Field("birthday", "choice", "", ("", "day", "week", "month")),
    Field("purchases", "numbers"),
    Field("coupon", "text", label="coupon_series"),
    Field("tenders", "names"),
    Field("terminals", "names"),
)
CONDITIONS: Final = Field(
    "conditions",
    "rows",
    columns=(
        Field("scope", "scope"),
        Field("quantity_min_milli", "quantity"),
        Field("quantity_max_milli", "quantity", label="quantity_max"),
        Field("amount_min_minor", "money"),
        Field("amount_max_minor", "money", label="amount_max"),
    ),
)
LIMITS: Final = (
    Field("member_uses", "count"),
    Field("period", "choice", "ever", ("ever", "day", "week", "month", "year")),
    Field("total_uses", "count"),
    Field("total_units", "count"),
    Field("total_minor", "money"),
    Field("unknown", "choice", "accept", ("accept", "refuse"), label="unknown_use"),
    Field("counter", "text"),
    Field("counter_cost", "count"),
)
BOUNDS: Final = (Field("times_max", "count"), Field("off_max_minor", "money"), Field("per_coupon", "flag", False))
STANDING: Final = (
    Field("priority", "choice", "1", tuple(str(number) for number in range(1, 10))),
    Field("manual", "flag", False),
    Field("forced", "flag", False),
    Field("exclusive", "flag", False),
    Field("group", "text", label="exclusion_group"),
    Field("rescue", "flag", True),
    Field("rank", "count"),
    Field("on_return", "choice", "", ("", "prorated", "reprice")),
    Field("share", "choice", "all", ("all", "rewarded")),
)

SCOPE_LISTS: Final = (
    *("items", "categories", "brands", "departments"),
    *("suppliers", "stages", "tags", "except_items"),
)

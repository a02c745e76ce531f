"""A small shop for tests of the till: goods, prices, people, and a core driven like a cashier drives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import msgspec

from pos_terminal.checkout.commands import (
    Answered,
    Command,
    CommitFailed,
    Committed,
    Entered,
    Pressed,
    Scanned,
    SignedOn,
)
from pos_terminal.checkout.effects import Commit, CommitSale, Effect
from pos_terminal.checkout.handle import handle
from pos_terminal.checkout.messages import words_of
from pos_terminal.checkout.state import CheckoutState, Operator, Shift
from pos_terminal.checkout.terms import Department, Terms
from pos_terminal.checkout.world import NothingKnown, ShiftTotals, Uses, World
from promotions import Note, Offer, OfferSet, compile
from retail.barcode_rules import BarcodeRules, MemberRule
from retail.codec import ENVELOPE_FORMAT, Envelope, decode_document, encode_document, kind_of
from retail.documents.base import Document
from retail.documents.sale import Sale, TenderKind
from retail.documents.till import ShiftOpen
from retail.effects import Sums, add, effects
from retail.feeds import BarcodeRow, ItemRow, MemberRow, PriceRow, RoleRow, StaffRow
from retail.gtin import check_digit
from retail.ids import DocumentId
from retail.receipt_number import receipt_number

NOON_MS = 1_795_233_600_000
"""2026-11-21 12:00 in Shanghai."""
NOON_MINUTE = NOON_MS // 60_000 + 480
TODAY = 20261121
INCARNATION = bytes(range(16))


def ean(digits: str) -> str:
    """The code with its check digit."""
    return digits + check_digit(digits)


MILK = ean("690123456001")
TEA = ean("690123456002")
SOAP = ean("690123456003")
CIDER = ean("690123456004")
CASE = ean("690123456005")

ITEMS = (
    ItemRow("milk", "鲜牛奶 250ml", department="10", pinyin="xnn", tax_code="V9", tax_rate_bp=900, brand="guangming"),
    ItemRow("tea", "龙井茶", department="20", pinyin="ljc", tax_code="V13", tax_rate_bp=1300, category="tea"),
    ItemRow("soap", "香皂", department="30", pinyin="xz", tax_code="V13", tax_rate_bp=1300),
    ItemRow(
        "cider",
        "苹果汁",
        department="10",
        pinyin="pgz",
        tax_code="V13",
        tax_rate_bp=1300,
        attributes={"supplier": "s9", "stage": "clearance", "tags": "juice"},
    ),
    ItemRow("apple", "红富士苹果", department="40", unit="kg", measured=True, pinyin="hfs", plu="00042"),
    ItemRow("gone", "旧品", on_sale=False),
    ItemRow("free", "无价品"),
)
CODES = {
    MILK: BarcodeRow(MILK, "milk"),
    TEA: BarcodeRow(TEA, "tea"),
    SOAP: BarcodeRow(SOAP, "soap"),
    CIDER: BarcodeRow(CIDER, "cider"),
    CASE: BarcodeRow(CASE, "milk", 6000),
    "1001": BarcodeRow("1001", "soap"),
    "2002": BarcodeRow("2002", "gone"),
    "2003": BarcodeRow("2003", "free"),
}
PRICES = (
    PriceRow("milk", 35_000),
    PriceRow("tea", 1_280_000),
    PriceRow("tea", 1_180_000, kind="member:gold"),
    PriceRow("soap", 99_900),
    PriceRow("cider", 65_000),
    PriceRow("apple", 128_000, unit="kg"),
)
STAFF = (
    StaffRow("01", "王芳", "cashier"),
    StaffRow("07", "李强", "clerk"),
    StaffRow("12", "赵敏", "clerk"),
    StaffRow("90", "陈店长", "manager"),
    StaffRow("66", "离职", "clerk", active=False),
)
ROLES = {
    "cashier": RoleRow(
        "cashier",
        ("return", "line_discount", "x_report", "z_report", "cash_in", "reprint", "cash_out"),
        {"return_minor": 20_000, "return_alone_minor": 5_000, "discount_bp": 1_000},
    ),
    "manager": RoleRow(
        "manager",
        tuple(
            f"approve:{code}"
            for code in (
                "cancel_receipt",
                "price_override",
                "return",
                "return_without_receipt",
                "line_discount",
                "receipt_discount",
                "no_sale",
                "cash_out",
                "z_report",
                "promotion",
            )
        ),
        {
            "return_minor": -1,
            "return_alone_minor": -1,
            "return_without_receipt_minor": -1,
            "discount_bp": 5_000,
            "cash_out_minor": -1,
        },
    ),
    "clerk": RoleRow("clerk"),
}
MEMBERS = {
    "8800001": MemberRow("m1", "8800001", "gold", "周*"),
    "8800002": MemberRow("m2", "8800002", "silver", "吴*", birthday=1121, groups=("staff",), purchases=0),
}
TERMS = Terms(
    zone="east",
    departments=(Department("10", "食品", tax_code="V9", tax_rate_bp=900), Department("30", "日用")),
    pools=("A",),
    barcode_rules=BarcodeRules(members=(MemberRule(r"88[0-9]{5}"),)),
)


@dataclass
class Shelves:
    """The catalogue of the shop; tests change its rows."""

    items: dict[str, ItemRow] = field(default_factory=lambda: {row.item: row for row in ITEMS})
    codes: dict[str, BarcodeRow] = field(default_factory=lambda: dict(CODES))
    price_rows: list[PriceRow] = field(default_factory=lambda: list(PRICES))
    people: dict[str, StaffRow] = field(default_factory=lambda: {row.operator: row for row in STAFF})
    members: dict[str, MemberRow] = field(default_factory=lambda: dict(MEMBERS))

    def item_by_code(self, code: str) -> tuple[ItemRow, BarcodeRow | None] | None:
        barcode = self.codes.get(code)
        return (self.items[barcode.item], barcode) if barcode else None

    def item_by_plu(self, plu: str) -> ItemRow | None:
        return next((item for item in self.items.values() if item.plu and item.plu == plu), None)

    def item_by_id(self, item: str) -> ItemRow | None:
        return self.items.get(item)

    def prices(self, item: str) -> list[PriceRow]:
        return [row for row in self.price_rows if row.item == item]

    def member_by_card(self, card: str) -> MemberRow | None:
        return self.members.get(card) or next((one for one in self.members.values() if one.member == card), None)

    def staff(self, operator: str) -> StaffRow | None:
        return self.people.get(operator)


@dataclass
class Book:
    """What the till has written, kept in memory: documents as the bytes of the codec, and the fold of their effects."""

    documents: list[tuple[Envelope, Document]] = field(default_factory=list)
    sums: Sums = field(default_factory=dict)
    shift: Shift | None = None

    def append(self, document: Document, business_date: int) -> DocumentId:
        kind, version = kind_of(document)
        seq = len(self.documents) + 1
        envelope = Envelope(
            ENVELOPE_FORMAT, kind, version, "S1", "S1-01", INCARNATION, seq, 0, business_date, NOON_MS, NOON_MS, 480
        )
        read = decode_document(kind, version, encode_document(document))
        assert read == document
        self.documents.append((envelope, read))
        add(self.sums, effects(envelope, read))
        return DocumentId("S1-01", INCARNATION, seq)

    def of(self, kind: type[Document]) -> list[Document]:
        return [document for _, document in self.documents if isinstance(document, kind)]

    @property
    def sales(self) -> list[Sale]:
        return [document for _, document in self.documents if isinstance(document, Sale)]

    def next_counter(self) -> int:
        return len(self.sales) + 1

    def last_shift(self) -> tuple[int, int]:
        opened = [(doc.shift, env.business_date) for env, doc in self.documents if isinstance(doc, ShiftOpen)]
        return opened[-1] if opened else (0, 0)

    def shift_totals(self) -> ShiftTotals:
        tenders: dict[TenderKind, int] = {}
        number, _ = self.last_shift()
        floats = 0
        for (ledger, key), amounts in self.sums.items():
            if ledger == "tender_shift" and key[2] == number:
                tender = cast(TenderKind, key[3])
                tenders[tender] = tenders.get(tender, 0) + amounts[1]
            if ledger == "drawer_shift" and key[2] == number:
                floats += amounts[0]
        return ShiftTotals(tenders, {}, floats, 0, len(self.sales), sum(sale.net for sale in self.sales))

    def copies(self, document: DocumentId) -> int:
        return 0

    def receipt_named(self, number: str) -> DocumentId | None:
        seqs = [env.seq for env, document in self.documents if isinstance(document, Sale)]
        return DocumentId("S1-01", INCARNATION, seqs[-1]) if seqs else None


@dataclass
class Counter:
    """A cashier at the pure core: commands in, effects kept, commits answered at once unless `held_back`."""

    shelves: Shelves = field(default_factory=Shelves)
    book: Book = field(default_factory=Book)
    state: CheckoutState = field(default_factory=CheckoutState)
    offers: tuple[Offer, ...] = ()
    terms: Terms = TERMS
    minute: int = NOON_MINUTE
    local_date: int = TODAY
    alone: bool = False
    rights_age_s: int = 0
    refuse_with: str = ""
    held_back: bool = False
    uses: Uses = field(default_factory=NothingKnown)
    roles: dict[str, RoleRow] = field(default_factory=lambda: dict(ROLES))
    effects: list[Effect] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    _offer_set: OfferSet | None = None
    _waiting: list[Effect] = field(default_factory=list)

    def world(self) -> World:
        if self._offer_set is None or self._offer_set.offers != tuple(sorted(self.offers, key=lambda one: one.id)):
            self._offer_set = compile(self.offers, store="S1")
        return World(
            store="S1",
            till="S1-01",
            now_ms=NOON_MS + (self.minute - NOON_MINUTE) * 60_000,
            local_minute=self.minute,
            local_date=self.local_date,
            catalog=self.shelves,
            history=self.book,
            offers=self._offer_set,
            roles=self.roles,
            rights_age_s=self.rights_age_s,
            terms=self.terms,
            alone=self.alone,
            terminal="counter",
            uses=self.uses,
        )

    def do(self, *commands: Command) -> Counter:
        for command in commands:
            self.state, found = handle(self.state, command, self.world())
            self._carry_out(found)
        return self

    def _carry_out(self, found: tuple[Effect, ...]) -> None:
        for effect in found:
            self.effects.append(effect)
            if isinstance(effect, Commit | CommitSale):
                if self.held_back:
                    self._waiting.append(effect)
                else:
                    self.commit(effect)

    def release(self) -> Counter:
        """The journal answers what it was asked to write meanwhile."""
        self.held_back = False
        while self._waiting:
            self.commit(self._waiting.pop(0))
        return self

    def commit(self, effect: Effect) -> None:
        assert isinstance(effect, Commit | CommitSale)
        name = "sale" if isinstance(effect, CommitSale) else effect.effect
        if self.refuse_with:
            self.do(CommitFailed(name, self.refuse_with))
            return
        if isinstance(effect, CommitSale):
            document: Document = effect.sale
            number = str(receipt_number("S1-01", effect.sale.counter, bytes(32)))
            self.numbers.append(number)
            date = 0
        else:
            document, number, date = effect.document, "", effect.business_date
        shift_date = self.state.shift.business_date if self.state.shift else TODAY
        self.do(Committed(name, self.book.append(document, date or shift_date), number))

    def open(self, float_text: str = "200") -> Counter:
        """Signed on as cashier 01 with an open shift."""
        return self.do(SignedOn(Operator("01", "王芳", "cashier"), None), Entered(float_text))

    def scan(self, *codes: str) -> Counter:
        return self.do(*(Scanned(code) for code in codes))

    def enter(self, *texts: str) -> Counter:
        return self.do(*(Entered(text) for text in texts))

    def press(self, function: str, text: str = "") -> Counter:
        return self.do(Pressed(function, text))

    def answer(self, text: str | None, approver: str = "") -> Counter:
        return self.do(Answered(text, approver))

    def pay(self, text: str = "") -> Sale:
        """Total and cash; the sale as it was written."""
        self.enter("", text)
        assert self.state.last is not None, self.told
        return self.book.sales[-1]

    @property
    def told(self) -> str:
        """The code of the message on the screen."""
        return self.state.message.code if self.state.message else ""

    def said(self, language: str = "zh_CN") -> str:
        """The words on the message line."""
        return words_of(self.state.message, language) if self.state.message else ""

    @property
    def asking(self) -> str:
        """The kind of the question on the screen; empty when nothing is asked."""
        return self.state.asked.kind if self.state.asked else ""

    @property
    def members(self) -> dict[str, MemberRow]:
        """Those whom this till knows, by card."""
        return self.shelves.members

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the engine says of the offers that name goods on the receipt."""
        priced = self.state.receipt.priced
        return tuple(priced.notes) if priced else ()

    @property
    def due(self) -> int:
        return self.state.receipt.due

    def rights_for(self, role: str, *functions: str) -> Counter:
        """Gives a role further functions."""
        row = self.roles[role]
        self.roles[role] = msgspec.structs.replace(row, functions=(*row.functions, *functions))
        return self

    def with_terms(self, **changes: object) -> Counter:
        self.terms = msgspec.structs.replace(self.terms, **changes)
        return self


def label(prefix: str, plu: str, value: int) -> str:
    """A scale label of 13 digits."""
    return ean(f"{prefix}{plu}{value:05d}")

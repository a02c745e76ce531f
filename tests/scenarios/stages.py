"""Where scenarios are played: the pure core, and a till on SQLite files."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pos_terminal.checkout.commands import Answered, Command, PinTyped, ReceiptFound
from pos_terminal.checkout.state import CheckoutState, Known
from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    BuyGet,
    NForPrice,
    Offer,
    OfferSet,
    PercentOff,
    Reward,
    Scope,
)
from retail.documents.sale import Sale
from retail.feeds import PURCHASES_TOLD, BaselineRow, PriceRow
from retail.ids import DocumentId
from retail.receipt_number import receipt_number
from retail.wire import Answer, AskDocument, DocumentAnswer, Done, Question, ReturnedRun
from store_agent.socket_server import SocketServer
from store_db.feeds_db import FeedStore
from tests.pos_terminal.premises import PINS, Premises, configuration, documents, enrol, supply
from tests.pos_terminal.shop import INCARNATION, NOON_MINUTE, PRICES, TERMS, Book, Counter
from tests.scenarios.kinds import KINDS
from tests.scenarios.table import Scenario
from tests.store_db.chain import delta, row
from tests.store_db.samples import quick_verify

OFFERS = {
    "tea_off_0.80": Offer("tea_off", AmountOff(80), name="立减", scope=Scope(items=("tea",))),
    "milk_2+1": Offer("milk21", BuyGet(2, 1), name="买二送一", scope=Scope(items=("milk",))),
    "soap_3_for_25": Offer("soap3", NForPrice(3, 2_500), name="三件二十五", scope=Scope(items=("soap",))),
    "food_10_percent": Offer("food10", PercentOff(1_000), name="食品九折", scope=Scope(departments=("10",))),
    "10_off_100": Offer("t100", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000),)), name="满100减10"),
    "tiers": Offer(
        "tiers",
        AmountAtThreshold(tiers=(AmountTier(10_000, 500), AmountTier(25_000, 3_000))),
        name="满100减5、满250减30",
    ),
    "gift_100": Offer("gift", Reward(threshold_minor=10_000, given=Scope(items=("milk",))), name="满100送牛奶"),
}


def offers_of(scenario: Scenario) -> tuple[Offer, ...]:
    """The offers that a scenario names."""
    return tuple({**OFFERS, **KINDS}[name] for name in scenario.settings.get("offers", "").split())


class OwnPurchases:
    """A shop that counts its members' purchases from its own book; of limits it knows nothing."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def known(self, offers: OfferSet, member: str, local_minute: int) -> Known:
        return Known(purchases=self._book.sums.get(("purchase", (member,)), (0,))[0])


class CoreStage:
    """The core alone, with everything else in memory."""

    def __init__(self, scenario: Scenario) -> None:
        book = Book()
        self.counter = Counter(offers=offers_of(scenario), book=book, uses=OwnPurchases(book))
        if rounding := scenario.settings.get("rounding"):
            self.counter.with_terms(rounding=rounding)
        self.counter.open()

    @property
    def state(self) -> CheckoutState:
        return self.counter.state

    @property
    def sales(self) -> list[Sale]:
        return self.counter.book.sales

    def do(self, command: Command) -> None:
        self.counter.do(command)

    def approve(self, operator: str) -> None:
        self.counter.do(Answered("", operator))

    def tick(self, minutes: int) -> None:
        self.counter.minute += minutes

    def price(self, item: str, amount: int, scope: str, minutes: int) -> None:
        start = NOON_MINUTE + minutes if minutes else 0
        self.counter.shelves.price_rows.append(PriceRow(item, amount, scope=scope, from_minute=start))

    def open_return(self, receipt: int) -> None:
        seqs = [envelope.seq for envelope, document in self.counter.book.documents if isinstance(document, Sale)]
        document = DocumentId("S1-01", INCARNATION, seqs[receipt - 1])
        self.counter.press("return", str(receipt_number("S1-01", receipt, bytes(32))))
        already = tuple(
            msgspec.convert((key[3], key[4], *amounts), ReturnedRun)
            for (ledger, key), amounts in self.counter.book.sums.items()
            if ledger == "returned" and key[2] == document.seq
        )
        self.counter.do(ReceiptFound(document, self.sales[receipt - 1], already, certain=True))


def _answer(question: Question) -> Answer:
    """A hub that knows of nothing but what this till has itself."""
    return DocumentAnswer(None, None) if isinstance(question, AskDocument) else Done()


class TillStage:
    """A till with its journal, draft and feeds on the disk, and a printer in memory."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        settings = {name: getattr(TERMS, name) for name in ("zone", "departments", "pools", "barcode_rules")}
        if rounding := scenario.settings.get("rounding"):
            settings["rounding"] = rounding
        self._prices = len(PRICES)
        told = BaselineRow(PURCHASES_TOLD, (), (9,))
        supply(enrol(folder), offers=offers_of(scenario), configuration=configuration(**settings), baselines=(told,))
        self._agent = SocketServer(folder / "agent.sock", _answer)
        self.shop = Premises(folder).open()

    @property
    def state(self) -> CheckoutState:
        return self.shop.state

    @property
    def sales(self) -> list[Sale]:
        return documents(self.shop.folder, lambda document: isinstance(document, Sale))

    def do(self, command: Command) -> None:
        self.shop.do(command)

    def approve(self, operator: str) -> None:
        self.shop.do(PinTyped(operator, PINS[operator]))

    def tick(self, minutes: int) -> None:
        self.shop.clocks.pass_ms(minutes * 60_000)

    def price(self, item: str, amount: int, scope: str, minutes: int) -> None:
        start = NOON_MINUTE + minutes if minutes else 0
        store = FeedStore.open(self.shop.folder / "feeds.db", store="S1", verify=quick_verify)
        body = PriceRow(item, amount, scope=scope, from_minute=start)
        delta(store, "prices", [row(self._prices + 1, body)], self._prices)
        self._prices += 1
        store.close()

    def close(self) -> None:
        self.shop.close()
        self._agent.close()

    def open_return(self, receipt: int) -> None:
        papers = [paper for paper in self.shop.papers() if "单号" in paper]
        number = next(line for line in papers[receipt - 1].splitlines() if line.startswith("单号")).split()[1]
        self.shop.press("return", number)

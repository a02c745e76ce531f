"""The till behind the screen in tests: the real core in the small shop, services answered at once and in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from pos_terminal.actions import FoundItem
from pos_terminal.app import TillApp
from pos_terminal.checkout.commands import (
    Answered,
    Command,
    HoldsListed,
    Recalled,
    ReceiptFound,
    SignedOn,
    SignOnRefused,
    StockShown,
)
from pos_terminal.checkout.effects import (
    AskStock,
    Beep,
    CheckPin,
    ClaimHold,
    Commit,
    Effect,
    FindReceipt,
    ListHolds,
    ShowHelp,
    ShowItems,
    ShowMenu,
    ShowOffers,
)
from pos_terminal.checkout.state import CheckoutState, HeldReceipt, Operator, StockTold, StoreStock
from pos_terminal.flow import Flow
from pos_terminal.keymap import till_keys
from pos_terminal.locale.words import Language
from pos_terminal.widgets.view import Chrome, Status
from retail.documents.sale import Sale
from retail.documents.till import Hold, ShiftOpen
from retail.ids import DocumentId
from retail.keymap import Keymap
from tests.pos_terminal.shop import INCARNATION, Counter

_Kind = TypeVar("_Kind")
PINS = {"01": "1234", "90": "9999"}


class ShopTill:
    """A `TillPort` on the small shop."""

    def __init__(self, counter: Counter, language: Language = "zh_CN") -> None:
        self.counter = counter
        counter.state = replace(counter.state, language=language)
        self.keys: Keymap = till_keys().keymap
        self.lamps = Status(online=True, unsent=0, printer="ok")
        self.submitted: list[Command] = []
        self.show: Callable[[Effect], None] = lambda effect: None

    @property
    def state(self) -> CheckoutState:
        return self.counter.state

    def submit(self, command: Command) -> CheckoutState:
        self.submitted.append(command)
        self._do(command)
        return self.counter.state

    def search(self, text: str, limit: int) -> Sequence[FoundItem]:
        found = []
        for item in self.counter.shelves.items.values():
            codes = [code for code, row in self.counter.shelves.codes.items() if row.item == item.item]
            if text in item.name or item.pinyin.startswith(text) or text in codes:
                price = next((row.amount for row in self.counter.shelves.prices(item.item)), 0)
                found.append(FoundItem(item.item, item.name, codes[0] if codes else "", f"{price / 10000:.2f}"))
        return found[:limit]

    def chrome(self) -> Chrome:
        return Chrome("华东路店", "S1-01", "11-21 12:00", self.lamps)

    def _do(self, command: Command) -> None:
        before = len(self.counter.effects)
        self.counter.do(command)
        for effect in self.counter.effects[before:]:
            if (answer := self._answer(effect)) is not None:
                self._do(answer)
            if isinstance(effect, ShowHelp | ShowMenu | ShowItems | ShowOffers | Beep):
                self.show(effect)

    def _answer(self, effect: Effect) -> Command | None:
        match effect:
            case CheckPin():
                return self._pin(effect)
            case ListHolds():
                return HoldsListed(self._holds())
            case ClaimHold(document=document):
                return Recalled(document, self._document(document, Hold))
            case FindReceipt():
                found = [env.seq for env, one in self.counter.book.documents if isinstance(one, Sale)]
                name = DocumentId("S1-01", INCARNATION, found[-1])
                return ReceiptFound(name, self._document(name, Sale), (), True)
            case AskStock(item=item, name=name):
                return StockShown(StockTold(item, name, 12_000, (StoreStock("S2", "南京路店", 3_000),), 1))
        return None

    def _pin(self, effect: CheckPin) -> Command:
        if PINS.get(effect.operator) != effect.pin:
            return SignOnRefused(0, effect.operator)
        if effect.approves:
            return Answered("", effect.operator)
        person = self.counter.shelves.people[effect.operator]
        opened = self.counter.state.shift
        return SignedOn(Operator(person.operator, person.name, person.role), opened)

    def _document(self, name: DocumentId, kind: type[_Kind]) -> _Kind:
        document = self.counter.book.documents[name.seq - 1][1]
        assert isinstance(document, kind)
        return document

    def _holds(self) -> tuple[HeldReceipt, ...]:
        return tuple(
            HeldReceipt(
                DocumentId("S1-01", INCARNATION, env.seq),
                one.label,
                one.cashier,
                env.at_ms,
                len(one.lines),
                sum(line.net for line in one.lines),
            )
            for env, one in self.counter.book.documents
            if isinstance(one, Hold)
        )


def shop_app(
    counter: Counter | None = None, language: Language = "zh_CN", *, plain: bool = False, **options: object
) -> TillApp:
    """The program on the small shop, open. `app.flow.till` is the ShopTill."""
    till = ShopTill(counter or Counter(), language)

    def open_till(post: Callable[[Command], None], show: Callable[[Effect], None]) -> ShopTill:
        till.show = show
        return till

    def opening(app: TillApp) -> Flow:
        return Flow(app, open_till, raise_faults=True, **options)  # type: ignore[arg-type]

    app = TillApp(opening, language, till.keys, plain=plain)
    app.open()
    return app


def screen_text(app: TillApp) -> str:
    """What the screen shows, without colours, blanks at the ends of lines cut off."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


__all__ = ["Commit", "ShiftOpen", "ShopTill", "screen_text", "shop_app"]

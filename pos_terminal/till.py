"""A whole till without a screen: files, devices and services around the pure core.

The Textual app drives one, so do scripts and tests. Commands are submitted on one thread; everything that takes time
runs in lanes and comes back as further commands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final, Literal, Self

from devices.printer import Printer
from devices.profiles import GENERIC_80, PrinterProfile
from pos_terminal.checkout.commands import Command, DraftFound, Failed, Told
from pos_terminal.checkout.effects import (
    AskCoupon,
    AskCouponsAgain,
    AskStock,
    Beep,
    CheckPin,
    ClaimHold,
    ClearDraft,
    Commit,
    CommitSale,
    Effect,
    FindReceipt,
    ListHolds,
    OpenDrawer,
    PrintReport,
    ReleaseCoupons,
    SaveDraft,
    ShowHelp,
    ShowItems,
    ShowMenu,
    ShowOffers,
)
from pos_terminal.checkout.handle import handle
from pos_terminal.checkout.prices import frozen_rows, price_for
from pos_terminal.checkout.replies import message
from pos_terminal.checkout.state import CheckoutState, Level
from pos_terminal.checkout.terms import Terms
from pos_terminal.checkout.world import World
from pos_terminal.services.agent import AgentClient
from pos_terminal.services.catalog import FeedCatalog, Feeds
from pos_terminal.services.clock import Source, machine_source
from pos_terminal.services.commit import Committer
from pos_terminal.services.coupon_desk import CouponDesk
from pos_terminal.services.draft import Drafts, interrupted
from pos_terminal.services.files import FEEDS_FILE, JOURNAL_FILE, SOCKET_FILE, TRUSTED, TillFiles, open_files
from pos_terminal.services.history import JournalHistory
from pos_terminal.services.holds import HoldDesk
from pos_terminal.services.lamps import AgentLamp, agent_lamp
from pos_terminal.services.lanes import Inline, Lane, Threaded
from pos_terminal.services.printing import Printing
from pos_terminal.services.reports import Reports
from pos_terminal.services.returned import find, wanted
from pos_terminal.services.sign_on import SignOnDesk
from pos_terminal.services.slips import SlipMaker
from pos_terminal.services.stock import StockDesk
from pos_terminal.services.uses import UseDesk
from retail.documents.sale import Sale
from retail.documents.till import FeedApplied
from store_db.connection import WriterOptions
from store_db.feed_reader import FeedReader
from store_db.journal import Appended
from store_db.journal_reader import JournalReader

LANES: Final = ("journal", "draft", "outside", "pin", "offers", "paper")
SETTLE_S: Final = 30.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """Goods that match a search. `unit_price` is what is charged now, in ten-thousandths; None without a price."""

    item: str
    name: str
    code: str
    unit: str
    unit_price: int | None


class Till:
    """One till, open. Make it with `Till.open`, close it with `close`."""

    def __init__(
        self,
        files: TillFiles,
        lanes: Mapping[str, Lane],
        *,
        printer: Printer | None,
        profile: PrinterProfile,
        language: Literal["zh_CN", "en"],
        terminal: str,
        agent_deadline_s: float,
        socket: Path,
        steady_ms: Callable[[], int],
        post: Callable[[Command], None] | None,
        show: Callable[[Effect], None],
    ) -> None:
        self._files, self._lanes, self._show, self._terminal = files, lanes, show, terminal
        self._posted: SimpleQueue[Command] = SimpleQueue()
        self._post = self._posted.put if post is None else post
        self._drains = post is None
        self.clock = files.clock
        self.history = JournalHistory(files.journal, files.reader.db)
        self.catalog = FeedCatalog(files.feeds)
        identity = files.identity
        mark = files.mark if files.money_rights in TRUSTED else None
        self._committer = Committer(
            files.journal, lanes["journal"], files.clock, self._post, mark=mark, machine=files.machine
        )
        defaults = Terms(store_name=identity.store_name, currency=identity.currency)
        self.feeds = Feeds(
            files.feeds,
            lanes["offers"],
            store=identity.store,
            defaults=defaults,
            open_reader=lambda: FeedReader.open(files.folder / FEEDS_FILE),
            applied=self._applied,
            tell=self._tell,
        )
        self._drafts = Drafts(files.draft, lanes["draft"])
        self.printing = Printing(printer, profile, lanes["paper"], self._post, lambda: self.state.language)
        self._slips = SlipMaker(identity.store, identity.till, files.sign, files.clock, self.catalog)
        self._reports = Reports(self._slips, self.history, files.reader)
        self._desk = SignOnDesk(steady_ms)
        self.agent = AgentClient(socket, agent_deadline_s)
        # What the lane for questions reads with is its own: connections are not shared between threads.
        self._outside_journal = JournalReader.open(files.folder / JOURNAL_FILE)
        self._outside_feeds = FeedReader.open(files.folder / FEEDS_FILE)
        self._holds = HoldDesk(self._outside_journal.db, self._outside_feeds, self.agent, identity.till)
        self._coupons = CouponDesk(self._outside_feeds, self._outside_journal.db, self.agent, identity.till)
        self._stock = StockDesk(self._outside_feeds, self._outside_journal, self.agent)
        self._uses = UseDesk(
            FeedReader.open(files.folder / FEEDS_FILE),
            JournalReader.open(files.folder / JOURNAL_FILE),
            lanes["offers"],
            business_date=self._business_date,
            wall_ms=lambda: self.clock.now().wall_ms,
        )
        self.lamp = AgentLamp()
        self.state = CheckoutState(shift=self.history.open_shift(), language=language)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        printer: Printer | None = None,
        profile: PrinterProfile = GENERIC_80,
        language: Literal["zh_CN", "en"] = "zh_CN",
        terminal: str = "",
        post: Callable[[Command], None] | None = None,
        show: Callable[[Effect], None] = lambda effect: None,
        threaded: bool = True,
        source: Source | None = None,
        software: str = "",
        machine: str | None = None,
        agent_deadline_s: float = 2.0,
        socket: Path | None = None,
        options: WriterOptions | None = None,
    ) -> Self:
        """Opens the till enrolled in this folder, ready to be signed on.

        With `post`, commands of lanes are handed to it on any thread, and it must see that they are submitted; without,
        they are submitted by `submit` and `settle`. Not `threaded`, everything has happened when `submit` returns (but
        for paper). `show` is called with what only a screen can do. `terminal` is the kind of till that offers may ask
        for. Raises what `open_files` raises.
        """
        source = source or machine_source()
        files = open_files(folder, source, software=software, machine=machine, options=options)
        try:
            till = cls(
                files,
                {name: Threaded(name) if threaded else Inline() for name in LANES},
                printer=printer,
                profile=profile,
                language=language,
                terminal=terminal,
                agent_deadline_s=agent_deadline_s,
                socket=socket or folder / SOCKET_FILE,
                steady_ms=source.steady_ms,
                post=post,
                show=show,
            )
        except BaseException:
            files.close()
            raise
        till._start()
        return till

    def submit(self, command: Command) -> CheckoutState:
        """Carries a command out and returns the state that follows."""
        self._take(command)
        while self._drains:
            try:
                self._take(self._posted.get_nowait())
            except Empty:
                break
        return self.state

    def settle(self, timeout_s: float = SETTLE_S) -> CheckoutState:
        """Waits until no document is on its way into the journal. TimeoutError when that takes too long; only for a
        till without `post`."""
        while self.state.saving:
            try:
                self.submit(self._posted.get(timeout=timeout_s))
            except Empty:
                raise TimeoutError(f"the journal has not answered for {timeout_s} s") from None
        return self.state

    def wait_for(self, done: Callable[[CheckoutState], bool], timeout_s: float = SETTLE_S) -> CheckoutState:
        """Submits what lanes post until the state is as wanted; TimeoutError when it does not come to that."""
        while not done(self.state):
            try:
                self.submit(self._posted.get(timeout=timeout_s))
            except Empty:
                raise TimeoutError(f"nothing came for {timeout_s} s") from None
        return self.state

    def tick(self) -> AgentLamp:
        """Once a second: takes up new feeds while nobody presses a key, and looks at clock and agent."""
        self._look()
        self.lamp = agent_lamp(self._files.folder, self.clock.now().wall_ms)
        return self.lamp

    def search(self, text: str, limit: int = 50) -> Sequence[Found]:
        """Goods by name, pinyin initials or code, with the price that is charged now."""
        minute = self.clock.local_minute(self.clock.now().at_ms)
        found = []
        for item in self._files.feeds.search(text, limit):
            rows = frozen_rows(
                self.catalog.prices(item.item),
                item,
                store=self._files.identity.store,
                zone=self.feeds.terms.zone,
                local_minute=minute,
            )
            row = price_for(rows, self.state.receipt.member_level)
            codes = self._files.feeds.barcodes(item.item)
            code = codes[0].code if codes else item.plu or item.item
            found.append(Found(item.item, item.name, code, item.unit, row.amount if row else None))
        return found

    def lane(self, name: str) -> Lane:
        """One of the till's lanes, for who must know that what was handed over is done."""
        return self._lanes[name]

    @property
    def terms(self) -> Terms:
        """The store's settings in use."""
        return self.feeds.terms

    @property
    def files(self) -> TillFiles:
        """The till's files and who it is."""
        return self._files

    def world(self) -> World:
        """The surroundings of a command now."""
        now = self.clock.now()
        contact = self.feeds.contact
        reached = self.lamp.online if self.agent.answered is None else self.agent.answered
        return World(
            store=self._files.identity.store,
            till=self._files.identity.till,
            now_ms=now.at_ms,
            local_minute=self.clock.local_minute(now.at_ms),
            local_date=self.clock.local_date(now.at_ms),
            catalog=self.catalog,
            history=self.history,
            offers=self.feeds.offers,
            marks=self.feeds.marks,
            roles=self.feeds.roles,
            rights_age_s=max(0, now.wall_ms - contact.at_ms) // 1000 if contact else 0,
            terms=self.feeds.terms,
            alone=not reached,
            terminal=self._terminal,
            uses=self._uses,
        )

    def close(self) -> None:
        """Ends all lanes after what they were given, then closes the files."""
        for lane in self._lanes.values():
            lane.close()
        self.printing.close()
        self.agent.close()
        self._outside_journal.close()
        self._outside_feeds.close()
        self._uses.close()
        self._files.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        """Adopts the feeds, offers back what a crash interrupted, and lets go of what is long archived."""
        self.feeds.start()
        self.tick()
        self._committer.prune(self._files.feeds.archived())
        receipt = interrupted(self._files.draft, self._files.reader.db)
        if receipt is not None:
            self._take(DraftFound(receipt))
        if self._files.money_rights not in TRUSTED:
            _log.warning("money rights are withheld until headquarters answers: %s", self._files.money_rights)

    def _take(self, command: Command) -> None:
        self._look()
        self.state, effects = handle(self.state, command, self.world())
        for effect in effects:
            self._carry_out(effect)

    def _look(self) -> None:
        """What changed around the till since the last command."""
        self.feeds.look()
        if self.feeds.contact is not None:
            self.clock.hear(*self.feeds.contact)
        jump = self.clock.jump()
        if jump is not None:
            self._committer.write("clock", jump, self._business_date())
            self._post(Told("clock_jumped", Level.FAULT))

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Commit():
                self._committer.write(effect.effect, effect.document, effect.business_date or self._business_date())
                self._poke()
            case CommitSale(sale=sale, open_drawer=open_drawer):
                self._commit_sale(sale, open_drawer=open_drawer)
            case SaveDraft():
                self._drafts.save(self.state.receipt, self.history.last_entry())
            case ClearDraft():
                self._drafts.clear()
            case CheckPin(operator=operator, pin=pin, approves=approves):
                row = self.catalog.staff(operator)
                self._reply("pin", partial(self._desk.check, operator, pin, approves, self.state.shift, row))
            case OpenDrawer():
                self.printing.open_drawer()
            case PrintReport():
                self._print(effect)
            case FindReceipt(text=text):
                self._find(text)
            case ListHolds():
                self._reply("outside", self._holds.list)
            case ClaimHold(document=document):
                self._reply("outside", partial(self._holds.claim, document))
            case AskStock(item=item, name=name):
                self._reply("outside", partial(self._stock.ask, item, name))
            case AskCoupon(coupon=coupon, receipt=receipt, today=today):
                self._reply("outside", partial(self._coupons.check, coupon, receipt, today))
            case AskCouponsAgain(coupons=coupons, receipt=receipt, today=today):
                self._reply("outside", partial(self._coupons.check_again, coupons, receipt, today))
            case ReleaseCoupons(codes=codes):
                self._lanes["outside"].do(partial(self._coupons.release, codes))
            case ShowItems() | ShowHelp() | ShowMenu() | ShowOffers() | Beep():
                self._show(effect)

    def _reply(self, lane: str, question: Callable[[], Command]) -> None:
        """Has a lane find the answer and posts it."""
        self._lanes[lane].do(lambda: self._post(question()))

    def _commit_sale(self, sale: Sale, *, open_drawer: bool) -> None:
        make = self._slips.sale(sale, self.state.receipt.offers, self.terms, self.state.language)

        def then(appended: Appended, number: str) -> None:
            if open_drawer:
                self.printing.open_drawer(number)
            self.printing.print(partial(make, appended.envelope, appended.hash, 0), number)

        self._committer.write("sale", sale, self._business_date(), then)
        self._poke()

    def _poke(self) -> None:
        """Tells the agent, behind whatever is written just now, that something waits."""
        self._lanes["journal"].do(lambda: self._lanes["outside"].do(self.agent.poke))

    def _print(self, effect: PrintReport) -> None:
        if effect.document is None:
            make = self._reports.x(self.state, self.clock.now().at_ms, self.terms)
        else:
            make = self._reports.make(effect.document, self.terms, self.state.language, self.feeds.offers)
        if make is not None:
            self.printing.print(make, effect.report)

    def _find(self, text: str) -> None:
        asked = wanted(
            text,
            till=self._files.identity.till,
            own_key=self._files.public_key,
            till_key=self._files.feeds.till_key,
            receipt_named=self.history.receipt_named,
        )
        if isinstance(asked, Failed):
            self._post(asked)
        else:
            self._reply("outside", partial(find, asked, self._outside_journal.db, self.agent))

    def _business_date(self) -> int:
        """The open shift's day; before a shift is open, the day on the wall."""
        shift = self.state.shift
        return shift.business_date if shift else self.clock.local_date(self.clock.now().at_ms)

    def _applied(self, document: FeedApplied) -> None:
        self._committer.write("feed", document, self._business_date())

    def _tell(self, code: str, values: Mapping[str, str]) -> None:
        told = message(code, Level.FAULT, **dict[str, Any](values))
        self._post(Told(told.code, told.level, told.values))

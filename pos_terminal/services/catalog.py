"""The feeds as the till uses them: looked up row by row, watched once per command, adopted feed by feed.

Items, prices and people hold from the next command after they arrived. A new set of offers is compiled off the
screen's thread first. What has been adopted is put on record, so that headquarters sees it in use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pos_terminal.checkout.terms import Terms, terms_of
from pos_terminal.services.lanes import Lane
from pos_terminal.services.offers import OfferCompiler, left_out
from promotions import OfferSet, Skipped, compile
from retail.documents.sale import FeedMark
from retail.documents.till import FeedApplied
from retail.feeds import BarcodeRow, FeedCursor, ItemRow, MemberRow, PriceRow, RoleRow, StaffRow
from store_db.feed_reader import Contact, FeedReader

OFFERS: Final = "offers"

PRICING: Final = ("items", "barcodes", "prices", OFFERS)
"""The feeds whose positions a receipt names: what it was priced with."""

SETTINGS: Final = ("roles", "configuration")
"""The feeds that are held as a whole, and so read again when they have moved."""


class FeedCatalog:
    """The catalogue of the core, read from feeds.db on the till's own thread."""

    def __init__(self, reader: FeedReader) -> None:
        self._reader = reader

    def item_by_code(self, code: str) -> tuple[ItemRow, BarcodeRow | None] | None:
        """The goods under a barcode or short code; an item's own number is a code, too."""
        found = self._reader.item_by_code(code)
        if found is not None:
            return found
        item = self._reader.item_by_id(code)
        return (item, None) if item is not None else None

    def item_by_plu(self, plu: str) -> ItemRow | None:
        """The goods that scales print this number for, with or without its leading zeros."""
        return self._reader.item_by_plu(plu) or self._reader.item_by_plu(plu.lstrip("0"))

    def item_by_id(self, item: str) -> ItemRow | None:
        """The item itself."""
        return self._reader.item_by_id(item)

    def prices(self, item: str) -> Sequence[PriceRow]:
        """All price rows of the item."""
        return self._reader.prices(item)

    def member_by_card(self, card: str) -> MemberRow | None:
        """The member with this card or number."""
        return self._reader.member_by_card(card) or self._reader.member(card)

    def staff(self, operator: str) -> StaffRow | None:
        """A person of this store."""
        return self._reader.operator(operator)


class Feeds:
    """Watches feeds.db and holds what is in use of it: offers, roles, settings, positions."""

    def __init__(
        self,
        reader: FeedReader,
        lane: Lane,
        *,
        store: str,
        defaults: Terms,
        open_reader: Callable[[], FeedReader],
        applied: Callable[[FeedApplied], None],
        tell: Callable[[str, Mapping[str, str]], None],
    ) -> None:
        """`applied` puts an adopted position on record, `tell` says something to the cashier; both are called on the
        till's own thread. `open_reader` opens the feeds for the lane, which reads and compiles offers: connections are
        not shared between threads."""
        self._reader, self._lane, self._store, self._defaults = reader, lane, store, defaults
        self._open_reader = open_reader
        self._compiler = OfferCompiler(store, defaults.currency)
        self._applied, self._tell = applied, tell
        self._version = -1
        self._in_use: dict[str, FeedCursor] = {}
        self._compiled: tuple[FeedCursor, OfferSet] | None = None
        self._compiling: FeedCursor | None = None
        self.offers: OfferSet = compile((), store=store, currency=defaults.currency)
        self.roles: Mapping[str, RoleRow] = {}
        self.terms = defaults
        self.contact: Contact | None = None
        self.marks: tuple[FeedMark, ...] = ()
        self.skipped: tuple[Skipped, ...] = ()
        """Offers in the feed that this till leaves out: of a newer kind, or not to be read."""

    def start(self) -> None:
        """Takes everything in use as it stands; offers are compiled on the spot, for the first receipt."""
        self._version = self._reader.data_version()
        cursors = self._reader.cursors()
        self.contact = self._reader.contact()
        self._read_settings()
        if OFFERS in cursors:
            self._compiled = (cursors[OFFERS], self._compiler.compile(self._reader.offers()))
        self._adopt(cursors)

    def look(self) -> None:
        """Once per command, and by the clock: takes up what has arrived since. Cheap when nothing has."""
        version = self._reader.data_version()
        if version != self._version:
            self._version = version
            self.contact = self._reader.contact()
        elif self._compiled is None:
            return
        # Positions are read before what they stand for: whatever arrives in between is taken up the next time.
        cursors = self._reader.cursors()
        if any(self._in_use.get(feed) != cursors.get(feed) for feed in SETTINGS):
            self._read_settings()
        self._adopt(cursors)

    def _read_settings(self) -> None:
        self.roles = self._reader.roles()
        terms, unreadable = terms_of(self._reader.configuration(), self._defaults)
        if terms != self.terms:
            self.terms = terms
        if unreadable:
            self._tell("setting_not_read", {"names": ", ".join(unreadable)})

    def _adopt(self, cursors: Mapping[str, FeedCursor]) -> None:
        """Everything but offers is in use as soon as it is in the file; offers when their set has been compiled."""
        for feed, cursor in cursors.items():
            if self._in_use.get(feed) == cursor or not cursor.generation:
                continue
            if feed == OFFERS and not self._offers_ready(cursor):
                continue
            self._in_use[feed] = cursor
            self._applied(FeedApplied(feed, cursor.generation, cursor.position))
        used = (self._in_use[feed] for feed in PRICING if feed in self._in_use)
        self.marks = tuple(FeedMark(one.feed, one.generation, one.position) for one in used)

    def _offers_ready(self, cursor: FeedCursor) -> bool:
        """Whether the set of this position is compiled; if not, that begins now."""
        if self._compiled is not None and self._compiled[0] == cursor:
            self.offers = self._compiled[1]
            self._compiled = self._compiling = None
            self.skipped = left_out(self.offers)
            if self.skipped:
                self._tell("offers_skipped", {"count": str(len(self.skipped))})
            return True
        if self._compiling != cursor:
            self._compiling = cursor
            self._lane.do(lambda: self._compile_for(cursor))
        # With an inline lane the set is there already.
        return self._compiled is not None and self._compiled[0] == cursor and self._offers_ready(cursor)

    def _compile_for(self, wanted: FeedCursor) -> None:
        """On the lane: the set of the position that the file is at by now, which may be beyond the one wanted. Then the
        till sees that position, too, when it looks the next time."""
        reader = self._open_reader()
        try:
            cursor, rows = wanted, reader.offers()
            while (now := reader.cursors().get(OFFERS, wanted)) != cursor:
                cursor, rows = now, reader.offers()
        finally:
            reader.close()
        self._compiled = (cursor, self._compiler.compile_aside(rows))

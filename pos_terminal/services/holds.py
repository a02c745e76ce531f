"""The receipts put aside in the store, and winning one of them."""

from __future__ import annotations

import apsw

from pos_terminal.checkout.commands import Command, Failed, HoldsListed, Recalled
from pos_terminal.checkout.state import HeldReceipt
from pos_terminal.services.agent import AgentClient
from retail.codec import DocumentError, Envelope, decode_document, decode_envelope
from retail.documents.till import Hold
from retail.ids import DocumentId
from retail.wire import AskHolds, ClaimAnswer, ClaimHold, HoldAnswer
from store_db.feed_reader import FeedReader
from store_db.receipts import open_holds

Held = dict[DocumentId, tuple[Envelope, Hold]]


class HoldDesk:
    """Lists and claims holds; used by one lane, with a reading connection to the journal of its own."""

    def __init__(self, journal: apsw.Connection, feeds: FeedReader, agent: AgentClient, till: str) -> None:
        self._journal, self._feeds, self._agent, self._till = journal, feeds, agent, till
        self._listed: Held = {}
        self._taken: set[DocumentId] = set()

    def list(self) -> Command:
        """The store's open holds; only this till's own when nobody answers."""
        own: Held = {found[0]: (found[1], found[2]) for found in open_holds(self._journal)}
        answer = self._agent.ask(AskHolds())
        if isinstance(answer, HoldAnswer):
            self._listed = self._with_unsent(_decoded(answer), own)
            return HoldsListed(_shown(self._listed), everywhere=True)
        self._listed = own
        return HoldsListed(_shown(own), everywhere=False)

    def _with_unsent(self, open_there: Held, own: Held) -> Held:
        """The store's open holds with those of this till that may not have reached the hub yet. One that is archived
        has, and so does one that another till was found to have: if it is not open there, it was taken up."""
        archived = self._feeds.archived()
        unsent = {
            document: held
            for document, held in own.items()
            if document.seq > archived.get(document.stream, 0) and document not in self._taken
        }
        return {**open_there, **unsent}

    def claim(self, document: DocumentId) -> Command:
        """Recalled for the one till that wins. Alone, a till takes up its own holds only."""
        held = self._listed.get(document)
        if held is None:
            return Failed("no_such_hold")
        answer = self._agent.ask(ClaimHold(document, self._till))
        if isinstance(answer, ClaimAnswer):
            # A hold of this till that the hub has not received yet can be nobody else's.
            unseen = document.till == self._till and answer.holder in ("", self._till)
            if not answer.won and not unseen:
                self._taken.add(document)
                return Failed("hold_taken", (("till", answer.holder),))
        elif document.till != self._till:
            return Failed("hold_unreachable")
        return Recalled(document, held[1])


def _decoded(answer: HoldAnswer) -> Held:
    """The holds of the answer; one that this program cannot read is left to a till that can."""
    found: Held = {}
    for document, envelope_bytes, body in answer.holds:
        try:
            envelope = decode_envelope(envelope_bytes)
            hold = decode_document(envelope.kind, envelope.version, body)
        except DocumentError:
            continue
        if isinstance(hold, Hold):
            found[document] = (envelope, hold)
    return found


def _shown(holds: Held) -> tuple[HeldReceipt, ...]:
    """The rows of the list, newest first."""
    rows = [
        HeldReceipt(
            document=document,
            label=hold.label,
            cashier=hold.cashier,
            at_ms=envelope.at_ms,
            lines=len(hold.lines),
            net=sum(line.net for line in hold.lines),
        )
        for document, (envelope, hold) in holds.items()
    ]
    return tuple(sorted(rows, key=lambda row: -row.at_ms))

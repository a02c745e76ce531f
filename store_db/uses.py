"""How often offers with a limit were used, by all stores and by one member, and how often the member bought: brought up
to this minute.

As with stock, headquarters' sums count the entries of this store up to its marks, and what was written here behind the
marks is added. What other tills sold in the meantime is not known here: a limit is exact again when their entries have
come round.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from retail.effects import Key, Sums
from retail.feeds import PURCHASES_TOLD
from store_db.feed_reader import FeedReader
from store_db.own_effects import OwnEffects

USE_LEDGERS = frozenset({"offer_use", "member_use", "stamp", "purchase"})
"""What an `OwnEffects` for this purpose follows."""


@dataclass(frozen=True, slots=True)
class Uses:
    """`totals`: offer -> (receipts, units, minor units taken off). `member_days`: offer -> business date -> receipts of
    the member. `counters`: the member's running counts. Not `known` when headquarters' share never came, or entries
    that it lacks are gone: then these are only what was counted here.

    `purchases`: the member's receipts with goods sold. Headquarters tells them of all stores and members up to the
    number `purchases_told`; a higher sum says only that it is higher. 0: it tells none, so nobody here can say."""

    totals: dict[str, tuple[int, int, int]]
    member_days: dict[str, dict[int, int]]
    counters: dict[str, int]
    known: bool
    purchases: int = 0
    purchases_told: int = 0


def uses_of(feeds: FeedReader, own: OwnEffects, offers: Collection[str], member: str = "") -> Uses:
    """The uses of these offers, by all and by the member, the member's counts and purchases."""
    places: list[tuple[str, Key]] = [("offer_use", (offer,)) for offer in offers]
    if member:
        places += [("member_use", (offer, member)) for offer in offers]
        places += [("stamp", (member,)), ("purchase", (member,)), (PURCHASES_TOLD, ())]
    marks, sums, known = feeds.baselines_under(places)
    own.follow(marks)
    own.add_to(sums, places)
    return _uses(sums, offers, known and own.complete)


def _uses(sums: Sums, offers: Collection[str], known: bool) -> Uses:
    found = Uses({offer: (0, 0, 0) for offer in offers}, {offer: {} for offer in offers}, {}, known)
    purchases = told = 0
    for (ledger, key), amounts in sums.items():
        if ledger == "offer_use":
            receipts, units, amount = amounts
            found.totals[str(key[0])] = (receipts, units, amount)
        elif ledger == "member_use":
            found.member_days[str(key[0])][int(key[2])] = amounts[0]
        elif ledger == "purchase":
            purchases = amounts[0]
        elif ledger == PURCHASES_TOLD:
            told = amounts[0]
        else:
            found.counters[str(key[1])] = amounts[0]
    return replace(found, purchases=purchases, purchases_told=told)

"""Offers made ready for a store: the ones that hold there, an index by the goods they name, and the set's hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from promotions.basket import Article
from promotions.codec import encode_offer
from promotions.index import Index, Posting, index_of
from promotions.plans import BuyGet, GroupPlan, LaterPlan, OneUnit, Reward
from promotions.rule import Offer, UnknownOffer
from promotions.scope import Scope
from promotions.traits import Traits, traits_of

SET_DOMAIN: Final = b"zhanggui/offers/1\x00"


class Skipped(NamedTuple):
    """An offer that is not in the set although it is meant for the store, and why."""

    offer: str
    reason: str


@dataclass(frozen=True, slots=True)
class OfferSet:
    """The offers of one store, sorted by id. `hash` names exactly this set; it goes on the receipt."""

    store: str
    currency: str
    hash: bytes
    offers: tuple[Offer, ...]
    skipped: tuple[Skipped, ...]
    index: Index
    traits: tuple[Traits, ...]
    """What each offer is like, by place."""
    staged: frozenset[int] = frozenset()
    """Offers that do not compete with all others: forced, in the shop's favour, of a later priority."""
    later: frozenset[int] = frozenset()
    """Offers that bring something for another day."""
    exclusive: frozenset[int] = frozenset()
    """Item offers whose goods take part in no other."""
    rewards: frozenset[int] = frozenset()
    """Offers that give goods once enough is bought."""
    extreme: frozenset[int] = frozenset()
    """Offers for the cheapest or the dearest unit."""

    def naming(self, article: Article) -> list[Posting]:
        """The offers that name these goods, by place in the set."""
        return self.index.naming(article)


def compile(offers: Sequence[Offer | UnknownOffer], *, store: str, currency: str = "CNY") -> OfferSet:
    """The set for a store. Of two offers with one id the later revision counts; what is skipped is reported."""
    chosen: dict[str, tuple[int, bytes, Offer]] = {}
    skipped: list[Skipped] = []
    for offer in offers:
        if isinstance(offer, UnknownOffer):
            skipped.append(Skipped(offer.id, offer.reason))
        elif not offer.stores or store in offer.stores:
            entry = (offer.revision, encode_offer(offer), offer)
            other = chosen.get(offer.id)
            if other is not None:
                skipped.append(Skipped(offer.id, "another revision counts"))
            if other is None or other[:2] < entry[:2]:
                chosen[offer.id] = entry
    entries = [chosen[offer] for offer in sorted(chosen)]
    kept = tuple(entry[2] for entry in entries)
    return OfferSet(
        store=store,
        currency=currency,
        hash=_hash_of(entry[1] for entry in entries),
        offers=kept,
        skipped=tuple(sorted(skipped)),
        index=index_of(_slots(kept)),
        traits=tuple([traits_of(offer) for offer in kept]),
        staged=frozenset([place for place, offer in enumerate(kept) if _is_staged(offer)]),
        exclusive=frozenset([place for place, offer in enumerate(kept) if offer.exclusive]),
        rewards=frozenset([place for place, offer in enumerate(kept) if isinstance(offer.plan, Reward)]),
        extreme=frozenset([place for place, offer in enumerate(kept) if isinstance(offer.plan, OneUnit)]),
        later=frozenset([place for place, offer in enumerate(kept) if isinstance(offer.plan, LaterPlan)]),
    )


def _is_staged(offer: Offer) -> bool:
    in_favour = isinstance(offer.plan, BuyGet) and offer.plan.favour == "shop"
    return offer.forced or in_favour or offer.priority > 1


def _slots(offers: Iterable[Offer]) -> Iterator[tuple[int, int, Scope]]:
    for place, offer in enumerate(offers):
        yield place, 0, offer.scope
        if isinstance(offer.plan, GroupPlan | Reward):
            for slot, scope in enumerate(offer.plan.part_scopes, 1):
                yield place, slot, scope


def _hash_of(bodies: Iterable[bytes]) -> bytes:
    digest = hashlib.sha256(SET_DOMAIN)
    for body in bodies:
        digest.update(len(body).to_bytes(4, "big"))
        digest.update(body)
    return digest.digest()

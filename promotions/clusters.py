"""The item layer, cluster by cluster: classes that some offer may tie to each other, and all that becomes of them.

A cluster is known by its classes alone, without anything being worked out, and nothing outside of it can change what
becomes of it. So it is kept as a whole while its classes are the same and looked at in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from promotions.choose import Choice, choose
from promotions.compile import OfferSet
from promotions.components import Component, root_of, split
from promotions.explain import Idle, idle_offers
from promotions.groupings import groupings_of
from promotions.looks import Look, Looks
from promotions.shares import Given
from promotions.units import PriceClass

Members = tuple[PriceClass, ...]


class Slice(NamedTuple):
    """Equal units of a class and what is taken off each, by offer."""

    units: int
    off: tuple[tuple[int, int], ...] = ()


Slices = tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """What the item layer makes of some classes (in canonical order): the slices of each, what each offer gives in all,
    and which open offers give nothing."""

    members: Members
    looks: tuple[Look, ...]
    slices: tuple[Slices, ...]
    given: tuple[Given, ...] = ()
    idle: tuple[Idle, ...] = ()
    choices: tuple[tuple[Component, Choice], ...] = ()


Clusters = Mapping[Members, Cluster]


def members_of(classes: Sequence[PriceClass], looks: Looks) -> list[Members]:
    """The clusters of a basket, each in canonical order."""
    parents = list(range(len(classes)))
    firsts: dict[tuple[int, str], int] = {}
    tied: list[int] = []
    found: list[Members] = []
    for place, price_class in enumerate(classes):
        ties = looks[price_class].ties
        if not ties:
            found.append((price_class,))
            continue
        tied.append(place)
        for tie in ties:
            parents[root_of(parents, place)] = root_of(parents, firsts.setdefault(tie, place))
    joined: dict[int, list[PriceClass]] = {}
    for place in tied:
        joined.setdefault(root_of(parents, place), []).append(classes[place])
    return [*found, *map(tuple, joined.values())]


def clusters_of(
    classes: Sequence[PriceClass],
    looks: Looks,
    known: Clusters,
    choices: Mapping[Component, Choice],
    offer_set: OfferSet,
) -> dict[Members, Cluster]:
    """What becomes of all classes; solved are only those clusters that are not as they were."""
    clusters: dict[Members, Cluster] = {}
    for members in members_of(classes, looks):
        seen = tuple([looks[price_class] for price_class in members])
        cluster = known.get(members)
        if cluster is None or cluster.looks != seen:
            cluster = _solved(members, seen, choices, offer_set)
        clusters[members] = cluster
    return clusters


def _solved(
    members: Members, looks: tuple[Look, ...], known: Mapping[Component, Choice], offer_set: OfferSet
) -> Cluster:
    candidates = [look.candidates for look in looks]
    slices: list[Slices] = [(Slice(price_class.count),) for price_class in members]
    if not any(named.unit or named.group for named in candidates):
        return Cluster(members, looks, tuple(slices))
    groupings = groupings_of(members, candidates, offer_set)
    choices: list[tuple[Component, Choice]] = []
    for part in split(members, candidates, groupings, offer_set):
        choice = known.get(part.component) or choose(part.component, offer_set)
        choices.append((part.component, choice))
        for place, shares in zip(part.members, choice.shares.views, strict=True):
            slices[place] = tuple(
                [Slice(share.units, ((share.offer, share.amount),) if share.amount else ()) for share in shares]
            )
    given = given_in_all(entry for _, choice in choices for entry in choice.shares.given)
    idle = idle_offers(offer_set, members, candidates, groupings, given)
    return Cluster(members, looks, tuple(slices), tuple(given.values()), idle, tuple(choices))


def given_in_all(entries: Iterable[Given]) -> dict[int, Given]:
    """What every item offer takes off, over several parts of the receipt."""
    given: dict[int, Given] = {}
    for entry in entries:
        before = given.get(entry.offer)
        given[entry.offer] = (
            entry if before is None else Given(entry.offer, before.off + entry.off, before.times + entry.times)
        )
    return given

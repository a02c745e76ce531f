"""The item layer, cluster by cluster: classes that some offer may tie to each other, and all that becomes of them.

A cluster is known by its classes alone, without anything being worked out, and nothing outside of it can change what
becomes of it. So it is kept as a whole while its classes are the same and looked at in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from promotions.alone import equal_off
from promotions.choose import Choice, choose
from promotions.compile import OfferSet
from promotions.components import Component, Tie, root_of, split, unit_off, view_of
from promotions.conditions import OfferBound
from promotions.explain import Idle, idle_offers
from promotions.groupings import groupings_of
from promotions.looks import Look, Looks, bounds_in
from promotions.shares import Given, Share
from promotions.units import PriceClass

Members = tuple[PriceClass, ...]


class Slice(NamedTuple):
    """Equal units of a class, what is taken off each, by offer, and the item offer that they are in (-1: none; a unit
    may be in one and get nothing of it)."""

    units: int
    off: tuple[tuple[int, int], ...] = ()
    taken: int = -1


Slices = tuple[Slice, ...]


class Solved(NamedTuple):
    """A component of a cluster, the places of its classes there, and what was chosen for it."""

    places: tuple[int, ...]
    component: Component
    choice: Choice


@dataclass(frozen=True, slots=True)
class Cluster:
    """What the item layer makes of some classes (in canonical order): the slices of each, and what each offer gives in
    all."""

    members: Members
    looks: tuple[Look, ...]
    slices: tuple[Slices, ...]
    given: tuple[Given, ...] = ()
    parts: tuple[Solved, ...] = ()
    bounds: tuple[tuple[int, OfferBound], ...] = ()

    def is_bounded_by(self, bounds: Mapping[int, OfferBound]) -> bool:
        """Whether its offers have the bounds that it was made with."""
        return all([bounds.get(offer) == bound for offer, bound in self.bounds])


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
            first = firsts.setdefault(tie, place)
            if first != place:
                parents[root_of(parents, place)] = root_of(parents, first)
    joined: dict[int, list[PriceClass]] = {}
    for place in tied:
        root = place if parents[place] == place else root_of(parents, place)
        joined.setdefault(root, []).append(classes[place])
    return [*found, *map(tuple, joined.values())]


def clusters_of(
    classes: Sequence[PriceClass],
    looks: Looks,
    known: Clusters,
    choices: Mapping[Component, Choice],
    offer_set: OfferSet,
    bounds: Mapping[int, OfferBound],
) -> dict[Members, Cluster]:
    """What becomes of all classes; solved are only those clusters that are not as they were. `bounds` holds for each
    offer (by place) what the receipt may have of it, if that is bounded."""
    clusters: dict[Members, Cluster] = {}
    for members in members_of(classes, looks):
        seen = tuple([looks[price_class] for price_class in members])
        cluster = known.get(members)
        if cluster is None or cluster.looks != seen or (cluster.bounds and not cluster.is_bounded_by(bounds)):
            cluster = _solved(members, seen, choices, offer_set, bounds)
        clusters[members] = cluster
    return clusters


def _solved(
    members: Members,
    looks: tuple[Look, ...],
    known: Mapping[Component, Choice],
    offer_set: OfferSet,
    bounds: Mapping[int, OfferBound],
) -> Cluster:
    if _is_alone(members, looks):
        return _solved_alone(members[0], looks[0], offer_set)
    candidates = [look.candidates for look in looks]
    slices: list[Slices] = [(Slice(price_class.count),) for price_class in members]
    if not any([named.unit or named.group or named.pool for named in candidates]):
        return Cluster(members, looks, tuple(slices))
    groupings = groupings_of(members, candidates, offer_set)
    parts: list[Solved] = []
    for part in split(members, candidates, groupings, offer_set, bounds):
        # Where nothing is known, not even the key of what is asked for is worked out.
        choice = (known.get(part.component) if known else None) or choose(part.component, offer_set)
        parts.append(Solved(part.members, part.component, choice))
        for place, shares in zip(part.members, choice.shares.views, strict=True):
            slices[place] = slices_of(shares)
    given = given_in_all(entry for part in parts for entry in part.choice.shares.given)
    bounded = tuple([(offer, bounds[offer]) for offer in bounds_in(looks) if offer in bounds])
    return Cluster(members, looks, tuple(slices), tuple(given.values()), tuple(parts), bounded)


def _is_alone(members: Members, looks: tuple[Look, ...]) -> bool:
    return len(members) == 1 and not looks[0].candidates.pool and not looks[0].bounds


def _solved_alone(price_class: PriceClass, look: Look, offer_set: OfferSet) -> Cluster:
    """What becomes of a class that nothing ties to others: most are so, and there is little to look at."""
    unit, group, _ = look.candidates
    ties: list[Tie] = []
    if group and price_class.count > 1:
        item = price_class.key.article.item
        for offer, lacking in _lacking(group, price_class.count, offer_set).items():
            if not lacking:
                _, _, _, _, alike, sizes = offer_set.traits[offer]
                ties.append(Tie(offer, item if alike else "", ((0,),) * len(sizes)))
    if not unit and not ties:
        return Cluster((price_class,), (look,), ((Slice(price_class.count),),))
    component = Component((view_of(price_class, unit),), tuple(ties))
    choice = choose(component, offer_set)
    part = Solved((0,), component, choice)
    return Cluster((price_class,), (look,), (slices_of(choice.shares.views[0]),), choice.shares.given, (part,))


def _lacking(group: Iterable[tuple[int, int]], count: int, offer_set: OfferSet) -> dict[int, int]:
    """How many units the first group of each of these offers lacks where there are so many of one class."""
    found: dict[int, int] = {}
    for offer in dict.fromkeys([offer for offer, _ in group]):
        sizes = offer_set.traits[offer].sizes
        lacking = sum(sizes) - count
        if len(sizes) > 1:
            slots = [slot for named, slot in group if named == offer]
            lacks = [max(0, size - count) if slot in slots else size for slot, size in enumerate(sizes)]
            lacking = max(lacking, sum(lacks))
        found[offer] = max(0, lacking)
    return found


def idle_of(cluster: Cluster, offer_set: OfferSet) -> Sequence[Idle]:
    """The open offers that name the classes of a cluster and give nothing on them."""
    given = {entry.offer: entry for entry in cluster.given}
    candidates = [look.candidates for look in cluster.looks]
    if not _is_alone(cluster.members, cluster.looks):
        groupings = groupings_of(cluster.members, candidates, offer_set)
        return idle_offers(offer_set, cluster.members, candidates, groupings, given)
    unit, group, _ = candidates[0]
    price_class = cluster.members[0]
    view, count = view_of(price_class, unit), price_class.count
    idle = [Idle(offer, 0, unit_off(offer, view, count, offer_set) > 0) for offer in unit if offer not in given]
    for offer, lacking in _lacking(group, count, offer_set).items():
        if offer not in given:
            idle.append(Idle(offer, lacking, not lacking and equal_off(offer, view, offer_set) > 0))
    return idle


def slices_of(shares: Iterable[Share]) -> Slices:
    """The shares of one class as slices."""
    return tuple([Slice(one.units, ((one.offer, one.amount),) if one.amount else (), one.offer) for one in shares])


def given_in_all(entries: Iterable[Given]) -> dict[int, Given]:
    """What every item offer takes off, over several parts of the receipt."""
    given: dict[int, Given] = {}
    for entry in entries:
        before = given.get(entry.offer)
        given[entry.offer] = (
            entry if before is None else Given(entry.offer, before.off + entry.off, before.times + entry.times)
        )
    return given

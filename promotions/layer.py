"""What the item layer makes of a receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from promotions.choose import Choice
from promotions.clusters import Clusters, Slices, clusters_of, given_in_all, idle_of
from promotions.compile import OfferSet
from promotions.components import Component
from promotions.explain import Idle
from promotions.looks import Looks, bounds_in
from promotions.shares import Given
from promotions.units import PriceClass


@dataclass(frozen=True, slots=True)
class Layer:
    """The slices of every class, what each offer gives in all, and the proof. Asked for `idle`, it says which open
    offers give nothing.

    `held` are offers left unused, each with the offer that gains from it. `leads` is what the choice counts on from the
    offers on the receipt that it has regard to.
    """

    slices: Sequence[Slices]
    given: Mapping[int, Given]
    idle: Callable[[], Sequence[Idle]]
    clusters: Clusters
    gap: int = 0
    nodes: int = 0
    held: Mapping[int, int] = field(default_factory=dict)
    leads: int = 0

    @property
    def off(self) -> int:
        """The whole discount."""
        return sum([entry.off for entry in self.given.values()])


def plain_layer(
    classes: Sequence[PriceClass],
    looks: Looks,
    known: Clusters,
    choices: Mapping[Component, Choice],
    offer_set: OfferSet,
) -> Layer:
    """The most that item offers can take off."""
    clusters = clusters_of(classes, looks, known, choices, offer_set, bounds_in(looks.values()))
    by_class = {one: cut for found in clusters.values() for one, cut in zip(found.members, found.slices, strict=True)}
    chosen = [part.choice for cluster in clusters.values() for part in cluster.parts]
    return Layer(
        slices=[by_class[price_class] for price_class in classes],
        given=given_in_all([entry for cluster in clusters.values() for entry in cluster.given]),
        idle=lambda: [entry for cluster in clusters.values() for entry in idle_of(cluster, offer_set)],
        clusters=clusters,
        gap=sum([choice.gap for choice in chosen]),
        nodes=sum([choice.nodes for choice in chosen]),
    )

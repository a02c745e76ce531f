"""What the goods coming back cost the customer of the offers they were sold under, told before the refund is agreed."""

from __future__ import annotations

from collections import Counter

from pos_terminal.checkout.figures import Undone
from pos_terminal.checkout.replies import message
from pos_terminal.checkout.state import Message, Receipt
from pos_terminal.checkout.world import World
from promotions import Offer
from retail.money import format_minor


def taken_back_message(receipt: Receipt, world: World) -> Message | None:
    """That offers are taken back from the goods that are kept, and why; None when none are."""
    amounts: Counter[str] = Counter()
    offers: dict[str, tuple[Offer, int]] = {}
    for undone in receipt.figures.undone:
        amounts.update(taken_back(undone))
        offers |= {lost.offer.id: lost for lost in undone.now.lost}
    if not amounts:
        return None
    largest, _ = max(amounts.items(), key=lambda entry: (entry[1], entry[0]))
    total = format_minor(sum(amounts.values()), world.terms.currency)
    offer, threshold = offers.get(largest, (None, 0))
    name = (offer.name if offer else "") or largest
    code = "offers_taken_back" if len(amounts) > 1 else "offer_taken_back"
    if not threshold:
        return message(f"{code}_part", name=name, amount=total)
    return message(code, name=name, amount=total, threshold=format_minor(threshold, world.terms.currency))


def moved_offers(receipt: Receipt) -> list[tuple[str, int]]:
    """What moves at goods that are kept, by the offer's name: positive where it is taken back."""
    moved: Counter[str] = Counter()
    for undone in receipt.figures.undone:
        names = {lost.offer.id: lost.offer.name for lost in undone.now.lost}
        for found in undone.adjusted:
            for cut in found.run.reductions:
                moved[names.get(cut.reference) or cut.reference] -= cut.amount
    return [(name, amount) for name, amount in moved.items() if amount]


def taken_back(undone: Undone) -> Counter[str]:
    """By offer, how much it takes less off what is kept than before this return."""
    moved: Counter[str] = Counter()
    for found in undone.adjusted:
        for cut in found.run.reductions:
            moved[cut.reference] -= cut.amount
    return Counter({offer: amount for offer, amount in moved.items() if amount > 0})

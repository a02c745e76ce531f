"""The set of offers of a store: what is in it, how it is found, and its hash."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

import promotions
from promotions import AmountOff, Article, BuyGet, Offer, Scope, Skipped, UnknownOffer, encode_offer
from tests.promotions.baskets import offer_sets

OFF = AmountOff(amount_minor=1)


@given(offer_sets, st.randoms(use_true_random=False))
def test_the_hash_names_the_offers_whatever_their_order(offers, random):
    one = promotions.compile(offers, store="s1")
    other = promotions.compile(random.sample(offers, len(offers)), store="s1")
    assert one == other
    digest = hashlib.sha256(b"zhanggui/offers/1\x00")
    for offer in sorted(offers, key=lambda offer: offer.id):
        digest.update(len(encode_offer(offer)).to_bytes(4, "big") + encode_offer(offer))
    assert one.hash == digest.digest()


def test_any_change_of_an_offer_changes_the_hash():
    sets = [
        [],
        [Offer("a", OFF)],
        [Offer("b", OFF)],
        [Offer("a", OFF, rank=1)],
        [Offer("a", AmountOff(amount_minor=2))],
        [Offer("a", OFF), Offer("b", OFF)],
    ]
    assert len({promotions.compile(offers, store="s1").hash for offers in sets}) == len(sets)


def test_only_this_store_s_offers_are_in_its_set():
    offers = [Offer("a", OFF), Offer("b", OFF, stores=("s2",)), Offer("c", OFF, stores=("s1", "s2"))]
    assert [offer.id for offer in promotions.compile(offers, store="s1").offers] == ["a", "c"]
    assert promotions.compile(offers, store="s3") != promotions.compile(offers, store="s1")


def test_of_two_revisions_the_later_counts_and_the_other_is_reported():
    old, new = Offer("a", OFF, revision=1), Offer("a", AmountOff(amount_minor=2), revision=2)
    for offers in ([old, new], [new, old]):
        compiled = promotions.compile(offers, store="s1")
        assert compiled.offers == (new,)
        assert compiled.skipped == (Skipped("a", "another revision counts"),)


def test_an_unknown_offer_is_skipped_and_reported():
    compiled = promotions.compile([UnknownOffer("u", "lottery", "kind lottery"), Offer("a", OFF)], store="s1")
    assert [offer.id for offer in compiled.offers] == ["a"]
    assert compiled.skipped == (Skipped("u", "kind lottery"),)


names = st.sampled_from(["a", "b", "c"])
some = st.lists(names, max_size=2).map(tuple)
scopes = st.builds(
    Scope,
    items=some,
    departments=some,
    categories=some,
    brands=some,
    suppliers=some,
    stages=some,
    tags=some,
    except_items=st.just(()),
    price_from=st.sampled_from([0, 5]),
    price_until=st.sampled_from([0, 9]),
    regular_only=st.booleans(),
)
scopes = st.one_of(scopes, st.builds(Scope, except_items=some, price_from=st.sampled_from([0, 5])))
articles = st.builds(
    Article, names, names, names, names, names, names, some, st.sampled_from([0, 4, 5, 8, 9]), st.booleans()
)


@given(st.lists(st.tuples(scopes, scopes), max_size=6), articles)
def test_the_index_finds_exactly_the_offers_whose_scope_covers_the_goods(pairs, article):
    offers = [
        Offer(f"o{number}", BuyGet(buy=1, get=1, given=other), scope=scope)
        for number, (scope, other) in enumerate(pairs)
    ]
    found = promotions.compile(offers, store="s1").naming(article)
    assert [posting[:2] for posting in found] == [
        (number, slot) for number, pair in enumerate(pairs) for slot in (0, 1) if pair[slot].covers(article)
    ]

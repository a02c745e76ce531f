"""Loads a whole chain into headquarters, through the same services that its console and api call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from hq_server import clock
from hq_server.catalog import service as catalog
from hq_server.coupons import service as coupons
from hq_server.db import Database
from hq_server.members import service as members
from hq_server.pricing import service as pricing
from hq_server.pricing.service import UnitCost
from hq_server.promotion_admin import service as promotions
from hq_server.staff import service as staff
from hq_server.staff.service import OperatorRecord
from hq_server.stores import service as stores
from hq_server.stores.service import StoreRecord
from hq_server.stores.settings import get_setting, put_setting
from zhanggui.master import SAMPLE_PINS, Chain

ACTOR: Final = "import"
MARK: Final = "sample_chain"
"""The setting that says which chain is loaded; written last, so a load that broke off is done again."""
COSTS_FROM: Final = date(2000, 1, 1)

Tell = Callable[[str], None]


class OtherChain(RuntimeError):
    """This database holds another chain already; the text says what to do."""


def loaded_chain(database: Database) -> str:
    """The name of the chain that is loaded, empty when there is none."""
    with database.transaction() as session:
        found = get_setting(session, MARK)
    return str(found or "")


def load(database: Database, chain: Chain, *, tell: Tell = lambda text: None) -> None:
    """Makes the chain known and publishes it to all its stores; doing it again changes nothing but releases.

    Each kind of data is one transaction: a feed is locked no longer than its own rows take.
    """
    held = loaded_chain(database)
    if held not in ("", chain.name):
        raise OtherChain(f"this headquarters holds the chain {held!r}: give another folder or database")
    load_stores(database, chain)
    tell(f"{len(chain.shops)} stores")
    _load_people(database, chain)
    tell(f"{len(chain.people):,} people")
    _load_goods(database, chain, tell)
    at = clock.now()
    with database.transaction() as session:
        rows = ((member.row, member.audience) for member in chain.members)
        members.put_members(session, rows, actor=ACTOR, at=at)
        promotions.put_offers(session, chain.offers, actor=ACTOR, at=at)
        for one in chain.coupons:
            record = coupons.SeriesRecord(one.series, one.name, "signed", one.offline)
            coupons.put_series(session, record, actor=ACTOR, at=at)
        for setting in chain.settings:
            put_setting(session, name=setting.name, value=setting.value, actor=ACTOR, at=at)
        put_setting(session, name=MARK, value=chain.name, actor=ACTOR, at=at)
    tell(f"{len(chain.members):,} members, {len(chain.offers)} offers")


def load_stores(database: Database, chain: Chain) -> None:
    """Opens the chain's zones, stores and tills; enough to take in what its tills send."""
    at = clock.now()
    records = [
        StoreRecord(shop.store, shop.name, shop.zone, currency=chain.currency, utc_offset_min=chain.utc_offset_min)
        for shop in chain.shops
    ]
    with database.transaction() as session:
        stores.put_zones(session, chain.zones)
        stores.put_stores(session, records, actor=ACTOR, at=at)
        tills = [(till, shop.store) for shop in chain.shops for till in shop.tills]
        stores.add_tills(session, tills, actor=ACTOR, at=at)


def _load_people(database: Database, chain: Chain) -> None:
    people = (
        OperatorRecord(
            person.operator, person.name, person.role, f"store:{person.store}", SAMPLE_PINS.get(person.role, "")
        )
        for person in chain.people
    )
    with database.transaction() as session:
        staff.put_roles(session, chain.roles, actor=ACTOR, at=clock.now())
        staff.put_operators(session, people, actor=ACTOR, at=clock.now(), one_salt=True)


def _load_goods(database: Database, chain: Chain, tell: Tell) -> None:
    with database.transaction() as session:
        catalog.put_items(session, chain.items, actor=ACTOR, at=clock.now())
    tell(f"{len(chain.items):,} items")
    with database.transaction() as session:
        catalog.put_barcodes(session, chain.barcodes, actor=ACTOR, at=clock.now())
    tell(f"{len(chain.barcodes):,} codes")
    with database.transaction() as session:
        pricing.put_prices(session, chain.prices, actor=ACTOR, at=clock.now())
    tell(f"{len(chain.prices):,} prices")
    costs = (UnitCost(cost.item, cost.amount, COSTS_FROM) for cost in chain.costs)
    with database.transaction() as session:
        pricing.put_costs(session, costs, actor=ACTOR, at=clock.now())
    tell(f"{len(chain.costs):,} costs")

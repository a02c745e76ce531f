"""Opens zones, stores and tills; moves a store to another zone; takes a till out of service."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hq_server.errors import Conflict, Invalid, NotFound
from hq_server.feeds import pull
from hq_server.feeds.publishing import Change, publish
from hq_server.models.stores import Store, Till, TillKey, Zone
from hq_server.users import audit
from retail.feeds import TillKeyRow

KINDS: Final = ("realtime", "batch", "hosted", "proxy")
_CODE: Final = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


class StoreRecord(msgspec.Struct, frozen=True):
    """A store as it is opened."""

    store: str
    name: str
    zone: str | None = None
    kind: str = "realtime"
    currency: str = "CNY"
    utc_offset_min: int = 480


def put_zones(session: Session, zones: Iterable[tuple[str, str]]) -> None:
    """Makes or renames zones, given as (zone, name)."""
    rows = [{"zone_id": zone, "name": name} for zone, name in zones]
    if rows:
        made = insert(Zone).values(rows)
        session.execute(made.on_conflict_do_update(index_elements=["zone_id"], set_={"name": made.excluded.name}))


def put_stores(session: Session, stores: Iterable[StoreRecord], *, actor: str, at: datetime) -> int:
    """Opens stores or changes their names and settings; returns how many. Zones are changed by `move_store` alone."""
    count = 0
    for record in stores:
        _check(record)
        held = session.get(Store, record.store)
        if held is not None and held.zone_id != record.zone:
            raise Conflict(f"store {record.store} is in zone {held.zone_id}: move it, its prices change")
        if held is None:
            held = Store(store_id=record.store, zone_id=record.zone)
            session.add(held)
        held.name, held.kind = record.name, record.kind
        held.currency, held.utc_offset_min = record.currency, record.utc_offset_min
        count += 1
    session.flush()
    audit.record(session, actor=actor, action="stores.put", subject=f"{count} stores", at=at)
    return count


def add_tills(session: Session, tills: Iterable[tuple[str, str]], *, actor: str, at: datetime) -> int:
    """Makes tills, given as (till, store), that can then be enrolled; returns how many are new.

    A till belongs to one store for life: Conflict when it is another's.
    """
    count = 0
    for till_id, store_id in tills:
        if not _CODE.fullmatch(till_id):
            raise Invalid(f"a till code has capitals, digits and single hyphens: {till_id!r}", code="bad_till")
        held = session.get(Till, till_id)
        if held is None:
            session.add(Till(till_id=till_id, store_id=store_id))
            count += 1
        elif held.store_id != store_id:
            raise Conflict(f"till {till_id} belongs to store {held.store_id} for life", code="till_elsewhere")
    session.flush()
    audit.record(session, actor=actor, action="tills.add", subject=f"{count} tills", at=at)
    return count


def move_store(session: Session, *, store_id: str, zone_id: str | None, actor: str, at: datetime) -> None:
    """Puts a store into another zone. Its hosts take snapshots of every feed next, with that zone's prices."""
    store = session.get(Store, store_id)
    if store is None:
        raise NotFound(f"there is no store {store_id}")
    if zone_id is not None and session.get(Zone, zone_id) is None:
        raise NotFound(f"there is no zone {zone_id}")
    if store.zone_id == zone_id:
        return
    audit.record(
        session, actor=actor, action="store.move", subject=store_id, at=at, **{"from": store.zone_id, "to": zone_id}
    )
    store.zone_id = zone_id
    session.flush()
    pull.start_anew(session, store_id)


def revoke_till(session: Session, *, till_id: str, actor: str, at: datetime) -> None:
    """Takes a till's key and token out of use, for a till that was stolen. It can be enrolled again with a new key."""
    till = session.get(Till, till_id)
    if till is None:
        raise NotFound(f"there is no till {till_id}")
    till.revoked_at = at
    keys = session.query(TillKey).filter_by(till_id=till_id, revoked_at=None).order_by(TillKey.enrolled_at).all()
    for key in keys:
        key.revoked_at = at
    session.flush()
    audit.record(session, actor=actor, action="till.revoke", subject=till_id, at=at)
    if keys:
        row = TillKeyRow(till_id, till.store_id, keys[-1].public_key, revoked=True)
        publish(session, "till_keys", [Change(till_id, row)], at=at)


def _check(record: StoreRecord) -> None:
    if not _CODE.fullmatch(record.store):
        raise Invalid(f"a store code has capitals, digits and single hyphens: {record.store!r}")
    if record.kind not in KINDS:
        raise Invalid(f"a store is one of {', '.join(KINDS)}, not {record.kind!r}")
    if abs(record.utc_offset_min) > 14 * 60:
        raise Invalid(f"no zone of the earth is {record.utc_offset_min} minutes off")

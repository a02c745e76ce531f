"""Named settings of stores, as JSON, in feed `configuration`."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from hq_server.errors import Invalid
from hq_server.feeds.publishing import CHAIN, Change, publish
from hq_server.models.catalog import Setting
from hq_server.users import audit
from retail.feeds import ConfigurationRow


def put_setting(session: Session, *, name: str, value: object, actor: str, at: datetime, audience: str = CHAIN) -> int:
    """Sets a setting (any value JSON can hold) for an audience; returns the position of feed `configuration`."""
    if not name:
        raise Invalid("a setting has a name")
    encoded = msgspec.json.encode(value)
    held = session.get(Setting, name)
    if held is None:
        held = Setting(name=name)
        session.add(held)
    held.audience, held.value = audience, encoded
    session.flush()
    audit.record(session, actor=actor, action="setting.put", subject=name, at=at, value=encoded.decode())
    return publish(session, "configuration", [Change(name, ConfigurationRow(name, encoded), audience)], at=at)


def get_setting(session: Session, name: str) -> object:
    """The setting's value, or None."""
    held = session.get(Setting, name)
    return None if held is None else msgspec.json.decode(held.value)

"""Opens what makes an agent its store's hub: the store's file, the way up from it, and the port for the tills."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from store_agent.chore import Chore
from store_agent.config import Hub as HubConfig
from store_agent.hub import Hub
from store_agent.hub_token import hub_secret
from store_agent.runner import Work
from store_agent.schedule import Schedule
from store_agent.store_uplink import MakeUplink, StoreUplink
from store_agent.transport import MemoryTransport, Transport
from store_db.store import StoreDb

if TYPE_CHECKING:
    from store_agent.hub_http import HubServer

STORE_FILE: Final = "store.db"
PRUNE_EVERY_S: Final = 3_600.0


class HubHost:
    """The parts of a hub. `listen` opens its port; before that only this host's own till reaches it."""

    def __init__(
        self,
        data: Path,
        config: HubConfig,
        feeds_path: Path,
        *,
        store: str,
        own_till: str,
        fresh_generation: str,
        upstream: Transport,
        upstream_s: float,
        push_s: float,
        make_uplink: MakeUplink,
        now_ms: Callable[[], int],
        poke: Callable[[], None],
    ) -> None:
        self._data = data
        self._config = config
        self.store_db = StoreDb.open(data / STORE_FILE, store=store, fresh_generation=fresh_generation)
        self._now_ms = now_ms
        self.uplink = StoreUplink(data / STORE_FILE, Schedule(push_s, gated=True), make_uplink)
        self.hub = Hub(
            self.store_db,
            feeds_path,
            store=store,
            secret=hub_secret(data / config.secret_file),
            upstream=upstream,
            upstream_reachable=lambda: not self.uplink.schedule.failures,
            upstream_s=upstream_s,
            now_ms=now_ms,
            poke=poke,
        )
        self.own_transport = MemoryTransport(lambda verb, body: self.hub.handle(verb, body, own_till))
        """The way of this host's own till into the hub."""

    def works(self) -> list[Work]:
        """What the runner does for the hub."""
        return [self.uplink, Chore("pruning", PRUNE_EVERY_S, lambda: self.store_db.prune(self._now_ms()))]

    def listen(self) -> HubServer:
        """Opens the port for the other hosts of the store; close what is returned."""
        from store_agent.hub_http import HubServer, create_app

        config = self._config
        return HubServer(
            create_app(self.hub.handle, self.hub.known_till),
            host=config.host,
            port=config.port,
            certificate=self._data / config.certificate if config.certificate else None,
            private_key=self._data / config.private_key if config.private_key else None,
        )

    def close(self) -> None:
        """Closes the files."""
        self.hub.close()
        self.uplink.close()
        self.store_db.close()

"""What the screen needs of the till behind it: one way in for commands, and a few things to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pos_terminal.actions import FoundItem
from pos_terminal.checkout.commands import Command
from pos_terminal.checkout.state import CheckoutState
from pos_terminal.widgets.view import Chrome
from retail.keymap import Keymap


class TillPort(Protocol):
    """The till, on the screen's own thread. Nothing here waits for a disk, a device or a network."""

    @property
    def state(self) -> CheckoutState:
        """The till as it stands."""
        ...

    @property
    def keys(self) -> Keymap:
        """The keys in use."""
        ...

    def submit(self, command: Command) -> CheckoutState:
        """Carries a command out and returns the state that follows; what takes long comes back as further commands."""
        ...

    def search(self, text: str, limit: int) -> Sequence[FoundItem]:
        """Goods whose name, pinyin initials or code match."""
        ...

    def chrome(self) -> Chrome:
        """Store, clock and lamps as they are now."""
        ...

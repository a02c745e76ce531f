"""The sample chains by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from zhanggui import chinese
from zhanggui.completejourney import chain as completejourney
from zhanggui.master import Chain

CHAINS: Final[dict[str, Callable[[], Chain]]] = {
    "completejourney": completejourney.chain,
    "chinese": chinese.chain,
}

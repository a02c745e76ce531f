"""A small chain of three Chinese shops that sell goods of sixteen trades: the Chinese side, at a size one can overlook.

Every name, code and price is made up. Its goods, people and offers show each feature of the till at least once.
"""

from __future__ import annotations

from zhanggui.chinese.chain import chain

__all__ = ["chain"]

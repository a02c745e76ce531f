"""Settings: what loads, what is refused in which words, and the page that is rendered from the same fields."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.config import ConfigError, Section, load, setting, tables
from retail.config_reference import reference


class Store(Section, frozen=True, kw_only=True):
    """Which store this is."""

    code: Annotated[str, setting("The store's code.", "门店代码。", min_length=1)]
    kind: Annotated[Literal["real_time", "batch"], setting("How it sends.", "传输方式。")] = "real_time"


class Upstream(Section, frozen=True):
    """Where entries go."""

    url: Annotated[str, setting("Address.", "地址。", pattern="^https?://")] = "http://127.0.0.1:8000"
    token: Annotated[str, setting("Password.", "口令。", env="ZG_TOKEN", secret=True, min_length=8)] = ""
    port: Annotated[int, setting("Port.", "端口。", env="ZG_PORT", ge=1, le=65_535)] = 8_000
    verify: Annotated[bool, setting("Check the certificate.", "检查证书。", env="ZG_VERIFY")] = True


class Printer(Section, frozen=True):
    host: Annotated[str, setting("Its address.", "地址。")]
    columns: Annotated[int, setting("Cells per line.", "每行列数。", ge=32)] = 48


class Backup(Section, frozen=True):
    path: Annotated[str, setting("Folder.", "目录。")]
    key: Annotated[str, setting("Key.", "密钥。", env="ZG_BACKUP_KEY", secret=True)] = ""


class Root(Section, frozen=True, kw_only=True):
    store: Store
    upstream: Upstream = Upstream()
    printers: tuple[Printer, ...] = ()
    named: dict[str, Printer] = msgspec.field(default_factory=dict)
    backup: Backup | None = None
    languages: Annotated[tuple[str, ...], setting("Languages.", "语言。")] = ("zh", "en")


class Needed(Section, frozen=True):
    token: Annotated[str, setting("Password.", "口令。", env="ZG_TOKEN", secret=True)]


class Lenient(msgspec.Struct):
    a: int = 1


class Around(Section, frozen=True):
    inner: Lenient = msgspec.field(default_factory=Lenient)


class Part(Section, frozen=True):
    key: Annotated[str, setting("", "", env="ZG_KEY")] = ""


class Many(Section, frozen=True):
    parts: tuple[Part, ...] = ()


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Kinds(Section, frozen=True):
    colour: Colour = Colour.RED
    keys: dict[str, str] = msgspec.field(default_factory=dict)
    limit: int | None = None


class Twice(Section, frozen=True):
    one: Upstream = Upstream()
    two: Upstream = Upstream()


class Elsewhere(Section, frozen=True):
    upstream: Upstream = Upstream(port=9_000)


WHOLE = """
languages = ["en"]
[store]
code = "S012"
[upstream]
port = 8443
[[printers]]
host = "10.0.0.9"
[named.kitchen]
host = "10.0.0.8"
"""


def refused(text, environ=None, root=Root):
    with pytest.raises(ConfigError) as caught:
        load(text, root, environ or {}, source="till.toml")
    return caught.value


def test_a_text_becomes_a_typed_value_and_defaults_fill_the_rest():
    root = load(WHOLE, Root, {})
    assert root.store == Store(code="S012", kind="real_time")
    assert root.upstream.port == 8_443
    assert root.printers == (Printer("10.0.0.9", 48),)
    assert root.named == {"kitchen": Printer("10.0.0.8")}
    assert root.languages == ("en",)


def test_the_environment_lies_over_the_text_and_an_empty_variable_does_not():
    environ = {"ZG_TOKEN": "hunter2hunter2", "ZG_PORT": "9443", "ZG_VERIFY": "false", "OTHER": "x"}
    root = load(WHOLE, Root, environ)
    assert (root.upstream.token, root.upstream.port, root.upstream.verify) == ("hunter2hunter2", 9_443, False)
    assert load(WHOLE, Root, {"ZG_PORT": ""}).upstream.port == 8_443


def test_only_the_environment_is_read_leniently():
    assert refused(WHOLE.replace("8443", '"8443"')).key == "upstream.port"


@pytest.mark.parametrize(
    ("old", "new", "key", "en", "zh"),
    [
        ('code = "S012"', "", "store.code", "store.code is missing. Add it. The store's code.", "缺少 store.code"),
        ("[store]", "[stroe]", "stroe", "no setting stroe. Did you mean store?", "是不是 store？"),
        ("port =", "prot =", "upstream.prot", "no setting upstream.prot. Did you mean port?", "是不是 port？"),
        ("port =", "zzz =", "upstream.zzz", "no setting upstream.zzz. Remove it.", "请删除它"),
        ("port = 8443", "port = 0", "upstream.port", "wrong value: Expected `int` >= 1. Port.", "应为 `int` >= 1"),
        ("port = 8443", 'port = "x"', "upstream.port", "Expected `int`, got `str`", "应为 `int`，实际为 `str`"),
        ("port = 8443", 'url = "ftp:"', "upstream.url", "upstream.url has a wrong value", "upstream.url 的值不对"),
        ('host = "10.0.0.9"', "host = 9", "printers[0].host", "printers[0].host has a wrong", "地址。"),
        ('host = "10.0.0.9"', 'hots = "x"', "printers[0].hots", "Did you mean host?", "是不是 host？"),
        ('host = "10.0.0.8"', 'hots = "x"', "named[...].hots", "Did you mean host?", "是不是 host？"),
        ('code = "S012"', 'code = "S"\nkind = "fast"', "store.kind", "'fast'", "store.kind 的值不对"),
    ],
)
def test_what_is_wrong_is_named_with_its_key_and_what_to_do(old, new, key, en, zh):
    error = refused(WHOLE.replace(old, new))
    assert error.key == key
    assert en in error.message("en")
    assert zh in error.message("zh")
    assert str(error).startswith("till.toml: ")


def test_a_value_where_a_table_belongs_is_named():
    assert refused('store = 3\nupstream = "x"', {"ZG_PORT": "1"}).key in ("store", "upstream")


def test_a_text_that_is_not_toml_says_where():
    error = refused("[store\ncode=1")
    assert error.key == ""
    assert "line 1" in error.message("en")
    assert "TOML" in error.message("zh")


def test_a_secret_is_never_repeated():
    short = refused(WHOLE, {"ZG_TOKEN": "pa55"})
    assert short.key == "upstream.token"
    assert short.source == "$ZG_TOKEN"
    in_text = refused(WHOLE.replace("port = 8443", 'token = "pa55"'))
    assert in_text.key == "upstream.token"
    assert "pa55" not in short.message("en") + short.message("zh") + in_text.message("en") + in_text.message("zh")


def test_a_wrong_variable_is_named():
    error = refused(WHOLE, {"ZG_PORT": "many"})
    assert (error.source, error.key) == ("$ZG_PORT", "upstream.port")
    assert "Correct this environment variable" in error.message("en")


def test_a_missing_key_with_a_variable_names_the_variable():
    assert "or set the variable ZG_TOKEN" in refused("", root=Needed).message("en")
    assert load("", Needed, {"ZG_TOKEN": "x"}).token == "x"


def test_settings_that_would_ignore_misspelt_keys_are_a_programmers_error():
    with pytest.raises(TypeError, match="misspelt"):
        tables(Around)


def test_a_variable_for_a_repeating_table_is_a_programmers_error():
    with pytest.raises(TypeError, match="repeats"):
        load("", Many, {"ZG_KEY": "x"})


def test_a_variable_does_not_make_an_optional_table():
    environ = {"ZG_BACKUP_KEY": "x"}
    assert load(WHOLE, Root, environ).backup is None
    assert load(WHOLE + "[backup]\npath = '/b'", Root, environ).backup == Backup("/b", "x")


def test_a_variable_makes_a_table_that_has_defaults():
    assert load("[store]\ncode = 'S'", Root, {"ZG_PORT": "1"}).upstream == Upstream(port=1)


@pytest.mark.parametrize(("root", "why"), [(Twice, "share an environment variable"), (Elsewhere, "defaults stand")])
def test_a_type_that_would_mistake_what_people_write_is_a_programmers_error(root, why):
    with pytest.raises(TypeError, match=why):
        load("", root, {})


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_a_config_error(text):
    with pytest.raises(ConfigError):
        load(text, Root, {})


def test_the_reference_page_has_every_table_and_field():
    page = reference(Root)
    for heading in ("## 顶层 · Top level", "## `[store]`", "## `[upstream]`", "## `[[printers]]`", "## `[named.*]`"):
        assert heading in page
    for table in tables(Root):
        for entry in table.settings:
            assert f"| `{entry.name}` |" in page
    assert "| `code` | text | 必填 required |  | 门店代码。 The store's code. |" in page
    assert "| `port` | integer 1…65535 | `8000` | `ZG_PORT` | 端口。 Port. |" in page
    assert '| `kind` | `"batch"` or `"real_time"` | `"real_time"` |' in page
    assert "| `token` | text | – | `ZG_TOKEN` | 口令。 Password. 密钥，宜用环境变量" in page
    assert '| `languages` | list of text | `["zh","en"]` |' in page
    assert "Which store this is." in page


def test_the_reference_page_names_every_kind_of_value():
    page = reference(Kinds)
    assert '| `colour` | `"red"` or `"blue"` | `"red"` |' in page
    assert "| `keys` | table of text | `{}` |" in page
    assert "| `limit` | integer | – |" in page

"""Settings of every program: TOML text and environment in, one typed immutable value out, or an error that
helps.

An unknown key is refused, never ignored: a misspelt setting that silently keeps its default is found out on a
busy Saturday. Secrets may come from the environment, so that they need not stand in a file. Nothing is read
here: text and environment are handed in. The reference page is rendered from the very fields that are loaded.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from retail.functions import Language

_INDEX = re.compile(r"\[[^\]]*\]")
_AT = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`", re.DOTALL)


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every table of settings. Fields carry `Annotated[type, setting(...)]`."""


_Root = TypeVar("_Root", bound=Section)


class ConfigError(Exception):
    """Settings that cannot be used. `key` is dotted (`store.name`), empty when the text is not TOML at
    all."""

    def __init__(self, source: str, key: str, *, zh: str, en: str) -> None:
        super().__init__(f"{source}: {en}")
        self.source = source
        self.key = key
        self.zh = zh
        self.en = en

    def message(self, language: Language) -> str:
        """Where, what is wrong, and what to do."""
        return f"{self.source}：{self.zh}" if language == "zh" else f"{self.source}: {self.en}"


def setting(
    en: str,
    zh: str,
    *,
    env: str = "",
    secret: bool = False,
    ge: int | None = None,
    le: int | None = None,
    min_length: int | None = None,
    pattern: str | None = None,
) -> msgspec.Meta:
    """What a field is for, in both languages; the environment variable that overrides it; the bounds of its
    value."""
    bounds: dict[str, Any] = {"ge": ge, "le": le, "min_length": min_length, "pattern": pattern}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    meta: msgspec.Meta = msgspec.Meta(description=en, extra={"zh": zh, "env": env, "secret": secret}, **given)
    return meta


@dataclass(frozen=True, slots=True)
class Setting:
    """One field as declared. `section` is the dotted table; `[]` and `.*` mark tables that repeat."""

    section: str
    name: str
    kind: inspect.Type
    annotation: Any
    required: bool
    default: object
    en: str
    zh: str
    env: str
    secret: bool

    @property
    def key(self) -> str:
        """The dotted key."""
        return f"{self.section}.{self.name}" if self.section else self.name


@dataclass(frozen=True, slots=True)
class Table:
    """One table of settings: its dotted name, what it is about, its fields that are not tables themselves.

    `optional`: without the table there is no such thing (no second printer), so the environment does not make one.
    """

    name: str
    about: str
    settings: tuple[Setting, ...]
    optional: bool


def load(text: str, struct_type: type[_Root], environ: Mapping[str, str], *, source: str = "config") -> _Root:
    """The settings in a TOML text, with environment variables laid over them; ConfigError when they cannot be
    used.

    `source` is what the error calls the text, usually the file's path. An empty variable counts as not set.
    """
    known = tables(struct_type)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(source, "", zh=f"不是有效的 TOML：{error}。", en=f"not valid TOML: {error}.") from None
    for table in known:
        for entry in table.settings:
            if entry.env and (raw := environ.get(entry.env)):
                _overlay(values, entry, raw, make_table=not table.optional)
    try:
        return msgspec.convert(values, struct_type)
    except msgspec.ValidationError as error:
        raise _explained(str(error), known, source) from None


def tables(struct_type: type[Section]) -> list[Table]:
    """Every table that a type of settings has, itself first, in the order of its fields.

    TypeError, for the programmer, when the type could ignore or mistake what people write.
    """
    info = inspect.type_info(struct_type)
    assert isinstance(info, inspect.StructType)
    found = list(_walk(info, "", optional=False))
    names = [entry.env for table in found for entry in table.settings if entry.env]
    if len(names) != len(set(names)):
        raise TypeError(f"{struct_type.__name__}: two settings share an environment variable: {sorted(names)}")
    return found


def _walk(info: inspect.StructType, name: str, *, optional: bool) -> Iterator[Table]:
    """The table of `info` and those below it."""
    if not info.forbid_unknown_fields:
        raise TypeError(f"{info.cls.__name__} must be a Section: it would ignore misspelt keys")
    annotations = {field.name: field.type for field in msgspec.structs.fields(info.cls)}
    own: list[Setting] = []
    below: list[Table] = []
    for field in info.fields:
        kind, meta = _unwrapped(field.type)
        default = _default(field)
        nested, mark = _table_in(kind)
        if nested is not None:
            path = f"{name}.{field.encode_name}" if name else field.encode_name
            if isinstance(default, Section) and default != type(default)():
                raise TypeError(f"{path}: a table's defaults stand in its own fields, else half a table loses them")
            below += _walk(nested, path + mark, optional=optional or (default is None and not field.required))
            continue
        own.append(
            Setting(
                section=name,
                name=field.encode_name,
                kind=field.type,
                annotation=annotations[field.name],
                required=field.required,
                default=default,
                en=meta.get("description", ""),
                zh=meta.get("zh", ""),
                env=meta.get("env", ""),
                secret=meta.get("secret", False),
            )
        )
    yield Table(name, (info.cls.__doc__ or "").strip(), tuple(own), optional)
    yield from below


def _unwrapped(kind: inspect.Type) -> tuple[inspect.Type, dict[str, Any]]:
    """A type without its metadata, and that metadata."""
    meta: dict[str, Any] = {}
    while isinstance(kind, inspect.Metadata):
        meta |= {**(kind.extra_json_schema or {}), **(kind.extra or {})}
        kind = kind.type
    return kind, meta


def _table_in(kind: inspect.Type) -> tuple[inspect.StructType | None, str]:
    """The struct that a field holds, if it holds one, and the mark for one that repeats."""
    if isinstance(kind, inspect.StructType):
        return kind, ""
    if isinstance(kind, inspect.UnionType):
        found = [_table_in(_unwrapped(part)[0]) for part in kind.types]
        return next((table for table in found if table[0] is not None), (None, ""))
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        return _table_in(_unwrapped(kind.item_type)[0])[0], "[]"
    if isinstance(kind, inspect.DictType):
        return _table_in(_unwrapped(kind.value_type)[0])[0], ".*"
    return None, ""


def _default(field: inspect.Field) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return None if field.default is msgspec.NODEFAULT else field.default


def _overlay(values: dict[str, Any], entry: Setting, raw: str, *, make_table: bool) -> None:
    """Put an environment variable's value, converted to the field's type, where the field is. Errors hide secrets."""
    if "[]" in entry.section or ".*" in entry.section:
        raise TypeError(f"{entry.key} repeats: an environment variable cannot say which one it means")
    try:
        value = msgspec.convert(raw, entry.annotation, strict=False)
    except msgspec.ValidationError as error:
        what = _hidden(str(error)) if entry.secret else str(error)
        raise ConfigError(
            f"${entry.env}",
            entry.key,
            zh=f"{_in_chinese(what)}。请改正此环境变量。{entry.zh}",
            en=f"{what}. Correct this environment variable. {entry.en}",
        ) from None
    place = values
    for part in entry.section.split(".") if entry.section else ():
        if part not in place and not make_table:
            return
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            return  # the text has a value where a table belongs; conversion says so
    place[entry.name] = value


def _explained(error: str, known: list[Table], source: str) -> ConfigError:
    """The error of a conversion, naming the key and what to do."""
    found = _AT.fullmatch(error)
    what, path = (found["what"], found["path"] or "") if found else (error, "")
    if match := _UNKNOWN.fullmatch(what):
        return _unknown_key(_joined(path, match["name"]), known, source)
    if match := _MISSING.fullmatch(what):
        return _missing_key(_joined(path, match["name"]), known, source)
    entry = _declared(path, known)
    if entry is not None and entry.secret:
        what = _hidden(what)
    hint_zh, hint_en = (entry.zh, entry.en) if entry else ("", "")
    return ConfigError(
        source,
        path,
        zh=f"{path} 的值不对：{_in_chinese(what)}。{hint_zh}",
        en=f"{path} has a wrong value: {what}. {hint_en}".rstrip(),
    )


def _unknown_key(key: str, known: list[Table], source: str) -> ConfigError:
    section = _plain(key.rpartition(".")[0])
    names = [entry.name for table in known if _plain(table.name) == section for entry in table.settings]
    names += [_plain(t.name).rpartition(".")[2] for t in known if _plain(t.name).rpartition(".")[0] == section]
    close = get_close_matches(key.rpartition(".")[2], [name for name in names if name], n=1)
    zh, en = f"没有 {key} 这个设置。", f"there is no setting {key}."
    if close:
        return ConfigError(source, key, zh=f"{zh}是不是 {close[0]}？", en=f"{en} Did you mean {close[0]}?")
    return ConfigError(source, key, zh=f"{zh}请删除它。", en=f"{en} Remove it.")


def _missing_key(key: str, known: list[Table], source: str) -> ConfigError:
    entry = _declared(key, known)
    env = entry.env if entry else ""
    zh = f"缺少 {key}。请写上它" + (f"，或设环境变量 {env}。" if env else "。") + (entry.zh if entry else "")
    en = f"{key} is missing. Add it" + (f", or set the variable {env}." if env else ".")
    return ConfigError(source, key, zh=zh, en=f"{en} {entry.en}" if entry and entry.en else en)


def _declared(key: str, known: list[Table]) -> Setting | None:
    """The setting of a key as an error gives it (`printers[1].host`)."""
    plain = _plain(key)
    return next((e for table in known for e in table.settings if _plain(e.key) == plain), None)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _plain(key: str) -> str:
    """A dotted key without the marks of repeating tables, as both errors and declarations write it."""
    return _INDEX.sub("", key.replace("[...]", "")).replace(".*", "")


def _hidden(what: str) -> str:
    """An error without any value that it may quote."""
    return re.sub(r"'[^']*'|\"[^\"]*\"", "…", what)


def _in_chinese(what: str) -> str:
    return what.replace("Expected ", "应为 ").replace(", got ", "，实际为 ").replace("of length", "长度")

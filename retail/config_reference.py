"""The reference page of a program's settings, rendered from the fields that are loaded."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import inspect

from retail.config import Section, Setting, Table, tables

_HEAD = """\
| 设置 setting | 类型 type | 默认 default | 环境变量 environment | 说明 meaning |
|---|---|---|---|---|"""


def reference(struct_type: type[Section]) -> str:
    """Markdown with one table per TOML table: key, type, default, environment variable, meaning in both
    languages."""
    return "\n".join(_table(table) for table in tables(struct_type) if table.settings)


def _table(table: Table) -> str:
    name = table.name
    heading = f"[[{name.removesuffix('[]')}]]" if name.endswith("[]") else f"[{name}]" if name else ""
    lines = [f"## `{heading}`" if heading else "## 顶层 · Top level", ""]
    if table.about:
        lines += [table.about, ""]
    return "\n".join([*lines, _HEAD, *map(_row, table.settings), ""])


def _row(entry: Setting) -> str:
    default = "必填 required" if entry.required else _default(entry)
    secret = " 密钥，宜用环境变量 secret, better from the environment" if entry.secret else ""
    cells = (
        f"`{entry.name}`",
        _kind(entry.kind),
        default,
        f"`{entry.env}`" if entry.env else "",
        f"{entry.zh} {entry.en}{secret}".strip(),
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _default(entry: Setting) -> str:
    if entry.default is None or entry.secret:
        return "–"
    return f"`{msgspec.json.encode(entry.default).decode()}`"


_NAMES: dict[type[inspect.Type], str] = {
    inspect.BoolType: "true/false",
    inspect.IntType: "integer",
    inspect.FloatType: "number",
    inspect.StrType: "text",
    inspect.DateType: "date",
    inspect.TimeType: "time",
    inspect.DateTimeType: "date and time",
    inspect.NoneType: "nothing",
}


def _kind(kind: inspect.Type) -> str:
    """A type in words: `integer 1…65535`, `"real_time" or "batch"`, `list of text`."""
    if isinstance(kind, inspect.Metadata):
        return _kind(kind.type)
    if isinstance(kind, inspect.LiteralType):
        return " or ".join(f"`{_json(value)}`" for value in kind.values)
    if isinstance(kind, inspect.EnumType):
        return " or ".join(f"`{_json(member.value)}`" for member in kind.cls)
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        return f"list of {_kind(kind.item_type)}"
    if isinstance(kind, inspect.DictType):
        return f"table of {_kind(kind.value_type)}"
    if isinstance(kind, inspect.UnionType):
        return " or ".join(_kind(part) for part in kind.types if not isinstance(part, inspect.NoneType))
    name = _NAMES.get(type(kind), type(kind).__name__.removesuffix("Type").lower())
    if isinstance(kind, inspect.IntType) and (kind.ge is not None or kind.le is not None):
        return f"{name} {'' if kind.ge is None else kind.ge}…{'' if kind.le is None else kind.le}"
    return name


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()

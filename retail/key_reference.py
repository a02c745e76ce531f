"""The reference page of all till functions and their default keys, in both languages."""

from __future__ import annotations

from retail.functions import FUNCTIONS, SECTION_LABELS, Function, Scope, Section
from retail.key_names import key_cap

_SCREENS: dict[Scope, str] = {"sale": "收银 sale", "tender": "付款 payment", "any": "全部 all"}

_INTRODUCTION = """\
# 按键与功能 · Keys and functions

由 `retail/functions.py` 生成，请勿手改：`python -m retail.key_reference > docs/reference/keys.md`。
Generated from `retail/functions.py`; do not edit by hand.

门店和角色可以改键；冲突在启动时提示。没有按键的功能在 F12 菜单中。
A store and a role may move every key; clashes are reported at start. What has no key is in the F12 menu.

- 权限 right：角色中须列出此功能，否则请有权的人当场批准。
  The role must name the function; otherwise a second person approves on the spot.
- 批准 approval：持权限者也须他人批准，除非其角色可以批准。
  Also those who hold the right call a second person, unless their role may approve it.
"""

_HEAD = """\
| 按键 key | 功能 function | 代码 code | 界面 screen | 权限 right | 批准 approval | 用法 use |
|---|---|---|---|---|---|---|"""


def key_reference() -> str:
    """The Markdown of `docs/reference/keys.md`."""
    parts = [_INTRODUCTION]
    parts += [_section(section, *labels) for section, labels in SECTION_LABELS.items()]
    return "\n".join(parts)


def _section(section: Section, label_zh: str, label_en: str) -> str:
    rows = [_row(function) for function in FUNCTIONS if function.section == section]
    return "\n".join([f"## {label_zh} · {label_en}", "", _HEAD, *rows, ""])


def _row(function: Function) -> str:
    keys = " ".join(f"`{key_cap(key)}`" for key in function.default_keys) or "F12 菜单 menu"
    cells = (
        keys,
        f"{function.label_zh} {function.label_en}",
        f"`{function.code}`",
        _SCREENS[function.scope],
        "●" if function.right else "",
        "●" if function.needs_approval else "",
        f"{function.help_zh} {function.help_en}",
    )
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    import sys

    sys.stdout.write(key_reference())

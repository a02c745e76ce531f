"""The strip to print, cut out and lay above the function keys; and every key of both screens as a table."""

from __future__ import annotations

from typing import Final

from pos_terminal.widgets.cells import fit
from retail.functions import Language, Scope
from retail.key_names import key_cap
from retail.keymap import Keymap

CELL: Final = 18
FUNCTION_KEYS: Final = tuple(f"f{number}" for number in range(1, 13))
_NAMES: Final[dict[Language, dict[Scope, str]]] = {
    "zh": {"sale": "收银", "tender": "付款"},
    "en": {"sale": "Sale", "tender": "Payment"},
}


def keytops(keys: Keymap, language: Language) -> str:
    """The strip in three groups of four, as keyboards have them, then the table of all keys."""
    return "\n\n".join([*(_group(keys, language, start) for start in (0, 4, 8)), _table(keys, language)])


def _group(keys: Keymap, language: Language, start: int) -> str:
    """Four keys: what each does on the sale, and below it on payment."""
    rule = "+" + "+".join(["-" * CELL] * 4) + "+"
    names = FUNCTION_KEYS[start : start + 4]
    rows = [[key_cap(name) for name in names]]
    for scope in ("sale", "tender"):
        found = [keys.function_for(scope, name) for name in names]
        rows.append([function.label(language) if function else "" for function in found])
    body = ["|" + "|".join(fit(text, CELL, "center") for text in row) + "|" for row in rows]
    return "\n".join([rule, *body, rule])


def _table(keys: Keymap, language: Language) -> str:
    """Every key that has a function, and where it works."""
    lines = []
    for scope in ("sale", "tender"):
        lines.append(_NAMES[language][scope])
        lines += [
            f"  {fit(' '.join(key_cap(key) for key in keys.keys[function.code]), 14)} {function.label(language)}"
            f"  [{function.code}]"
            for _, function in keys.key_strip(scope)
        ]
    return "\n".join(lines)

"""Tables as files. A spreadsheet runs a text as a formula by how it begins: here it never may."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Final

Cell = str | int | Decimal | None

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First letters after which a spreadsheet may run what follows (OWASP, CSV injection), full width ones too."""

_CONTROL: Final = dict.fromkeys(number for number in range(32) if number not in (9, 10, 13))


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula.

    >>> guarded("=1+1"), guarded(" @x"), guarded("Milk")
    ("'=1+1", "' @x", 'Milk')
    """
    plain = text.translate(_CONTROL)
    return f"'{plain}" if plain.lstrip(" ").startswith(DANGEROUS) else plain


def scaled(value: int | None, digits: int) -> Decimal | None:
    """An integer of the smallest unit as the number people write.

    >>> scaled(1250, 2)
    Decimal('12.50')
    """
    return None if value is None else Decimal(value).scaleb(-digits)


def to_csv(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Comma-separated values in UTF-8 with a mark, which spreadsheets need to read Chinese."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([guarded(name) for name in head])
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet; every text cell is typed as text, so that none can be a formula."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "".join(letter for letter in title if letter not in "[]:*?/\\")[:31] or "1"
    for number, row in enumerate([list(head), *rows], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                cell.value = value.translate(_CONTROL)
                cell.data_type = "s"  # whatever the library took it for
                cell.quotePrefix = value.lstrip(" ").startswith(DANGEROUS)
            else:
                cell.value = value
    sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()

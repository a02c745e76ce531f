"""Members as a file: CSV in UTF-8 with a head line, so that any other system's list can be brought in."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Final

from hq_server.errors import Invalid
from hq_server.members.rules import fault_of
from retail.feeds import MemberRow

COLUMNS: Final = ("member", "card", "level", "name", "birthday", "groups", "purchases", "audience")
"""Only `member` must be there. `birthday` is MMDD; `groups` are parted by semicolons; `purchases` are those before
(0 for a new member, left out: unknown); `audience` is chain, zone:Z or store:S."""


def read_members(text: str) -> Iterator[tuple[MemberRow, str]]:
    """The members and their audiences, one by one; Invalid names the line and what is wrong with it."""
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        _check_head(reader.fieldnames or ())
        seen: set[str] = set()
        for fields in reader:
            yield _member(fields, reader.line_num, seen)
    except csv.Error as error:
        raise Invalid(f"behind line {reader.line_num}: {error}") from error


def _check_head(names: Sequence[str]) -> None:
    strange = [name for name in names if name not in COLUMNS]
    if "member" not in names or strange:
        raise Invalid(f"the first line names columns of {', '.join(COLUMNS)}; not {', '.join(strange) or 'nothing'}")


def _member(fields: dict[str, str], line: int, seen: set[str]) -> tuple[MemberRow, str]:
    if None in fields or None in fields.values():
        raise Invalid(f"line {line}: it has not as many fields as the first line")
    row = MemberRow(
        fields["member"].strip(),
        fields.get("card", "").strip(),
        fields.get("level", "").strip(),
        fields.get("name", "").strip(),
        _number(fields.get("birthday", ""), 0, "birthday", line),
        tuple(part for group in fields.get("groups", "").split(";") if (part := group.strip())),
        _number(fields.get("purchases", ""), -1, "purchases", line),
    )
    fault = "it stands in the file before" if row.member in seen else fault_of(row)
    if fault:
        raise Invalid(f"line {line}: {fault}")
    seen.add(row.member)
    return row, fields.get("audience", "").strip() or "chain"


def _number(text: str, otherwise: int, name: str, line: int) -> int:
    try:
        return int(text) if text.strip() else otherwise
    except ValueError as error:
        raise Invalid(f"line {line}: {name} is a number, not {text!r}") from error

"""Members from a file: what is taken, and that each mistake is named with its line."""

from __future__ import annotations

import pytest

from hq_server.errors import Invalid
from hq_server.members.reading import COLUMNS, read_members
from retail.feeds import MemberRow


def test_all_columns_in_any_order_are_taken() -> None:
    text = f'{",".join(reversed(COLUMNS))}\nstore:S1,4," staff; vip ;",0308,"何,**",gold,8801,m1\n'
    assert list(read_members(text)) == [
        (MemberRow("m1", "8801", "gold", "何,**", 308, ("staff", "vip"), 4), "store:S1")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the first line names columns"),
        ("card\n1\n", "the first line names columns"),
        ("member,age\nm1,3\n", "not age"),
        ("member,birthday\nm1,3 May\n", "line 2: birthday is a number, not '3 May'"),
        ("member,purchases\nm1,0\nm2,many\n", "line 3: purchases is a number"),
        ("member,card\nm1\n", "line 2: it has not as many fields"),
        ("member\nm1,88\n", "line 2: it has not as many fields"),
        ("member\nm1\nm1\n", "line 3: it stands in the file before"),
        ("member,card\n,88\n", "line 2: a member has a number"),
        ('member\n"m1\n', "behind line 1: unexpected end"),
        ('"member', "behind line 0: unexpected end"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        list(read_members(text))

from __future__ import annotations

import re
from typing import get_args

import pytest

from retail.functions import Language
from store_agent.status import FeedStatus, LineStatus, State, Status
from store_agent.telling import told
from store_agent.texts import TEXTS, language, say

STATUS = Status(
    written_ms=1_000,
    process=42,
    host="till-1",
    kind="realtime",
    upstream="https://hq",
    pending=3,
    lines=(
        LineStatus("journal.db", "failing", 3, "g", 4_000, 2, 9, "no route", {"T1/00": "unknown"}, ("T2/01",)),
        LineStatus("feeds", "starting"),
    ),
    feeds=(FeedStatus("prices", "g1", 8, "not signed"), FeedStatus("items", "g1", 9)),
)


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_both_languages_say_the_same_things(code: str) -> None:
    chinese, english = (set(re.findall(r"{(\w+)}", text)) for text in TEXTS[code])
    assert chinese == english
    assert TEXTS[code][0] != TEXTS[code][1]


def test_every_state_has_a_name() -> None:
    assert set(get_args(State)) <= set(TEXTS)


@pytest.mark.parametrize(
    ("environ", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminals_locale_chooses(environ: dict[str, str], spoken: str) -> None:
    assert language(environ) == spoken


def test_the_status_is_told_line_by_line() -> None:
    def english(code: str, **values: object) -> str:
        return say("en", code, **values)

    assert told(STATUS, 11_500, alive=True, say=english) == [
        "till-1 (realtime) running as process 42, written 10 s ago",
        "upstream https://hq; 3 entries wait",
        "  journal.db: failing, 3 wait, last success 7 s ago",
        "    no route (2 times)",
        "    refused T1/00: unknown",
        "    forked T2/01: two journals write under one name; was a disk copied?",
        "  feeds: starting, 0 wait, last success never",
        "  feed prices: position 8; not signed",
        "  feed items: position 9",
    ]


@pytest.mark.parametrize("spoken", get_args(Language))
def test_an_agent_that_is_gone_is_told_in_every_language(spoken: Language) -> None:
    def spoken_text(code: str, **values: object) -> str:
        return say(spoken, code, **values)

    assert say(spoken, "not_running") in told(STATUS, 0, alive=False, say=spoken_text)[0]

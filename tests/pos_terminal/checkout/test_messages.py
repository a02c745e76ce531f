from __future__ import annotations

import re
from pathlib import Path

import pos_terminal.checkout
from pos_terminal.checkout.messages import MESSAGES, words_of
from pos_terminal.checkout.state import Message
from retail.rights import Reason

FOLDER = Path(pos_terminal.checkout.__file__).parent
SAID = re.compile(r"""(?:refuse|say|message|Problem|UnknownOwner)\((?:[a-z_().\[\]0-9, =]*?)"([a-z_0-9]+)\"""")


def test_every_code_that_the_core_says_has_words() -> None:
    said = {code for path in FOLDER.glob("*.py") for code in SAID.findall(path.read_text())}
    assert len(said) > 60
    assert said <= MESSAGES.keys()


def test_every_reason_of_a_refused_right_has_words() -> None:
    refused = {Reason.NEVER, Reason.RIGHTS_TOO_OLD, Reason.UNKNOWN_FUNCTION}
    assert {f"refused_{reason}" for reason in refused} <= MESSAGES.keys()
    answers = {Reason.NEVER, Reason.RIGHTS_TOO_OLD, Reason.UNKNOWN_FUNCTION, Reason.SAME_PERSON, Reason.NO_RIGHT}
    assert {f"approver_{reason}" for reason in answers | {Reason.OVER_LIMIT}} <= MESSAGES.keys()


def test_both_languages_fill_in_the_same_values() -> None:
    for code, (chinese, english) in MESSAGES.items():
        assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", english)), code


def test_a_message_is_a_sentence_in_both_languages_and_never_raises() -> None:
    told = Message("discount_given", values=(("amount", "1.00"),))
    assert words_of(told, "zh_CN") == "已减 1.00"
    assert words_of(told, "en") == "1.00 taken off"
    assert words_of(Message("discount_given"), "en") == " taken off"
    assert words_of(Message("of_tomorrow"), "en") == "of_tomorrow"
    brackets = Message("discount_given", values=(("amount", "{0}"),))
    assert words_of(brackets, "en") == "{0} taken off"

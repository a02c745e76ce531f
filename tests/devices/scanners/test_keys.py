from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanners.keys import UNKNOWN_KEY, KeyDecoder, KeyEvent, KeyFrame
from devices.simulators.scanner import key_events

TYPED = "0123456789ABCXYZabcxyz-=/.;:?_+%&$*()!@#, ]\x1d"


def events(packed: bytes) -> list[KeyEvent]:
    return [
        KeyEvent(kind, code, value, seconds + micros / 1e6)
        for seconds, micros, kind, code, value in struct.iter_unpack("@llHHi", packed)
    ]


def press(*codes: int, at_s: float = 0.0) -> list[KeyEvent]:
    return [KeyEvent(1, code, value, at_s) for code in codes for value in (1, 0)]


@given(st.lists(st.text(TYPED, min_size=1, max_size=40), max_size=6), st.sampled_from([0.002, 0.01, 0.02, 0.08]))
def test_codes_typed_by_a_scanner_come_out_as_they_were(codes, gap_s):
    decoder, found, at_s = KeyDecoder(), [], 0.0
    for code in codes:
        for batch in key_events(code, start_s=at_s, gap_s=gap_s):
            found += decoder.feed(events(batch))
        at_s += gap_s * (len(code) + 1)
    assert [frame.text for frame in found] == codes
    assert all(frame.complete for frame in found)


@given(st.text(TYPED, min_size=1, max_size=20), st.text(TYPED, min_size=1, max_size=20), st.randoms())
def test_two_scanners_at_once_never_mix(first, second, chance):
    sources = [(KeyDecoder(), list(key_events(code))) for code in (first, second)]
    found: list[list[str]] = [[], []]
    while any(batches for _, batches in sources):
        index = chance.choice([i for i, (_, batches) in enumerate(sources) if batches])
        decoder, batches = sources[index]
        found[index] += [frame.text for frame in decoder.feed(events(batches.pop(0)))]
    assert found == [[first], [second]]


def test_number_pad_tab_and_both_enters_work():
    assert KeyDecoder().feed(press(79, 80, 81, 82, 96)) == [KeyFrame("1230", 0.0)]
    assert KeyDecoder().feed(press(2, 15)) == [KeyFrame("1", 0.0)]
    assert KeyDecoder().feed(press(28, 28)) == []


def test_caps_lock_turns_letters_only():
    assert KeyDecoder().feed(press(58, 30, 2, 28)) == [KeyFrame("A1", 0.0)]
    assert KeyDecoder().feed(press(58, 58, 30, 28)) == [KeyFrame("a", 0.0)]


def test_repeats_and_other_events_are_passed_over():
    noise = [KeyEvent(1, 2, 2, 0.0), KeyEvent(4, 4, 30, 0.0), KeyEvent(0, 0, 0, 0.0)]
    assert KeyDecoder().feed([*noise, *press(3), *noise, *press(28)]) == [KeyFrame("2", 0.0)]


def test_an_unknown_key_spoils_the_code_instead_of_shortening_it():
    assert KeyDecoder().feed(press(2, 183, 3, 28)) == [KeyFrame(f"1{UNKNOWN_KEY}2", 0.0)]


def test_a_broken_off_code_never_joins_the_next():
    decoder = KeyDecoder()
    assert decoder.feed(press(2, 3, at_s=1.0)) == []
    assert decoder.feed(press(4, 28, at_s=2.5)) == [KeyFrame("12", 1.0, complete=False), KeyFrame("3", 2.5)]


@pytest.mark.parametrize(("codes", "text"), [([29, 27], "\x1d"), ([29, 43], "\x1c"), ([97, 42, 7], "\x1e")])
def test_separators_come_as_control_keys(codes, text):
    held = [KeyEvent(1, code, 1, 0.0) for code in codes]
    assert KeyDecoder().feed([*held, *(KeyEvent(1, code, 0, 0.0) for code in codes), *press(28)]) == [
        KeyFrame(text, 0.0)
    ]

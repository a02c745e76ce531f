from __future__ import annotations

import random

import pytest

from devices.scanner import ScanQueue
from devices.scanners.keyboard import Burst, BurstDetector, KeyboardScanner, learn_gap_s
from tests.devices.events import next_scan


def typed(detector: BurstDetector, text: str, gap_s: float, start_s: float = 0.0) -> list[Burst]:
    found = []
    for index, character in enumerate(text):
        found += detector.key(character, start_s + index * gap_s)
    return found + detector.idle(start_s + len(text) * gap_s + 10)


def keys(found: list[Burst]) -> str:
    return "".join(key for burst in found for key in burst.keys)


@pytest.mark.parametrize("gap_s", [0.001, 0.01, 0.03])
@pytest.mark.parametrize("ending", ["\r", "\n", "\t"])
def test_a_fast_even_code_with_an_ending_is_a_scan(gap_s, ending):
    assert typed(BurstDetector(), f"6901234567892{ending}", gap_s) == [Burst(code="6901234567892")]


@pytest.mark.parametrize("text", ["123\r", "12345\r", "6901234567892"])
def test_short_or_unended_bursts_are_keys(text):
    assert keys(typed(BurstDetector(), text, 0.01)) == text


def test_fingers_lose_no_key_and_make_no_scan():
    chance = random.Random(3)
    detector, found, at_s, pressed = BurstDetector(), [], 0.0, ""
    for _ in range(300):
        key = chance.choice("0123456789*\r")
        pressed += key
        found += detector.key(key, at_s)
        at_s += chance.uniform(0.08, 0.4)
    found += detector.idle(at_s + 1)
    assert keys(found) == pressed
    assert not any(burst.code for burst in found)


def test_a_scan_between_typed_keys_is_told_from_them():
    detector = BurstDetector()
    found = typed(detector, "3*", 0.2)
    found += typed(detector, "6901234567892\r", 0.01, start_s=20.0)
    assert keys(found) == "3*"
    assert [burst.code for burst in found if burst.code] == ["6901234567892"]


def test_the_check_digit_decides_when_the_pace_does_not():
    detector = BurstDetector(accept=lambda code: code.endswith("2"))
    assert keys(typed(detector, "6901234567891\r", 0.01)) == "6901234567891\r"
    assert typed(detector, "6901234567892\r", 0.01, 20.0) == [Burst(code="6901234567892")]


def test_a_prefix_lets_a_slow_scanner_be_known():
    detector = BurstDetector(prefix="~")
    assert typed(detector, "~6901234567892\r", 0.2) == [Burst(code="6901234567892")]
    assert keys(typed(detector, "6901234567892\r", 0.001, 50.0)) == "6901234567892\r"


def test_the_pace_is_learned_from_test_scans():
    assert learn_gap_s([]) == 0.05
    assert learn_gap_s([0.001] * 50) == 0.03
    assert learn_gap_s([0.05] * 50) == pytest.approx(0.075)
    assert learn_gap_s([0.5] * 50) == 0.12


def test_the_fallback_scanner_queues_codes_and_hands_back_keys():
    queue = ScanQueue()
    scanner = KeyboardScanner("keyboard")
    scanner.start(queue)
    back = [key for index, c in enumerate("6901234567892\r") for key in scanner.key(c, index * 0.01)]
    assert back == []
    assert next_scan(queue).text == "6901234567892"
    assert scanner.key("7", 5.0) == []
    assert scanner.idle(5.01) == []
    assert scanner.idle(5.2) == ["7"]
    scanner.close()

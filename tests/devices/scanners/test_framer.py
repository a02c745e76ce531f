from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.scanners.framer import Frame, Framer

codes = st.lists(st.binary(min_size=1, max_size=30).filter(lambda c: not set(c) & set(b"\r\n\x02\x03")), max_size=12)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


def frames(framer: Framer, pieces: list[bytes]) -> list[Frame]:
    return [frame for piece in pieces for frame in framer.feed(piece)]


@given(codes, st.sampled_from([b"\r", b"\n", b"\r\n"]), st.lists(st.integers(0, 400)))
@settings(max_examples=600)
def test_however_the_bytes_are_split_the_frames_are_the_same(sent, ending, cuts):
    stream = b"".join(code + ending for code in sent)
    assert frames(Framer(), chunks(stream, cuts)) == [Frame(code) for code in sent]


@given(codes, st.binary(max_size=5).filter(lambda n: b"\x02" not in n), st.lists(st.integers(0, 400)))
@settings(max_examples=300)
def test_noise_outside_stx_and_etx_is_dropped(sent, noise, cuts):
    stream = noise + b"".join(b"\x02" + code + b"\x03" + noise for code in sent)
    assert frames(Framer(stx_etx=True), chunks(stream, cuts)) == [Frame(code) for code in sent]


@given(st.integers(0, 40), st.lists(st.integers(0, 200)))
def test_an_overlong_code_is_reported_once_and_the_next_is_whole(excess, cuts):
    framer = Framer(frame_bytes_max=50)
    stream = b"x" * (51 + excess) + b"\r\n6901234567892\r"
    assert frames(framer, chunks(stream, cuts)) == [Frame(b"", complete=False), Frame(b"6901234567892")]


def test_separators_of_gs1_are_data():
    assert Framer().feed(b"]C110B1\x1d17\x1c\x1e\x04\r") == [Frame(b"]C110B1\x1d17\x1c\x1e\x04")]


def test_silence_ends_a_code_only_for_a_scanner_without_a_suffix():
    with_suffix, without = Framer(), Framer(has_suffix=False)
    assert with_suffix.feed(b"690") == without.feed(b"690") == []
    assert with_suffix.flush() == []
    assert without.flush() == [Frame(b"690")]
    assert without.flush() == []
    assert with_suffix.feed(b"123\r") == [Frame(b"690123")]


def test_what_was_broken_off_is_forgotten_on_demand():
    framer = Framer()
    framer.feed(b"690")
    assert framer.discard()
    assert not framer.discard()
    assert framer.feed(b"123\r") == [Frame(b"123")]

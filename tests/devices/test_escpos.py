from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import PIL.Image
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import escpos
from devices.escpos import _qr_matrix, encode, pulse, qr_modules, realtime_pulse
from devices.images import read_image
from devices.profiles import GENERIC_58, GENERIC_80, PROFILES, Knife, QrMethod
from devices.receipt import Align, Barcode, Cell, Columns, Cut, DrawerKick, Feed, Image, QrCode, Receipt, Rule, Text
from devices.simulators.interpreter import render
from tests.devices.samples import QR_DATA, sale_receipt

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(("name", "profile"), [("sale_58mm", GENERIC_58), ("sale_80mm", GENERIC_80)])
def test_a_chinese_receipt_is_the_same_bytes_and_the_same_paper_as_ever(name, profile):
    job = encode(sale_receipt(), profile)
    (printed,) = render(job.data, profile.width_dots)
    assert job.data == (GOLDEN / f"{name}.bin").read_bytes()
    assert printed.text == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert job.replaced == 0
    assert printed.unknown == ()
    assert not any(line.wrapped for line in printed.lines)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_symbols_on_the_paper_can_be_read(name):
    profile = PROFILES[name]
    (printed,) = render(encode(sale_receipt(), profile).data, profile.width_dots)
    read = {(symbol.symbology.name, symbol.text) for symbol in zxingcpp.read_barcodes(printed.image)}
    assert read == {("QRCode", QR_DATA), ("Code128", "T01000123K7QX")}


@pytest.mark.parametrize("profile", [GENERIC_58, replace(GENERIC_58, qr=QrMethod.NATIVE)])
@pytest.mark.parametrize("length", [1, 150, 400, 700])
def test_a_qr_code_shrinks_until_it_fits_the_paper(profile, length):
    data = ("掌柜" + "x9Z-" * 200)[: length - 4] if length > 4 else "x"
    (printed,) = render(encode(Receipt((QrCode(data, 16),)), profile).data, profile.width_dots)
    assert [symbol.text for symbol in zxingcpp.read_barcodes(printed.image)] == [data]


def test_an_ean13_can_be_read():
    (printed,) = render(encode(Receipt((Barcode("6923456000018", "ean13"), Cut())), GENERIC_80).data)
    assert [symbol.text for symbol in zxingcpp.read_barcodes(printed.image)] == ["6923456000018"]


hostile = st.lists(
    st.sampled_from(["\x1bp\x00\x19\xfa", "\x10\x14\x01\x00\x05", "\x1b@", "\x1dV\x00", "\x1c.", "\n", "\x9b", "茶"])
    | st.text(st.characters(exclude_categories=()), max_size=5)
).map("".join)


@given(hostile, hostile)
@settings(max_examples=150)
def test_hostile_names_open_no_drawer_and_command_nothing(name, amount):
    data = encode(
        Receipt((Text(name, bold=True), Columns((Cell(name), Cell(amount, 8))), Rule(name), Cut())), GENERIC_80
    ).data
    commands_left_out = re.sub(rb"\x1b@|\x1c[&.]|\x1bE[\x00\x01]|\x1dV\x42\x00|\n", b"", data)
    assert not re.search(rb"[\x00-\x1f\x7f]", commands_left_out)
    printed = render(data)
    assert [(paper.kicks, paper.cuts, paper.unknown) for paper in printed] == [(0, 1, ())]


@pytest.mark.parametrize("data", ["a\x10\x14\x01\x00\x05", "\x1bp", "", "x" * 701, "x\n"])
def test_symbols_refuse_control_characters_and_what_no_paper_holds(data):
    with pytest.raises(ValueError, match="symbol holds"):
        QrCode(data)
    with pytest.raises(ValueError, match="symbol holds"):
        Barcode(data)


@given(
    st.binary(min_size=120, max_size=120),
    st.integers(0, 110),
    st.sampled_from([b"\x10\x14\x01\x00\x05", b"\x10\x04\x01"]),
)
def test_pictures_hold_no_real_time_command(rows, at, command):
    rows = rows[:at] + command + rows[at + len(command) :]
    data = encode(Receipt((Image(80, rows[:120]),)), GENERIC_80).data
    assert not re.search(rb"\x10[\x04\x05\x14]", data)
    assert [paper.kicks for paper in render(data)] in ([0], [])


def test_the_drawer_is_kicked_only_when_asked():
    (printed,) = render(encode(Receipt((Text("x"), DrawerKick(), Cut())), GENERIC_80).data)
    assert printed.kicks == 1
    assert pulse(2) == b"\x1bp\x00\x19\xfa"
    assert pulse(5) == b"\x1bp\x01\x19\xfa"
    assert realtime_pulse(2) == b"\x10\x14\x01\x00\x01"
    assert realtime_pulse(5) == b"\x10\x14\x01\x01\x01"


def test_profiles_change_only_what_they_name():
    receipt = Receipt((Text("茶", double_width=True), Cut()))
    assert encode(receipt, GENERIC_80).data == (
        b"\x1b@\x1c&\x1d!\x10\x1c!\x04" + "茶".encode("gbk") + b"\n\x1d!\x00\x1c!\x00\x1dV\x42\x00\x1c."
    )
    plain = replace(GENERIC_80, kanji_switch=False, kanji_size=False, knife=Knife.FULL)
    assert encode(receipt, plain).data == b"\x1b@\x1d!\x10" + "茶".encode("gbk") + b"\n\x1d!\x00\x1dV\x41\x00"
    assert encode(receipt, replace(plain, knife=Knife.NONE)).data.endswith(b"\x1bd\x04")


def test_without_the_kanji_switch_a_japanese_model_prints_no_han():
    data = encode(Receipt((Text("茶"),)), replace(GENERIC_80, kanji_switch=False)).data
    (printed,) = render(data, kanji=False)
    assert "茶" not in printed.text
    (printed,) = render(encode(Receipt((Text("茶"),)), GENERIC_80).data, kanji=False)
    assert printed.text_lines == ("茶",)


def test_a_logo_is_read_and_fitted_to_the_paper(tmp_path):
    logo = PIL.Image.new("RGBA", (800, 200), (0, 0, 0, 0))
    logo.paste((0, 0, 0, 255), (0, 0, 400, 200))
    logo.save(tmp_path / "logo.png")
    picture = read_image(tmp_path / "logo.png", 384)
    assert (picture.width_dots, picture.height_dots) == (384, 96)
    (printed,) = render(encode(Receipt((picture,)), GENERIC_58).data, 384)
    assert printed.image.getpixel((24 + 10, 24 + 48)) == 0
    assert printed.image.getpixel((24 + 300, 24 + 48)) == 255
    with pytest.raises(ValueError, match="does not fit"):
        encode(Receipt((Image(400, bytes(50)),)), GENERIC_58)


@given(
    st.lists(st.builds(Feed, st.integers(1, 30)) | st.builds(QrCode, st.text("az09/.", min_size=1), st.integers(2, 16)))
)
@settings(max_examples=25, deadline=None)
def test_lengths_and_counts_never_look_like_real_time_commands(items):
    for profile in (GENERIC_58, GENERIC_80):
        data = encode(Receipt((*items, Text("x", Align.CENTER))), profile).data
        assert not any(prefix in data for prefix in escpos._REALTIME)


def test_the_width_of_a_symbol_is_known_without_drawing_it() -> None:
    for size in (1, 14, 15, 62, 63, 180, 181, 331, 504, 505, 666, 700):
        assert qr_modules(size) == len(_qr_matrix("z" * size)), size

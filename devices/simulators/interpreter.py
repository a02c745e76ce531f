"""ESC/POS bytes → paper. Written from the printers' command tables, not from our encoder: it is the encoder's judge.

A printer has no idea of a receipt: it obeys bytes one after another, breaks lines at its own width and acts on
what looks like a command. So does this one; what it does not know it notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from devices.simulators.condition import Condition
from devices.simulators.glyphs import NARROW_DOTS, WIDE_DOTS
from devices.simulators.paper import Paper, RenderedLine, RenderedReceipt, Symbol
from devices.simulators.symbols import bar_picture, qr_picture, raster_picture

ESC, FS, GS, DLE, LF, CR = 0x1B, 0x1C, 0x1D, 0x10, 0x0A, 0x0D
# DLE EOT n (status) and DLE DC4 1 m t (drawer), wherever they stand, inside a picture too.
_REALTIME = re.compile(rb"\x10\x04([\x01-\x04])|\x10\x14\x01[\x00\x01][\x01-\x08]", re.DOTALL)
_BAR_KINDS = {67: "ean13", 73: "code128"}


@dataclass(frozen=True, slots=True)
class Style:
    """How the next glyphs are printed."""

    align: int = 0
    bold: bool = False
    double_width: bool = False
    double_height: bool = False


@dataclass(frozen=True, slots=True)
class BarSetup:
    height_dots: int = 162
    module_dots: int = 3
    text_position: int = 0


class Incomplete(Exception):
    """The command is not yet whole; more bytes are needed."""


class Interpreter:
    """A printer's mind. `feed` takes bytes as they come; `receipts` are the pieces cut off so far.

    `answers` are bytes the printer owes for questions; `kicks` counts drawer pulses. While `condition` says
    stopped, only real-time commands are obeyed and all else is kept until `work` is called again.
    """

    def __init__(
        self,
        width_dots: int = 576,
        encoding: str = "gb18030",
        *,
        kanji: bool = True,
        condition: Condition | None = None,
    ) -> None:
        self._width_dots = width_dots
        self._encoding = encoding
        self._kanji_at_start = kanji
        self._buffer = self._tail = b""
        self.condition = condition or Condition()
        self.receipts: list[RenderedReceipt] = []
        self.answers = bytearray()
        self.kicks = 0
        self.unknown: list[bytes] = []
        self._paper = Paper(width_dots)
        self._kicks_before = self._unknown_before = 0
        self._initialise()

    def feed(self, data: bytes) -> None:
        """Receive `data`: real-time commands act at once, the rest in its turn."""
        self._receive(data)
        self._buffer += data
        self.work()

    def work(self) -> None:
        """Obey what is waiting; an unfinished command waits for its rest."""
        index = 0
        while index < len(self._buffer) and not self.condition.stopped:
            try:
                index = self._step(index)
            except Incomplete:
                break
        self._buffer = self._buffer[index:]

    def lose_buffer(self) -> None:
        """Forget all that was not yet obeyed: the power was off."""
        self._buffer = self._tail = b""
        self._initialise()

    def _receive(self, data: bytes) -> None:
        window, end = self._tail + data, 0
        for found in _REALTIME.finditer(window):
            end = found.end()
            if found.group(1):
                self.answers += self.condition.answer(found.group(1)[0])
            else:
                self._kick()
        self._tail = window[max(end, len(window) - 4) :]

    def _kick(self) -> None:
        self.kicks += 1
        self.condition.drawer_open = True

    def tear_off(self, *, even_blank: bool = False) -> RenderedReceipt | None:
        """What was printed since the last cut, as paper torn by hand; None when that is nothing.

        Drawer pulses and unknown commands without paper are counted with the next piece, or with a blank one.
        """
        self._end_line()
        happened = self.kicks > self._kicks_before or len(self.unknown) > self._unknown_before
        if self._paper.blank and not (even_blank and happened):
            self._paper = Paper(self._width_dots)
            return None
        return self._finish(cuts=0)

    # ------------------------------------------------------------------------------------------------ state
    def _initialise(self) -> None:
        self._glyphs: list[tuple[str, bool, Style]] = []
        self._used_dots = 0
        self._wrapped = False
        self._style = Style()
        self._kanji = self._kanji_at_start
        self._bars = BarSetup()
        self._qr_data, self._qr_module_dots, self._qr_level = b"", 3, 48

    def _begin_paper(self) -> None:
        self._paper = Paper(self._width_dots)
        self._kicks_before = self.kicks
        self._unknown_before = len(self.unknown)

    def _finish(self, cuts: int) -> RenderedReceipt:
        paper = self._paper
        receipt = RenderedReceipt(
            tuple(paper.lines),
            tuple(paper.symbols),
            paper.image(),
            self.kicks - self._kicks_before,
            cuts,
            tuple(self.unknown[self._unknown_before :]),
        )
        self.receipts.append(receipt)
        self._begin_paper()
        return receipt

    # ------------------------------------------------------------------------------------------------- bytes
    def _take(self, index: int, length: int) -> bytes:
        if index + length > len(self._buffer):
            raise Incomplete
        return self._buffer[index : index + length]

    def _step(self, index: int) -> int:
        byte = self._buffer[index]
        if byte == LF:
            self._end_line(force=True)
        elif byte == ESC:
            return self._escape(index)
        elif byte == GS:
            return self._group(index)
        elif byte == FS:
            return self._kanji_command(index)
        elif byte == DLE:
            return self._realtime(index)
        elif byte >= 0x20 and byte != 0x7F:
            return self._character(index)
        elif byte != CR:
            self.unknown.append(bytes((byte,)))
        return index + 1

    def _character(self, index: int) -> int:
        if self._buffer[index] < 0x81 or not self._kanji:
            text = chr(self._buffer[index]) if self._buffer[index] < 0x7F else "\u2592"
            self._print(text, wide=False)
            return index + 1
        length = 4 if 0x30 <= self._take(index, 2)[1] <= 0x39 else 2
        raw = self._take(index, length)
        self._print(raw.decode(self._encoding, errors="replace")[0], wide=True)
        return index + length

    def _print(self, character: str, *, wide: bool) -> None:
        dots = (WIDE_DOTS if wide else NARROW_DOTS) * (2 if self._style.double_width else 1)
        if self._used_dots + dots > self._width_dots:
            self._end_line(force=True)
            self._wrapped = True
        self._glyphs.append((character, wide, self._style))
        self._used_dots += dots

    def _end_line(self, *, force: bool = False) -> None:
        if not self._glyphs and not force:
            return
        style = self._glyphs[0][2] if self._glyphs else self._style
        line = RenderedLine(
            "".join(character for character, _, _ in self._glyphs),
            self._used_dots // NARROW_DOTS,
            self._wrapped,
            style.bold,
            style.double_width,
            style.double_height,
        )
        indent_dots = (self._width_dots - self._used_dots) * self._style.align // 2
        self._paper.text_line(line, [(c, wide) for c, wide, _ in self._glyphs], indent_dots)
        self._glyphs, self._used_dots, self._wrapped = [], 0, False

    # ---------------------------------------------------------------------------------------------- commands
    def _escape(self, index: int) -> int:
        command = self._take(index + 1, 1)
        if command == b"@":
            self._end_line()
            self._initialise()
            return index + 2
        if command == b"p":
            self._take(index + 2, 3)
            self._kick()
            return index + 5
        if command in (b"a", b"E", b"d"):
            value = self._take(index + 2, 1)[0]
            if command == b"a":
                self._style = replace(self._style, align=value % 48)
            elif command == b"E":
                self._style = replace(self._style, bold=bool(value & 1))
            else:
                self._end_line()
                self._paper.feed(value)
            return index + 3
        return self._not_known(index, 2)

    def _group(self, index: int) -> int:
        command = self._take(index + 1, 1)
        if command == b"!":
            size = self._take(index + 2, 1)[0]
            self._style = replace(self._style, double_width=bool(size & 0xF0), double_height=bool(size & 0x0F))
            return index + 3
        if command == b"V":
            return self._cut(index)
        if command == b"r":
            self._take(index + 2, 1)
            self.answers += self.condition.fence_answer()
            return index + 3
        if command in (b"h", b"w", b"H"):
            value = self._take(index + 2, 1)[0]
            name = {b"h": "height_dots", b"w": "module_dots", b"H": "text_position"}[command]
            self._bars = replace(self._bars, **{name: value})
            return index + 3
        if command == b"k":
            return self._bar_symbol(index)
        if command == b"v":
            return self._raster(index)
        if command == b"(":
            return self._extended(index)
        return self._not_known(index, 2)

    def _kanji_command(self, index: int) -> int:
        command = self._take(index + 1, 1)
        if command in b"&.":
            self._kanji = command == b"&"
            return index + 2
        if command == b"!":
            size = self._take(index + 2, 1)[0]
            self._style = replace(self._style, double_width=bool(size & 4), double_height=bool(size & 8))
            return index + 3
        return self._not_known(index, 2)

    def _realtime(self, index: int) -> int:
        """Real-time commands are acted on at reception; here their bytes are passed over."""
        command = self._take(index + 1, 1)
        if command == b"\x04":
            self._take(index + 2, 1)
            return index + 3
        if command == b"\x14":
            self._take(index + 2, 3)
            return index + 5
        return self._not_known(index, 2)

    def _not_known(self, index: int, length: int) -> int:
        self.unknown.append(self._buffer[index : index + length])
        return index + length

    def _cut(self, index: int) -> int:
        mode = self._take(index + 2, 1)[0]
        length = 4 if mode in (65, 66) else 3
        self._take(index, length)
        self._end_line()
        self._paper.feed(1)
        self._finish(cuts=1)
        return index + length

    def _bar_symbol(self, index: int) -> int:
        kind, length = self._take(index + 2, 2)
        if kind not in _BAR_KINDS:
            return self._not_known(index, 3)
        data = self._take(index + 4, length).decode("ascii", errors="replace")
        if kind == 73:
            data = data.removeprefix("{B").replace("{{", "{")
        try:
            picture = bar_picture(_BAR_KINDS[kind], data, self._bars.module_dots, self._bars.height_dots)
        except ValueError:
            self.unknown.append(self._buffer[index : index + 4 + length])
            return index + 4 + length
        self._place(picture)
        self._paper.symbols.append(Symbol(_BAR_KINDS[kind], data))
        if self._bars.text_position & 2:
            for character in data:
                self._print(character, wide=False)
            self._end_line()
        return index + 4 + length

    def _raster(self, index: int) -> int:
        header = self._take(index + 2, 6)
        width_bytes = int.from_bytes(header[2:4], "little")
        length = width_bytes * int.from_bytes(header[4:6], "little")
        if header[:1] != b"0" or not length:
            return self._not_known(index, 8)
        self._place(raster_picture(width_bytes, self._take(index + 8, length)))
        return index + 8 + length

    def _extended(self, index: int) -> int:
        head = self._take(index + 2, 3)
        length = int.from_bytes(head[1:3], "little")
        body = self._take(index + 5, length)
        if head[:1] != b"k" or body[:1] != b"1":
            return self._not_known(index, 5 + length)
        if not self._qr_function(body[1:2], body[2:]):
            return self._not_known(index, 5 + length)
        return index + 5 + length

    def _qr_function(self, function: bytes, parameters: bytes) -> bool:
        """Obey one of the QR commands; False when it or its parameters are wrong."""
        if function == b"P":
            self._qr_data = parameters[1:]
            return bool(self._qr_data)
        if function == b"Q":
            try:
                self._place(qr_picture(self._qr_data, self._qr_module_dots, self._qr_level))
            except ValueError:
                return False
            self._paper.symbols.append(Symbol("qr", self._qr_data.decode("utf-8", errors="replace")))
            return True
        value = parameters[0] if parameters else 0
        if function == b"C" and 1 <= value <= 16:
            self._qr_module_dots = value
        elif function == b"E" and 48 <= value <= 51:
            self._qr_level = value
        else:
            return function == b"A"
        return True

    def _place(self, picture: object) -> None:
        import PIL.Image

        assert isinstance(picture, PIL.Image.Image)
        self._end_line()
        self._paper.picture(picture, (self._width_dots - picture.width) * self._style.align // 2)


def render(
    data: bytes, width_dots: int = 576, encoding: str = "gb18030", *, kanji: bool = True
) -> list[RenderedReceipt]:
    """Every piece of paper the bytes make; a last one with `cuts` 0 for what was not cut off."""
    interpreter = Interpreter(width_dots, encoding, kanji=kanji)
    interpreter.feed(data)
    interpreter.tear_off(even_blank=True)
    return interpreter.receipts

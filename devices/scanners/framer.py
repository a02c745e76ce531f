"""Bytes of a serial scanner → frames. Pure: however the bytes are split, the frames are the same."""

from __future__ import annotations

from dataclasses import dataclass, field

FRAME_BYTES_MAX = 7089  # the most digits a QR code holds
_STX, _ETX = 0x02, 0x03


@dataclass(frozen=True, slots=True)
class Frame:
    """One code as received, without its ending; `complete` False when it was too long and thrown away."""

    data: bytes
    complete: bool = True


@dataclass(slots=True)
class Framer:
    """Splits at CR and LF (CRLF makes no empty frame); with `stx_etx` a frame is what stands between those two.

    GS, FS, RS and EOT are data. `has_suffix` False is for a scanner set up without an ending: then, and only
    then, silence ends a frame (`flush`).
    """

    stx_etx: bool = False
    has_suffix: bool = True
    frame_bytes_max: int = FRAME_BYTES_MAX
    _buffer: bytearray = field(default_factory=bytearray)
    _overlong: bool = False
    _inside: bool = False

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that end in `data`."""
        frames: list[Frame] = []
        for byte in data:
            if self.stx_etx:
                self._take_bracketed(byte, frames)
            elif byte in b"\r\n":
                self._end(frames)
            else:
                self._take(byte)
        return frames

    def flush(self) -> list[Frame]:
        """The frame ended by silence, for a scanner without a suffix; nothing for one that has an ending."""
        frames: list[Frame] = []
        if not self.has_suffix and not self.stx_etx:
            self._end(frames)
        return frames

    def discard(self) -> bool:
        """Forget what has come of a frame; True if there was something."""
        had = bool(self._buffer)
        self._buffer.clear()
        self._overlong = self._inside = False
        return had

    def _take_bracketed(self, byte: int, frames: list[Frame]) -> None:
        if byte == _STX:
            self.discard()
            self._inside = True
        elif byte == _ETX and self._inside:
            self._end(frames)
            self._inside = False
        elif self._inside:
            self._take(byte)

    def _take(self, byte: int) -> None:
        if self._overlong:
            return
        self._buffer.append(byte)
        if len(self._buffer) > self.frame_bytes_max:
            self._overlong = True

    def _end(self, frames: list[Frame]) -> None:
        if self._overlong:
            frames.append(Frame(b"", complete=False))
        elif self._buffer:
            frames.append(Frame(bytes(self._buffer)))
        self._buffer.clear()
        self._overlong = False

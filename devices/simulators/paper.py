"""The paper of the simulated printer: what was printed, as text lines by cell and as a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.simulators.glyphs import HEIGHT_DOTS, NARROW_DOTS, WIDE_DOTS, glyph

if TYPE_CHECKING:
    import PIL.Image

LINE_SPACING_DOTS = 30
MARGIN_DOTS = 24


@dataclass(frozen=True, slots=True)
class RenderedLine:
    """One line of text; `width_cells` counts from the left edge to the last glyph, blanks at the end included.

    `wrapped`: the line before it was too long, so the printer broke it here.
    """

    text: str
    width_cells: int
    wrapped: bool = False
    bold: bool = False
    double_width: bool = False
    double_height: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    kind: str
    data: str


@dataclass(frozen=True, slots=True)
class RenderedReceipt:
    """One piece of paper and what happened while it was printed. `cuts` 0: torn off, or the line broke."""

    lines: tuple[RenderedLine, ...]
    symbols: tuple[Symbol, ...]
    image: PIL.Image.Image
    kicks: int
    cuts: int
    unknown: tuple[bytes, ...]

    @property
    def text_lines(self) -> tuple[str, ...]:
        return tuple(line.text.rstrip(" ") for line in self.lines)

    @property
    def text(self) -> str:
        return "\n".join(self.text_lines) + "\n"


@dataclass(slots=True)
class Paper:
    """Grows as it is printed on; `width_dots` is the printable width."""

    width_dots: int
    lines: list[RenderedLine] = field(default_factory=list)
    symbols: list[Symbol] = field(default_factory=list)
    _strips: list[PIL.Image.Image] = field(default_factory=list)
    _has_pictures: bool = False

    @property
    def blank(self) -> bool:
        return not any(line.text.strip() for line in self.lines) and not self._has_pictures

    def text_line(self, line: RenderedLine, glyphs: list[tuple[str, bool]], indent_dots: int) -> None:
        """Add a line of (character, is wide) glyphs."""
        import PIL.Image
        import PIL.ImageChops

        across, down = (2 if line.double_width else 1), (2 if line.double_height else 1)
        strip = PIL.Image.new("L", (self.width_dots, max(LINE_SPACING_DOTS, HEIGHT_DOTS * down + 6)), 255)
        left = indent_dots
        for character, wide in glyphs:
            cell = glyph(character, wide=wide)
            if (across, down) != (1, 1):
                cell = cell.resize((cell.width * across, cell.height * down))
            if line.bold:
                cell = PIL.ImageChops.darker(cell, PIL.ImageChops.offset(cell, 1, 0))
            strip.paste(cell, (left, 0))
            left += (WIDE_DOTS if wide else NARROW_DOTS) * across
        self._strips.append(strip)
        self.lines.append(line)

    def picture(self, picture: PIL.Image.Image, left_dots: int) -> None:
        """Add a picture; what stands over the edge is not printed."""
        import PIL.Image

        self._has_pictures = True
        strip = PIL.Image.new("L", (self.width_dots, picture.height), 255)
        strip.paste(picture, (left_dots, 0))
        self._strips.append(strip)

    def feed(self, lines: int) -> None:
        import PIL.Image

        self._strips.append(PIL.Image.new("L", (self.width_dots, lines * LINE_SPACING_DOTS), 255))
        self.lines += [RenderedLine("", 0)] * lines

    def image(self) -> PIL.Image.Image:
        """All strips below each other, with the paper's unprinted edge around."""
        import PIL.Image

        height = sum(strip.height for strip in self._strips)
        whole = PIL.Image.new("L", (self.width_dots + 2 * MARGIN_DOTS, height + 2 * MARGIN_DOTS), 255)
        top = MARGIN_DOTS
        for strip in self._strips:
            whole.paste(strip, (MARGIN_DOTS, top))
            top += strip.height
        return whole

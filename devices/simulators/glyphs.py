"""Glyphs of the simulated printer: 12 x 24 dots for one byte, 24 x 24 for a Chinese character."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import PIL.Image
    import PIL.ImageFont

NARROW_DOTS, WIDE_DOTS, HEIGHT_DOTS = 12, 24, 24
_SYSTEM_FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
)
NO_FONT = "no Chinese font found: characters show as boxes (pip install pylopdf-fonts-zh-cn, or fonts-wqy-zenhei)"


def font_path() -> Path | None:
    """The Chinese font to draw with: the packaged Noto Sans SC, else one of the system's, else None."""
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError:
        found = next((path for path in map(Path, _SYSTEM_FONTS) if path.exists()), None)
    else:
        found = sans_path()
    return found


@lru_cache(maxsize=4096)
def glyph(character: str, *, wide: bool) -> PIL.Image.Image:
    """The character in black on white in its cell; a box when there is no font for it."""
    import PIL.Image
    import PIL.ImageDraw

    width = WIDE_DOTS if wide else NARROW_DOTS
    cell = PIL.Image.new("L", (width, HEIGHT_DOTS), 255)
    if character.isspace():
        return cell
    font = _font(22 if wide else 20)
    if font is None:
        PIL.ImageDraw.Draw(cell).rectangle((1, 3, width - 2, HEIGHT_DOTS - 4), outline=0)
        return cell
    canvas = PIL.Image.new("L", (48, 48), 255)
    PIL.ImageDraw.Draw(canvas).text((12, 32), character, font=font, fill=0, anchor="ls")
    advance = max(1, round(font.getlength(character)))
    # The baseline lies 19 dots down the cell for letters and Han characters alike.
    drawn = canvas.crop((12, 13, 12 + advance, 13 + HEIGHT_DOTS))
    if drawn.width > width:
        drawn = drawn.resize((width, HEIGHT_DOTS))
    cell.paste(drawn, ((width - drawn.width) // 2, 0))
    return cell


@lru_cache(maxsize=4)
def _font(size: int) -> PIL.ImageFont.FreeTypeFont | None:
    import PIL.ImageFont

    path = font_path()
    return PIL.ImageFont.truetype(str(path), size) if path else None

"""A logo file → the neutral picture of a receipt."""

from __future__ import annotations

from pathlib import Path

from devices.receipt import IMAGE_HEIGHT_DOTS_MAX, Image


def read_image(path: Path, width_dots_max: int) -> Image:
    """The picture in black and white dots, made smaller when wider than the paper; OSError if it cannot be read."""
    import PIL.Image
    from escpos.image import EscposImage

    with PIL.Image.open(path) as picture:
        scale = min(1.0, width_dots_max / picture.width, IMAGE_HEIGHT_DOTS_MAX / picture.height)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        dots = EscposImage(picture.resize(size) if scale < 1 else picture)
    return Image(dots.width, dots.to_raster_format())

#!/usr/bin/env python3
"""Draws the pictures of the brand: waves that spread from a quiet point.

    .venv/bin/python scripts/brand.py

writes custom_components/halcyon/brand/{icon,logo}.png and their doubles.
"""

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parents[1] / "custom_components" / "halcyon" / "brand"

SIZE = 256
FINE = 8
"""Everything is drawn this many times larger and scaled down, which smooths the edges."""

DEEP, BRIGHT, BREAST = (11, 79, 108), (46, 177, 199), (240, 138, 60)
"""The back, the wing and the breast of a kingfisher."""

CENTRE = (0.515, 0.62)
WAVES = ((0.19, 290.0, DEEP), (0.315, 230.0, (26, 127, 153)), (0.44, 170.0, BRIGHT))
"""Radius as a share of the size, degrees that the wave spans, and colour."""

STROKE = 0.07
DOT = 0.085
START = 165.0
"""Where all waves begin, degrees clockwise from the right: they fan out like a wing."""

WORD = "Halcyon"


def draw_mark(size: int) -> Image.Image:
    """The mark alone, on nothing."""
    large = size * FINE
    image = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    x, y = CENTRE[0] * large, CENTRE[1] * large
    width = STROKE * large
    for share, span, colour in WAVES:
        radius, start, end = share * large, START, START + span
        box = _box(x, y, radius + width / 2)
        draw.arc(box, start, end, fill=colour, width=round(width))
        for angle in (start, end):
            tip_x = x + radius * math.cos(math.radians(angle))
            tip_y = y + radius * math.sin(math.radians(angle))
            draw.ellipse(_box(tip_x, tip_y, width / 2), fill=colour)
    draw.ellipse(_box(x, y, DOT * large), fill=BREAST)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def draw_logo(height: int) -> Image.Image:
    """The mark and the name beside it, trimmed to what is drawn."""
    font = ImageFont.load_default(size=height * 0.5)
    left, top, right, bottom = font.getbbox(WORD)
    gap = height // 12
    image = Image.new("RGBA", (height + gap + math.ceil(right - left), height), (0, 0, 0, 0))
    image.paste(draw_mark(height), (0, 0))
    middle = (height - (bottom - top)) / 2
    ImageDraw.Draw(image).text(
        (height + gap - left, middle - top), WORD, font=font, fill=(26, 127, 153)
    )
    return image.crop(image.getbbox())


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    for suffix, scale in (("", 1), ("@2x", 2)):
        draw_mark(SIZE * scale).save(FOLDER / f"icon{suffix}.png", optimize=True)
        draw_logo(SIZE * scale).save(FOLDER / f"logo{suffix}.png", optimize=True)


def _box(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return x - radius, y - radius, x + radius, y + radius


if __name__ == "__main__":
    main()

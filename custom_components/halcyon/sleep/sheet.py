"""A sheet to draw on, and to get as a PNG; in Pillow, which Home Assistant has.

Pillow's own font is the only one that is there on every machine. It has the letters of ASCII and
few more, so that words lose their accents.
"""

from collections.abc import Sequence
from functools import cache
import io
import unicodedata

from PIL import Image, ImageDraw, ImageFont

_SCALE = 2
"""Drawn larger and shrunk, because Pillow draws lines without soft edges."""

_COLOURS = 128
"""A few colours and their blends: a palette is a third of the size."""

type Point = tuple[float, float]


class Sheet:
    """A sheet of one colour; all measures are pixels of the finished picture."""

    def __init__(self, width: int, height: int, ground: str) -> None:
        self._size = (width, height)
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE), ground)
        self._draw = ImageDraw.Draw(self._image)

    def text(self, at: Point, text: str, size: int, colour: str, anchor: str = "la") -> float:
        """Write a text, by default below and right of a point; how wide it is."""
        words, font = drawable(text), _font(size * _SCALE)
        place = (at[0] * _SCALE, at[1] * _SCALE)
        self._draw.text(place, words, fill=colour, font=font, anchor=anchor)
        return font.getlength(words) / _SCALE

    def stroke(self, points: Sequence[Point], colour: str, width: float) -> None:
        """Draw a line through points."""
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=round(width * _SCALE), joint="curve")

    def box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        """Fill a rectangle."""
        corners = [each * _SCALE for each in (left, top, right, bottom)]
        self._draw.rectangle(corners, fill=colour)

    def triangle(self, x: float, y: float, colour: str) -> None:
        """Draw a small triangle that points up to (x, y)."""
        corners = [(x - 8, y + 13), (x + 8, y + 13), (x, y)]
        self._draw.polygon([(a * _SCALE, b * _SCALE) for a, b in corners], fill=colour)

    def png(self) -> bytes:
        """The finished picture."""
        small = self._image.resize(self._size, Image.Resampling.LANCZOS)
        content = io.BytesIO()
        small.quantize(_COLOURS, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
        return content.getvalue()


def drawable(text: str) -> str:
    """A text in the letters that the font has."""
    plain = unicodedata.normalize("NFKD", text.replace("\u00df", "ss"))
    return "".join(each for each in plain if each.isascii() or each == "\u00b0")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)

"""The light of a sunrise: how bright, and of which colour.

How bright a room looks rises evenly: lightness is that of CIE 1976 (L*, CIE 15:2018), and the
light that it takes follows from it. The colour is that of the sun as it climbs, reddened by the
air in its way; `training/alarm/sun.py` computes the table.
"""

from dataclasses import dataclass
from itertools import pairwise
import math
from typing import Final

from ...core.snapshot import Json, flag_in, optional_number_in

_KELVIN: Final = (
    (1, 1657),
    (2, 1900),
    (3, 2186),
    (4, 2448),
    (5, 2677),
    (7, 3049),
    (10, 3461),
    (15, 3919),
    (20, 4219),
    (30, 4586),
)
"""Colour temperature of the sun by its elevation, degrees."""

_LOWEST, _HIGHEST = 1.0, 30.0
"""From where to where it climbs, degrees; below, the disc is too dim to be a light."""

_CUBIC_FROM: Final = 8.0
_STEEPNESS: Final = 24389 / 27
"""L* above which it follows the cube root, and its slope below: 29³ over 3³, as the CIE has it."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """What a lamp does: brightness 0-1 of the light that it gives, colour in kelvin.

    Either is None where the lamp does not say, or has none to choose.
    """

    on: bool
    brightness: float | None = None
    kelvin: float | None = None

    def to_json(self) -> Json:
        """The lamp for a snapshot."""
        return [self.on, self.brightness, self.kelvin]


def lamp_from(row: Json) -> Lamp:
    """The lamp of a snapshot; raises SnapshotError."""
    return Lamp(flag_in(row, 0), optional_number_in(row, 1), optional_number_in(row, 2))


def glow(progress: float, top: float = 1.0) -> Lamp:
    """The light of a sunrise at 0-1 of its way, to a brightness of `top` (0-1)."""
    share = min(max(progress, 0.0), 1.0)
    brightness = _light(share * _lightness(top))
    return Lamp(brightness > 0, brightness, round(kelvin(_LOWEST + share * (_HIGHEST - _LOWEST))))


def kelvin(elevation: float) -> float:
    """Colour temperature of the sun at an elevation in degrees, from that of the table's ends."""
    if elevation <= _KELVIN[0][0]:
        return _KELVIN[0][1]
    for (low, before), (high, after) in pairwise(_KELVIN):
        if elevation <= high:
            return before + (after - before) * (elevation - low) / (high - low)
    return _KELVIN[-1][1]


def _light(lightness: float) -> float:
    """Relative luminance, 0-1, of L*, 0-100."""
    if lightness > _CUBIC_FROM:
        return float(((lightness + 16) / 116) ** 3)
    return lightness / _STEEPNESS


def _lightness(light: float) -> float:
    """L*, 0-100, of a relative luminance, 0-1."""
    if light > _CUBIC_FROM / _STEEPNESS:
        return float(116 * math.cbrt(light) - 16)
    return light * _STEEPNESS

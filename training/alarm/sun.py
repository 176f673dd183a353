"""The colour of the sun by how high it stands: the table of `engine/decide/alarm/sunrise.py`.

    python -m training.alarm.sun

Sunlight of a black body of 5778 K goes through as much air as Kasten and Young (Appl. Opt. 28,
1989) say, is scattered by the air itself (Rayleigh; optical depth after Hansen and Travis, Space
Sci. Rev. 16, 1974) and by a clear day's haze (Angstrom's law). Its chromaticity is that of the
CIE 1931 observer as Wyman, Sloan and Shirley approximate it (JCGT 2(2), 2013), its correlated
colour temperature McCamy's (Color Res. Appl. 17, 1992).
"""

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.floating]

ELEVATIONS = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 45.0)
"""Degrees above the horizon."""

_SUN_K = 5778.0
_HAZE, _HAZE_POWER = 0.05, 1.3
"""Optical depth at 1 micrometre of a clear day, and how it falls with the wavelength."""

_MICRONS: Floats = np.arange(0.38, 0.7801, 0.005)


def temperature(elevation: float) -> float:
    """Kelvin of the sun at an elevation, degrees."""
    depth = 0.008569 * _MICRONS**-4 * (1 + 0.0113 * _MICRONS**-2 + 0.00013 * _MICRONS**-4)
    depth += _HAZE * _MICRONS**-_HAZE_POWER
    light = _black_body() * np.exp(-depth * air_mass(elevation))
    x, y, z = (float(light @ each) for each in _observer())
    over = (x / (x + y + z) - 0.3320) / (0.1858 - y / (x + y + z))
    return 449 * over**3 + 3525 * over**2 + 6823.3 * over + 5520.33


def air_mass(elevation: float) -> float:
    """How much more air light goes through than from straight above."""
    return float(1 / (np.sin(np.radians(elevation)) + 0.50572 * (elevation + 6.07995) ** -1.6364))


def _black_body() -> Floats:
    metres = _MICRONS * 1e-6
    shape: Floats = (metres / metres[0]) ** -5 / np.expm1(1.4388e-2 / (metres * _SUN_K))
    return shape


def _observer() -> tuple[Floats, Floats, Floats]:
    return (
        1.056 * _lobe(599.8, 0.0264, 0.0323)
        + 0.362 * _lobe(442.0, 0.0624, 0.0374)
        - 0.065 * _lobe(501.1, 0.0490, 0.0382),
        0.821 * _lobe(568.8, 0.0213, 0.0247) + 0.286 * _lobe(530.9, 0.0613, 0.0322),
        1.217 * _lobe(437.0, 0.0845, 0.0278) + 0.681 * _lobe(459.0, 0.0385, 0.0725),
    )


def _lobe(middle: float, below: float, above: float) -> Floats:
    """A bell over the wavelengths that falls otherwise on its two sides; middle in nm."""
    away = 1000 * _MICRONS - middle
    bell: Floats = np.exp(-0.5 * (away * np.where(away < 0, below, above)) ** 2)
    return bell


if __name__ == "__main__":
    for elevation in ELEVATIONS:
        print(f"({elevation:g}, {temperature(elevation):.0f}),")

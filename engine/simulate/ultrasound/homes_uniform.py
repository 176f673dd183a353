"""Rooms and devices drawn evenly from everything plausible.

The spreads are chosen: carriers, microphones that differ by up to 3 dB, drivers that beam more
or less, clocks that are shared or up to 20 ppm apart.
"""

import math

import numpy as np

from .air import Air
from .device import DOUBLE_RATE_HZ, Device, Microphone
from .room import Room
from .scene import Scene

_PPM = 20e-6
_FURNITURE_DB = (-22.0, -6.0)


def uniform_home(
    rng: np.random.Generator, microphones: int, carrier: float | None, noise: float | None
) -> Scene:
    """A quiet room with a device; what is None is drawn."""
    size = (rng.uniform(2.4, 7.5), rng.uniform(2.4, 6.0), rng.uniform(2.3, 3.0))
    walls = rng.uniform(0.5, 0.92, 6)
    walls[4] = rng.uniform(0.25, 0.85)
    pieces = int(rng.integers(3, 13))
    furniture = np.column_stack(
        [
            rng.uniform(0.2, size[0] - 0.2, pieces),
            rng.uniform(0.2, size[1] - 0.2, pieces),
            rng.uniform(0.1, 1.6, pieces),
            rng.uniform(*_FURNITURE_DB, pieces),
        ]
    )
    if carrier is None:
        high = rng.uniform() < 0.25
        carrier = float(rng.uniform(32e3, 40e3) if high else rng.uniform(18.5e3, 22.5e3))
    x, y = rng.uniform(0.2, size[0] - 0.2), rng.uniform(0.12, 0.5)
    if rng.uniform() < 0.3:
        y = rng.uniform(0.5, size[1] - 0.5)
    upward = rng.uniform() < 0.3
    aim = math.atan2(size[1] / 2 - y, size[0] / 2 - x) + rng.uniform(-0.7, 0.7)
    ring = rng.uniform(0.02, 0.05)
    turn = rng.uniform(0, 2 * math.pi)
    angles = turn + 2 * math.pi * np.arange(microphones) / microphones
    lift = rng.uniform(0.02, 0.08)
    device = Device(
        position=(float(x), float(y), rng.uniform(0.4, 1.7)),
        facing=(0.0, 0.0, 1.0) if upward else (math.cos(aim), math.sin(aim), 0.0),
        microphones=tuple(
            Microphone(
                (ring * math.cos(angle), ring * math.sin(angle), lift),
                gain=rng.uniform(-3, 3),
                phase=rng.uniform(0, 2 * math.pi),
            )
            for angle in angles
        ),
        carrier=carrier,
        rate=1000.0 if carrier < DOUBLE_RATE_HZ else 2000.0,
        level=rng.uniform(-32, -8),
        shading=rng.uniform(4, 14),
        noise=rng.uniform(-100, -75) if noise is None else noise,
        aperture=rng.uniform(0.006, 0.02),
        leak=rng.uniform(-20, -6),
        slope=rng.uniform(-4, 0),
        offset_hz=0.0 if rng.uniform() < 0.7 else carrier * rng.uniform(-_PPM, _PPM),
    )
    return Scene(
        room=Room(size, _six(walls), tuple(_four(row) for row in furniture)),
        device=device,
        air=Air(
            rng.uniform(14, 29), rng.uniform(22, 75), rng.uniform(94, 103.5), rng.uniform(-2, 2)
        ),
    )


def _six(walls: np.ndarray) -> tuple[float, float, float, float, float, float]:
    a, b, c, d, e, f = (float(each) for each in walls)
    return a, b, c, d, e, f


def _four(row: np.ndarray) -> tuple[float, float, float, float]:
    x, y, z, strength = (float(each) for each in row)
    return x, y, z, strength

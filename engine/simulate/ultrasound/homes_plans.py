"""Rooms of ordinary dwellings, each with one of a few forms of device standing where it would.

Sizes follow common plans of flats and houses (bedrooms from 9 m2, living rooms from 16 m2);
forms of device follow what is sold: a ball, a column, a bar, a pair of boards with the driver
beside the microphones. Both are chosen; nothing here is drawn the way `homes_uniform` draws.
"""

from dataclasses import dataclass
import math
from typing import Literal

import numpy as np

from .air import Air
from .arrays import Vector
from .device import DOUBLE_RATE_HZ, Device, Microphone
from .room import Room
from .scene import Scene


@dataclass(frozen=True, slots=True)
class _Plan:
    """A room: its size and what its floor, walls and ceiling keep of a reflection."""

    name: str
    size: Vector
    floor: float
    walls: float
    ceiling: float
    pieces: int


PLANS = (
    _Plan("child's bedroom", (2.6, 3.5, 2.5), 0.35, 0.75, 0.85, 7),
    _Plan("bedroom", (3.2, 4.1, 2.5), 0.4, 0.7, 0.85, 6),
    _Plan("large bedroom", (4.3, 4.6, 2.6), 0.35, 0.72, 0.85, 7),
    _Plan("study", (2.9, 3.1, 2.5), 0.7, 0.66, 0.85, 9),
    _Plan("kitchen", (3.4, 3.0, 2.5), 0.85, 0.84, 0.88, 8),
    _Plan("dining kitchen", (5.4, 3.3, 2.6), 0.84, 0.8, 0.88, 10),
    _Plan("living room", (4.6, 4.9, 2.6), 0.55, 0.7, 0.87, 9),
    _Plan("long living room", (7.2, 3.9, 2.5), 0.6, 0.7, 0.87, 11),
    _Plan("high old room", (4.9, 5.4, 3.3), 0.75, 0.82, 0.8, 8),
    _Plan("attic room", (4.0, 5.1, 2.3), 0.45, 0.62, 0.7, 7),
    _Plan("hall", (1.9, 5.8, 2.5), 0.8, 0.8, 0.86, 4),
    _Plan("bathroom", (2.1, 2.8, 2.4), 0.9, 0.9, 0.88, 4),
)


@dataclass(frozen=True, slots=True)
class _Form:
    """A device: its driver, its microphones' places, and how its parts lie to each other."""

    name: str
    faces: Literal["up", "ahead"]
    driver: Vector
    places: tuple[Vector, ...]
    aperture: float
    leak: float
    shading: float


FORMS = (
    _Form(
        "ball",
        "up",
        (0.0, 0.0, -0.02),
        ((0.035, 0.0, 0.04), (-0.035, 0.0, 0.04), (0.0, 0.035, 0.04), (0.0, -0.035, 0.04)),
        0.011,
        -8.0,
        8.0,
    ),
    _Form(
        "column",
        "ahead",
        (0.0, 0.03, -0.06),
        ((0.03, 0.0, 0.07), (-0.03, 0.0, 0.07), (0.0, 0.03, 0.07), (0.0, -0.03, 0.07)),
        0.009,
        -12.0,
        10.0,
    ),
    _Form(
        "bar",
        "ahead",
        (-0.1, 0.02, 0.0),
        ((-0.03, 0.03, 0.02), (0.03, 0.03, 0.02), (0.06, 0.03, 0.02), (0.0, 0.03, 0.02)),
        0.013,
        -14.0,
        11.0,
    ),
    _Form(
        "boards",
        "ahead",
        (0.06, 0.01, 0.0),
        ((-0.0325, 0.0, 0.01), (0.0325, 0.0, 0.01), (-0.0325, 0.0, 0.05), (0.0325, 0.0, 0.05)),
        0.016,
        -10.0,
        7.0,
    ),
)

_CARRIERS = (19_000.0, 20_000.0, 21_000.0, 21_600.0)
"""Hz with whole periods at 48 kHz; above, 33 and 36 kHz at 96 kHz."""


def planned_home(
    rng: np.random.Generator, microphones: int, carrier: float | None, noise: float | None
) -> Scene:
    """One of the PLANS with one of the FORMS; what is None is drawn."""
    return home_of_plan(int(rng.integers(len(PLANS))), rng, microphones, carrier, noise)


def home_of_plan(
    number: int,
    rng: np.random.Generator,
    microphones: int = 2,
    carrier: float | None = None,
    noise: float | None = None,
) -> Scene:
    """A plan by its number, with a device along one of its walls."""
    plan, form = PLANS[number], FORMS[int(rng.integers(len(FORMS)))]
    if carrier is None:
        carrier = _CARRIERS[int(rng.integers(len(_CARRIERS)))]
    width, depth, _ = plan.size
    walls = np.clip(rng.normal(plan.walls, 0.05, 4), 0.3, 0.95)
    along_x = rng.uniform() < width / (width + depth)
    share, gap = float(rng.triangular(0.1, 0.5, 0.9)), float(rng.triangular(0.12, 0.2, 0.4))
    # Facing is the inward normal; left is where the x axis of the form points.
    place, facing = (
        ((share * width, gap), (0.0, 1.0)) if along_x else ((gap, share * depth), (1.0, 0.0))
    )
    heights = (0.45, 0.75, 0.9, 1.2, 1.5)

    def turned(offset: Vector) -> Vector:
        across, ahead, up = offset
        if along_x:
            return (across, ahead, up)
        return (ahead, -across, up)

    device = Device(
        position=(*place, heights[int(rng.integers(len(heights)))]),
        facing=(0.0, 0.0, 1.0) if form.faces == "up" else (*facing, 0.0),
        speaker=turned(form.driver),
        microphones=tuple(
            Microphone(turned(at), float(rng.normal(0, 1)), rng.uniform(0, 2 * math.pi))
            for at in form.places[:microphones]
        ),
        carrier=carrier,
        rate=1000.0 if carrier < DOUBLE_RATE_HZ else 2000.0,
        level=float(rng.normal(-20, 4)),
        shading=float(rng.normal(form.shading, 2)),
        noise=float(rng.triangular(-100, -90, -75)) if noise is None else noise,
        aperture=form.aperture,
        leak=form.leak,
        slope=-float(rng.gamma(2.0, 1.0)),
        offset_hz=0.0 if form.name != "boards" else carrier * float(rng.normal(0, 8e-6)),
    )
    furniture = tuple(
        (
            float(rng.triangular(0.1, 0.3, 1)) * width * 0.9 + 0.05,
            float(rng.triangular(0, 0.8, 1)) * depth * 0.9 + 0.05,
            float(rng.triangular(0.2, 0.6, 1.8)),
            float(rng.normal(-13, 4)),
        )
        for _ in range(plan.pieces)
    )
    west, east, south, north = (float(each) for each in walls)
    return Scene(
        room=Room(plan.size, (west, east, south, north, plan.floor, plan.ceiling), furniture),
        device=device,
        air=Air(float(rng.normal(21, 2)), float(rng.triangular(25, 45, 70)), 100.5),
    )

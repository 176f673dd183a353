"""Rooms that no detector was made with: the test family's, quiet or with something running."""

from dataclasses import dataclass, replace
import math

import numpy as np

from ...simulate.ultrasound import (
    FAMILIES,
    Confounder,
    Playback,
    Scene,
    add_confounder,
    render,
)
from ...simulate.ultrasound.device import Device
from ...simulate.ultrasound.homes_plans import PLANS, home_of_plan
from ...simulate.ultrasound.rates import HALF, to_output
from .scorers import Samples, Signal
from .songs import RATE_HZ, Song, excursion

ROOMS = len(PLANS)
"""Every plan of the test family once; no training scene is drawn from them."""

WALKED_M = 0.914
"""NEMA WD 7: cells of at most 3 by 3 feet."""

NEAREST_M = 0.6
"""Cells whose middle is nearer to the device are left out: nobody stands in it."""

_SILENT = -250.0
"""dBc/Hz: a device without noise of its own, so that one rendering serves every noise floor."""

_ROOM_STREAM, _CONFOUNDER_STREAM = 101, 102


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a room's grid: its `middle` and `size` in metres, and how far the device is."""

    middle: tuple[float, float]
    size: tuple[float, float]
    distance: float


def held_out_home(
    number: int,
    *,
    draw: int = 0,
    microphones: int = 2,
    carrier: float | None = None,
    noise: float | None = None,
) -> Scene:
    """A quiet held-out room by its number; `draw` gives the same plan another device and place."""
    rng = np.random.default_rng((_ROOM_STREAM, number, draw))
    return home_of_plan(number % ROOMS, rng, microphones, carrier, noise)


def room_name(number: int) -> str:
    """What a held-out room is called."""
    return PLANS[number % ROOMS].name


def confounded(
    home: Scene, what: Confounder, seed: int, seconds: float, *, always: bool = True
) -> Scene:
    """The room with something running, the same for the same seed, whoever else is there."""
    rng = np.random.default_rng((_CONFOUNDER_STREAM, list(Confounder).index(what), seed))
    return add_confounder(home, what, rng, FAMILIES["test"], seconds, always=always)


def playing(home: Scene, song: Song, beta: float) -> Scene:
    """The room with a minute of music from the node itself, over and over.

    `beta` is the phase in radians that its peaks give a tone of 20 kHz.
    """
    scaled = beta * home.device.carrier / 20_000.0
    moved = excursion(song, _SONG_FROM_S, _SONG_S)
    return replace(home, playback=Playback(moved, RATE_HZ, beta=scaled))


_SONG_FROM_S, _SONG_S = 20.0, 60.0


def quiet(scene: Scene) -> Scene:
    """The same room and device with nothing and nobody in it."""
    return replace(scene, movers=(), rotors=(), flows=(), bursts=(), playback=None)


def cells(home: Scene) -> list[Cell]:
    """The grid of a room: equal cells of at most WALKED_M a side, row by row."""
    (width, depth, _), device = home.room.size, home.device.position
    across, along = math.ceil(width / WALKED_M), math.ceil(depth / WALKED_M)
    size = (width / across, depth / along)
    found = []
    for row in range(along):
        for column in range(across):
            middle = ((column + 0.5) * size[0], (row + 0.5) * size[1])
            distance = math.hypot(middle[0] - device[0], middle[1] - device[1])
            if distance >= NEAREST_M:
                found.append(Cell(middle, size, distance))
    return found


def clean(scene: Scene, seconds: float, seed: int) -> Samples:
    """What the node would have measured, had it no noise; `Noise` adds it."""
    return render(replace(scene, device=replace(scene.device, noise=_SILENT)), seconds, seed).iq


class Noise:
    """White noise through the filter that a signal passed, as the simulator draws it.

    Drawn once; every signal is given another stretch of it, at a phase of its own.
    """

    def __init__(self, device: Device, seconds: float, rng: np.random.Generator) -> None:
        self._device, self._rng = device, rng
        count = round(seconds * device.rate)
        shape = (len(device.microphones), 2 * count + 4 * HALF, 2)
        white = rng.standard_normal(shape, dtype=np.float32).view(np.complex64)[..., 0]
        unit = math.sqrt(0.5 * 2 * device.rate)
        self._floor = to_output(white * np.float32(unit), 2.0, count).T

    def over(self, iq: Samples, density: float) -> Signal:
        """A clean rendering as measured by a device whose floor is `density` dBc/Hz."""
        device, rng = self._device, self._rng
        start = int(rng.integers(len(self._floor) - len(iq) + 1))
        floor = self._floor[start : start + len(iq)]
        turned = 10 ** ((device.level + density) / 20) * np.exp(2j * math.pi * rng.uniform())
        measured = iq + np.complex64(turned) * floor
        return Signal(measured.astype(np.complex64), device.rate, device.carrier, device.level)


def blended(before: Samples, after: Samples, rate: float, seconds: float) -> Samples:
    """`after`, faded in over `before`, which must be at least as long as the fade."""
    count = round(seconds * rate)
    rise = (0.5 - 0.5 * np.cos(math.pi * np.arange(count) / count)).astype(np.float32)[:, None]
    out = after.copy()
    out[:count] = (1 - rise) * before[:count] + rise * after[:count]
    return out

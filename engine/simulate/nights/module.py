"""What a radar module makes of what it sees: waves of its own rate and grain, rates, verdicts."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ..body import Flags, Floats
from .radar import RADIANS_PER_MM, Scene


class Wave(StrEnum):
    """How the chest's movement is told."""

    PHASE = "phase"
    """Radians within a turn, as floats: MR60BHA2 and LD6002 by their frames."""
    TURNED = "turned"
    """Radians that the node counted the turns of, as int16 in chunks of a second."""
    COARSE = "coarse"
    """Eight bits at five a second, of no unit, with the slow part taken off: R60ABD1, C1001."""
    NONE = "none"
    """Rates only."""


@dataclass(frozen=True, slots=True)
class Module:
    """One make. `period` is the shortest and the longest time between measurements, seconds.

    `warm_up` is how long it sees a breath before it gives rates, `linger` how long presence stays
    after the last target, seconds. `moves` says that it tells how much the body moves, `bed` that
    it gives a verdict on the bed.
    """

    name: str
    wave: Wave
    period: tuple[float, float]
    warm_up: float
    linger: float
    moves: bool = False
    bed: bool = False


MODULES = {
    each.name: each
    for each in (
        Module("mr60bha2", Wave.PHASE, (0.1, 0.125), 60.0, 3.0),
        Module("ld6002", Wave.PHASE, (0.05, 0.2), 40.0, 5.0),
        Module("c1001", Wave.COARSE, (0.2, 0.2), 20.0, 40.0, moves=True, bed=True),
        Module("breath", Wave.TURNED, (0.1, 0.1), 30.0, 3.0),
        Module("rates", Wave.NONE, (1.0, 1.0), 60.0, 30.0, moves=True),
    )
}
"""Rates and grains as in `simulate.mr60bha2` and `simulate.c1001`; the uneven rate of the second is
chosen, wider than any measured, and `breath` is no product."""

_RATE_NOISE, _HEART_NOISE = 0.4, 1.5
_HEART_RANGE = (40.0, 130.0)
"""Beats a minute that modules look for (chosen, about what vendors say)."""
_UNSURE_UNREST = 0.3
"""Spread of a module's rates about the truth, per minute, and the movement through which it keeps
its last ones (chosen)."""
_IMAGINED = 0.1
"""Share of minutes in which a module makes up a rate for what does not breathe (chosen: vendors'
forums tell of rates for fans)."""
COARSE_PER_MM = 12.0
COARSE_ZERO, _COARSE_MOST = 128.0, 255.0
"""The wave of a C1001 in steps a millimetre (chosen), its middle and its largest value."""
_SLOW_S = 15.0
"""What the coarse wave takes off: its mean over so many seconds before."""
_BED_S = 30.0
"""How long it takes to say that somebody left the bed (C1001's manual)."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong: `lost` and `frozen` are stretches (start, end), in seconds."""

    lost: tuple[tuple[float, float], ...] = ()
    frozen: tuple[tuple[float, float], ...] = ()
    stuck_distance: float | None = None
    """From when on the distance does not change any more; known of the MR60BHA2."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What a node tells of a night.

    `t` and `wave` are the samples that leave the node (radians, or the 0-255 of a coarse wave),
    empty of a module that has no wave. By second, NaN where it is not said: `present`, `distance`
    metres, `respiration` and `heart` per minute, `movement` 0-1, `bed` 0 or 1; `living` that the
    radar looks at what breathes. Nothing of a second that is not `heard` arrives.
    """

    module: Module
    t: Floats
    wave: Floats
    present: Flags
    distance: Floats
    others: Floats
    respiration: Floats
    heart: Floats
    movement: Floats
    bed: Floats
    living: Flags
    heard: Flags


def measured_at(module: Module, seconds: float, rng: np.random.Generator) -> Floats:
    """When a module measures in a night of so many seconds."""
    shortest, longest = module.period
    count = int(seconds / shortest) + 2
    if shortest == longest:
        times = shortest * np.arange(count) + rng.uniform(0.0, shortest)
    else:
        times = np.cumsum(rng.uniform(shortest, longest, count))
    return np.asarray(times[times < seconds])


def tell(module: Module, scene: Scene, faults: Faults, rng: np.random.Generator) -> Told:
    """What a node with this module says of what its radar saw."""
    seconds = len(scene.target)
    present = _lingering(scene.present, module.linger)
    breath, heart = _rates(module, scene, present, rng)
    distance = np.where(present, _held(scene.distance), np.nan)
    if faults.stuck_distance is not None and faults.stuck_distance < seconds:
        at = int(faults.stuck_distance)
        known = distance[at:][~np.isnan(distance[at:])]
        if known.size:
            distance[at:] = np.where(np.isnan(distance[at:]), np.nan, known[0])
    living = scene.present & ~np.isnan(scene.breath)
    t, wave = _wave(module, scene)
    whole: Floats = np.arange(seconds, dtype=np.float64) + 0.5
    heard = ~_inside(whole, faults.lost)
    return Told(
        module=module,
        t=t,
        wave=_repeated(t, wave, faults),
        present=present,
        distance=distance,
        others=scene.others,
        respiration=_repeated(whole, breath, faults),
        heart=_repeated(whole, heart, faults),
        movement=np.where(present, np.round(scene.unrest, 2), 0.0)
        if module.moves
        else np.full(seconds, np.nan),
        bed=_lingering(living, _BED_S).astype(np.float64)
        if module.bed
        else np.full(seconds, np.nan),
        living=living,
        heard=heard,
    )


def _lingering(seen: Flags, seconds: float) -> Flags:
    """True up to so many seconds after it was last true."""
    index = np.arange(len(seen))
    last = np.maximum.accumulate(np.where(seen, index, -(10**9)))
    return np.asarray(index - last < max(1.0, seconds))


def _held(values: Floats) -> Floats:
    """The last value that there was."""
    index = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(len(values))))
    return np.asarray(values[index])


def _rates(
    module: Module, scene: Scene, present: Flags, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Rates once they have settled; 0 is no rate, as on the wire, and here NaN."""
    seconds = len(present)
    noise = rng.standard_normal((2, seconds))
    breath, heart = scene.breath + _RATE_NOISE * noise[0], scene.heart + _HEART_NOISE * noise[1]
    steady = scene.present & (scene.unrest < _UNSURE_UNREST)
    possible = steady & (heart >= _HEART_RANGE[0]) & (heart <= _HEART_RANGE[1])
    breath, heart = np.where(steady, breath, np.nan), np.where(possible, heart, np.nan)
    breath, heart = (
        np.where(present, _held(breath), np.nan),
        np.where(present, _held(heart), np.nan),
    )
    living = scene.present & ~np.isnan(scene.breath)
    since = np.arange(seconds) - np.maximum.accumulate(np.where(living, 0, np.arange(seconds)))
    settled = _lingering(since >= module.warm_up, module.linger) & present
    breath, heart = np.where(settled, breath, np.nan), np.where(settled, heart, np.nan)
    minutes = seconds // 60 + 1
    imagined = np.repeat(rng.uniform(size=minutes) < _IMAGINED, 60)[:seconds]
    invented = np.repeat(rng.uniform(8.0, 30.0, minutes * 6), 10)[:seconds]
    lifeless = present & ~living & ~settled & imagined
    return np.round(np.where(lifeless, invented, breath), 1), np.round(heart, 1)


def _wave(module: Module, scene: Scene) -> tuple[Floats, Floats]:
    if module.wave is Wave.NONE:
        return np.empty(0), np.empty(0)
    if module.wave is Wave.PHASE:
        return scene.t, scene.phase.astype(np.float32).astype(np.float64)
    slow = _before(scene.turned, round(_SLOW_S / module.period[0]))
    if module.wave is Wave.TURNED:
        return scene.t, np.clip(scene.turned - slow, -32.0, 32.0)
    coarse = COARSE_ZERO + COARSE_PER_MM / RADIANS_PER_MM * (scene.turned - slow)
    return scene.t, np.clip(np.round(coarse), 0, _COARSE_MOST)


def _before(values: Floats, count: int) -> Floats:
    """The mean of so many values up to each."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(0, ends - count)
    return np.asarray((sums[ends] - sums[begins]) / (ends - begins))


def _inside(t: Floats, stretches: tuple[tuple[float, float], ...]) -> Flags:
    inside = np.zeros(len(t), bool)
    for start, end in stretches:
        inside |= (t >= start) & (t < end)
    return inside


def _repeated(t: Floats, values: Floats, faults: Faults) -> Floats:
    """In a frozen stretch the value before it."""
    for start, end in faults.frozen:
        low, high = np.searchsorted(t, (start, end))
        if 0 < low < high:
            values = values.copy()
            values[low:high] = values[low - 1]
    return values

"""From a sleeper's epochs to what the network that stages sleep is given, as they come.

The contract between whatever senses a sleeper and the network: a vector of `WIDTH` numbers an
epoch. It knows what has been and nothing else, so that what is told of an epoch never changes.

People, rooms and sensors differ in the level of nearly everything that is sensed, so most of it
is told against what it has lately been: exponentially weighted means and deviations over minutes
and over hours, which forget by the clock, know nothing of when the recording began, and are what
they are from the first epoch on. What is not measured is told as such, and otherwise 0.
"""

from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import EPOCH_S
from ...core.snapshot import Json, SnapshotError, item, pack_array, unpack_array
from ..network.layers import Array
from .epoch import SleepEpoch, Swings

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Channel:
    """One thing that is sensed, as it is told: on a scale on which differences mean the same.

    `typical` and `scale` are about the mean and the deviation of people's own nights, so that
    what the network sees is about 1; `floor` is the deviation below which all is alike, because
    sensors round. The level itself is only told where it means the same of all sensors.
    """

    name: str
    typical: float
    scale: float
    floor: float
    has_level: bool = False


CHANNELS = (
    Channel("heart rate, ln", 4.1, 0.08, 0.01),
    Channel("heart rate's step, ln", -4.0, 0.7, 0.2),
    Channel("heart rate's spread, ln", 0.5, 0.5, 0.1),
    Channel("heart rate's rise, ln", 0.04, 0.04, 0.005),
    Channel("heart rate's fall, ln", 0.04, 0.04, 0.005),
    Channel("breathing rate, ln", 2.7, 0.1, 0.01),
    Channel("breathing rate's step, ln", -3.5, 0.7, 0.2),
    Channel("breathing's variability, ln", -2.0, 0.6, 0.1, has_level=True),
    Channel("breathing's regularity", 0.7, 0.2, 0.03, has_level=True),
    Channel("breathing's amplitude, ln", 0.0, 0.4, 0.05),
    Channel("breathing's longest pause, ln", 1.8, 0.3, 0.05, has_level=True),
    Channel("movement's share, root", 0.15, 0.25, 0.03, has_level=True),
    Channel("movement's peak", 0.2, 0.3, 0.03, has_level=True),
    Channel("heart's change from beat to beat, ln", -3.3, 0.45, 0.05, has_level=True),
    Channel("heart's slow swings, ln", 0.8, 1.6, 0.2),
    Channel("heart's swings, ln", 1.0, 1.3, 0.2),
    Channel("heart's fast swings, ln", -0.5, 1.1, 0.2),
    Channel("heart's swings' share", 0.42, 0.18, 0.03, has_level=True),
    Channel("heart's swings' evenness", 0.21, 0.14, 0.03, has_level=True),
)
COUNT = len(CHANNELS)
(
    HEART_RATE,
    HEART_STEP,
    HEART_SPREAD,
    HEART_RISE,
    HEART_FALL,
    BREATH_RATE,
    BREATH_STEP,
    VARIABILITY,
    REGULARITY,
    AMPLITUDE,
    PAUSE,
    SHARE,
    PEAK,
    BEAT_CHANGE,
    SWING_SLOW,
    SWING,
    SWING_FAST,
    SWING_SHARE,
    SWING_EVENNESS,
) = range(COUNT)
"""The places of the channels."""
_TYPICAL, _SCALE, _FLOOR = (
    np.array([getattr(each, name) for each in CHANNELS]) for name in ("typical", "scale", "floor")
)
_LEVELS = np.array([n for n, each in enumerate(CHANNELS) if each.has_level])

_RATES, _STEPS = [HEART_RATE, BREATH_RATE], [HEART_STEP, BREATH_STEP]
_STEADY_STEPS = np.array([0.004, 0.01])
_STEADY_SPREAD = 0.4
_STEADY_BEATS_S = 0.002
_STEADY_SWING = 0.01
_STEADY_VARIABILITY = 0.02
"""Added before logarithms: about what rounding makes of something that does not change."""

HORIZONS_MIN = (2.0, 5.0, 15.0, 60.0, 180.0)
"""The time constants of the means: movements, the minutes in which a stage shows, a bout of a
stage, a cycle of sleep, and what is longer than a cycle."""
_KEEP = np.exp(-EPOCH_S / 60.0 / np.array(HORIZONS_MIN))
_NOW, _SHORT, _BOUT, _CYCLE, _LONG = range(len(HORIZONS_MIN))

_REST_DOWN, _REST_UP = (1.0 - math.exp(-EPOCH_S / 60.0 / minutes) for minutes in (5.0, 180.0))
"""How fast the resting level follows a channel down, and up."""

_DIFFERENCES = 6
_DEVIATIONS = 3
WIDTH = COUNT * (1 + _DIFFERENCES + _DEVIATIONS) + len(_LEVELS)
"""Of each channel whether it was measured, its differences and deviations; then the levels."""

_LARGEST = 6.0
"""No number is larger: what is told of artefacts is enough with that."""


_FARTHEST = 100.0
"""So far from what is typical a channel is followed: sensors have units of their own."""


def sensed(epoch: SleepEpoch) -> Floats:
    """An epoch's channels, shape (COUNT,), NaN where not measured; steps are filled in later."""
    found = np.full(COUNT, math.nan)
    heart, breathing, movement = epoch.heart, epoch.breathing, epoch.movement
    if heart is not None:
        found[HEART_RATE] = _log(heart.rate)
        found[HEART_SPREAD] = _log(heart.spread, _STEADY_SPREAD)
        found[HEART_RISE] = _log(heart.fastest) - found[HEART_RATE]
        found[HEART_FALL] = found[HEART_RATE] - _log(heart.slowest)
        if heart.beats is not None:
            found[BEAT_CHANGE] = _log(heart.beats.rmssd, _STEADY_BEATS_S)
            _swung(found, heart.beats.swings)
    if breathing is not None:
        found[BREATH_RATE] = _log(breathing.rate)
        found[VARIABILITY] = _log(breathing.variability, _STEADY_VARIABILITY)
        found[REGULARITY] = _known(breathing.regularity)
        found[AMPLITUDE] = _log(breathing.amplitude)
        found[PAUSE] = _log(breathing.pause, 1.0)
    if movement is not None:
        found[SHARE] = math.sqrt(max(movement.share, 0.0))
        found[PEAK] = movement.peak
    return found


def _swung(found: Floats, swings: Swings | None) -> None:
    if swings is not None:
        found[SWING_SLOW] = _log(swings.slow, _STEADY_SWING)
        found[SWING] = _log(swings.middle, _STEADY_SWING)
        found[SWING_FAST] = _log(swings.fast, _STEADY_SWING)
        found[SWING_SHARE] = _known(swings.share)
        found[SWING_EVENNESS] = _known(swings.evenness)


def _known(value: float | None) -> float:
    return math.nan if value is None else value


def _log(value: float | None, steady: float = 0.0) -> float:
    return math.nan if value is None or value + steady <= 0.0 else math.log(value + steady)


class Contract:
    """What was sensed of a sleeper, or of many side by side, epoch by epoch, as numbers.

    State has the leading axes of `leading`, which training uses to go through many nights at
    once; a sleeper has none.
    """

    def __init__(self, *leading: int) -> None:
        self._weight = np.zeros((*leading, COUNT, len(HORIZONS_MIN)))
        self._mean = np.zeros_like(self._weight)
        self._square = np.zeros_like(self._weight)
        self._rest = np.full((*leading, COUNT), math.nan)
        self._last = np.full((*leading, 2), math.nan)

    def step(self, epoch: SleepEpoch) -> Array:
        """The numbers of the epoch after those before: shape (WIDTH,), float32, all finite."""
        return self.told(sensed(epoch))

    def told(self, values: Floats) -> Array:
        """The same of channels (…, COUNT) as `sensed` gives them, to (…, WIDTH)."""
        values = values.copy()
        rates = values[..., _RATES]
        values[..., _STEPS] = np.log(np.abs(rates - self._last) + _STEADY_STEPS)
        self._last = rates
        values = (values - _TYPICAL) / _SCALE
        known = np.isfinite(values)
        now = np.where(known, np.clip(values, -_FARTHEST, _FARTHEST), 0.0)
        self._add(now, known)
        seen = self._weight[..., 0] > 0.0
        mean = self._mean
        spread = self._square - mean * mean
        deviation = np.log(np.sqrt(np.maximum(spread, 0.0)) + (_FLOOR / _SCALE)[:, None])
        beside = np.stack((mean[..., _BOUT], mean[..., _CYCLE], self._rest), axis=-1)
        told = np.concatenate(
            (
                known[..., None],
                np.where(known[..., None], now[..., None] - beside, 0.0),
                mean[..., [_NOW, _SHORT, _BOUT]] - mean[..., [_BOUT, _CYCLE, _LONG]],
                deviation[..., [_SHORT, _BOUT]] - deviation[..., [_CYCLE, _LONG]],
                deviation[..., [_BOUT]] + 1.0,
            ),
            axis=-1,
        )
        told = np.where(seen[..., None], told, 0.0).reshape(*values.shape[:-1], -1)
        everything = np.concatenate((told, mean[..., _LEVELS, _SHORT]), axis=-1)
        bounded: Array = np.clip(everything, -_LARGEST, _LARGEST).astype(np.float32)
        return bounded

    def _add(self, now: Floats, known: NDArray[np.bool_]) -> None:
        """Means go on by the clock: what is not measured leaves them, and ages them."""
        kept = self._weight * _KEEP
        self._weight = kept + np.where(known, 1.0, 0.0)[..., None] * (1.0 - _KEEP)
        share = np.divide(
            np.where(known[..., None], 1.0 - _KEEP, 0.0),
            self._weight,
            out=np.zeros_like(kept),
            where=self._weight > 0.0,
        )
        self._mean = self._mean + share * (now[..., None] - self._mean)
        self._square = self._square + share * (now[..., None] ** 2 - self._square)
        rest = np.where(np.isnan(self._rest), now, self._rest)
        pace = np.where(now < rest, _REST_DOWN, _REST_UP)
        self._rest = np.where(known, rest + pace * (now - rest), self._rest)

    def snapshot(self) -> Json:
        """What is remembered of the epochs before."""
        return {
            "weight": pack_array(self._weight),
            "mean": pack_array(self._mean),
            "square": pack_array(self._square),
            "rest": pack_array(self._rest),
            "last": pack_array(self._last),
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is not one."""
        self._weight, self._mean, self._square, self._rest, self._last = (
            _unpacked(item(state, name), now.shape, known=known)
            for name, now, known in (
                ("weight", self._weight, True),
                ("mean", self._mean, True),
                ("square", self._square, True),
                ("rest", self._rest, False),
                ("last", self._last, False),
            )
        )


def _unpacked(state: Json, shape: tuple[int, ...], *, known: bool) -> Floats:
    array = np.asarray(unpack_array(state, "float64", shape), np.float64)
    if np.isinf(array).any() or (known and np.isnan(array).any()):
        raise SnapshotError("snapshot holds an average that is not a number")
    return array

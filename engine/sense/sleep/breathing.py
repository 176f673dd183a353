"""Breathing and body movement of a sleeper, epoch by epoch, from a radar's waveform.

The rate is counted breath by breath (`cycles`), because that follows uneven breathing best; what
half a minute's spectrum shows only sets how far the wave is smoothed, and how much of it is
breathing at all (`periodicity`). Movement (`stirring`) is no breath, and parts the wave.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from ...core.reading import Breath, BreathUnit
from ...core.sleep import EPOCH_S
from ...core.snapshot import Json, SnapshotError, item, number_in, rows_in
from ..percentiles import percentiles
from ..periodicity import BINS_PER_SECOND, likeness, rate_and_quality
from ..waveform import Waveform, is_dead
from .cycles import Cycles, cycles, drift, smoothed
from .epoch import Breathing, Movement
from .stirring import Stirring, Usual, roughness, stirring, usually

SAID_FROM = 0.5
"""Quality from which a rate is said: of nineteen of twenty half minutes of real airflow, of no
white noise and no fan, of 2 to 4 % of noise that drifts, of a quarter of noise in the breath's own
band (`halcyon evaluate respiration`)."""

_EPOCH = int(EPOCH_S * BINS_PER_SECOND)
_WINDOW = 3 * _EPOCH
_KEPT_S = 100.0
"""Seconds that are kept: those of the window, and ten for being asked late."""

_SPECTRUM = 30 * int(BINS_PER_SECOND)
_JUDGED_FROM = 15 * int(BINS_PER_SECOND)
"""Bins of still wave in an epoch below which its breath is not told."""

_STRETCH = 6 * int(BINS_PER_SECOND)
"""Bins of still wave that may hold a whole breath."""

_PERIOD = 4.0
"""Seconds of a breath where the spectrum shows none: an adult's at rest."""

_OPEN = 2.5
"""Usual breaths after which a breath that has not ended counts as time without one: until the wave
has turned twice more, one of two cannot be known to have ended."""

_RATE_FROM = 4
_SPREAD_FROM = 3
"""Lengths of breaths, of both directions, from which there is a rate; and of each, a spread."""

_DEEP = 0.75
"""How far from its slow course, in usual breaths, a wave counts when its spectrum is looked at: a
sigh is no less breath for being deep, but half a minute with one would seem to be nothing else."""

_UNEVEN = 3.0
"""How fast evenness falls with the spread of the lengths' logarithms: to 0.4 where the median
length is off by a third."""

_REMEMBERED = 20
"""Epochs, ten minutes, whose median says what is usual. Only those with breath count, so that who
moves for long does not make it usual; after ten minutes without, the window itself has to do."""

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Past:
    """What an epoch with breath leaves for what is usual: its end, roughness and breaths' depth."""

    end: float
    roughness: float
    depth: float


class Breaths:
    """The last minute and a half of one sleeper's waveform, and what was usual before."""

    def __init__(self) -> None:
        self._wave = Waveform(_KEPT_S)
        self._past: deque[_Past] = deque(maxlen=_REMEMBERED)

    def take(self, reading: Breath) -> None:
        """Take samples in; those without a finite time or of an impossible value are left out."""
        before = self._wave.unit
        self._wave.take(reading)
        if self._wave.unit is not before:
            self._past.clear()

    def epoch(self, end: float) -> tuple[Breathing | None, Movement | None]:
        """Breath and movement in the thirty seconds of measured time before `end` (unix).

        No sample of `end` or later has any part in it. Of a phase the amplitude is in radians (half
        a wavelength of displacement is one turn), of a relative wave in what was usual in the last
        ten minutes. None is what cannot be told: too little wave, a frozen or clipped one, and
        breath where the body moved for more than half of the time.
        """
        last = math.floor(end * BINS_PER_SECOND)
        wave = self._wave.before(last, _WINDOW)
        known = np.isfinite(wave)
        heard = wave[-_EPOCH:][known[-_EPOCH:]]
        if len(heard) < _JUDGED_FROM or is_dead(heard, self._wave.unit):
            return None, None
        rough = roughness(wave)
        usual = self._usual(end, wave[known], rough)
        stirred = stirring(wave, rough, usual)
        breathing, depth = self._breathing(wave, stirred, usual)
        is_new = not self._past or self._past[-1].end < end
        if is_new and depth is not None:
            self._past.append(_Past(end, usually(rough), depth))
        return breathing, _movement(stirred)

    def _usual(self, end: float, heard: Floats, rough: Floats) -> Usual:
        """What is usual: of the epochs before, and as long as there are none, of the window."""
        since = end - _REMEMBERED * EPOCH_S
        before = [each for each in self._past if since <= each.end < end]
        if not before:
            low, high = percentiles(heard, (5, 95))
            return Usual(usually(rough), float(high - low))
        return Usual(
            float(np.median([each.roughness for each in before])),
            float(np.median([each.depth for each in before])),
        )

    def _breathing(
        self, wave: Floats, stirred: Stirring, usual: Usual
    ) -> tuple[Breathing | None, float | None]:
        """The breath of the last epoch of a window, and the depth of its breaths."""
        stretches = list(_stretches(wave, stirred.still))
        share = float(stirred.still[-_EPOCH:].mean())
        judged = _longest(stretches)
        if judged is None or share * _EPOCH < _JUDGED_FROM:
            return None, None
        seen, clear = rate_and_quality(_tamed(judged, usual.depth))
        period = 60.0 / seen if seen is not None else _PERIOD
        found = cycles(stretches, period)
        told = _Told(found)
        quality = math.sqrt(clear * told.evenness) * share
        if quality < SAID_FROM or told.rate is None:
            return Breathing(None, quality, pause=None), None
        depth = told.depth
        relative = self._wave.unit is BreathUnit.RELATIVE and usual.depth > 0.0
        again = likeness(_level(smoothed(judged, period)), 60.0 / told.rate * BINS_PER_SECOND)
        breathing = Breathing(
            rate=told.rate,
            quality=quality,
            variability=told.variability,
            amplitude=depth / usual.depth if depth is not None and relative else depth,
            regularity=max(0.0, again),
            pause=told.pause,
        )
        return breathing, depth

    def snapshot(self) -> Json:
        """The state as JSON."""
        past: list[Json] = [[each.end, each.roughness, each.depth] for each in self._past]
        return {"wave": self._wave.snapshot(), "past": past}

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        rows = rows_in(state, "past")
        if len(rows) > _REMEMBERED:
            raise SnapshotError("snapshot remembers more epochs than there can be")
        past = [_Past(*(number_in(row, index) for index in range(3))) for row in rows]
        self._wave.restore(item(state, "wave"))
        self._past = deque(past, maxlen=_REMEMBERED)


class _Told:
    """What the breaths of a window say of its last epoch. Times are bins of the window."""

    def __init__(self, found: Sequence[Cycles]) -> None:
        since = float(_WINDOW - _EPOCH)
        every = [np.array(marks) for each in found for marks in (each.rises, each.falls)]
        lengths = [np.diff(marks) for marks in every]
        all_lengths = np.concatenate(lengths) if lengths else np.zeros(0)
        usual = float(np.median(all_lengths)) if len(all_lengths) else math.inf
        self._lengths = [
            length[marks[1:] > since] for marks, length in zip(every, lengths, strict=True)
        ]
        own = np.concatenate(self._lengths) if self._lengths else np.zeros(0)
        waits = [
            each.end - marks[-1]
            for each in found
            if each.end > since
            for marks in (each.rises, each.falls)
            if marks and each.end - marks[-1] > _OPEN * usual
        ]
        time = float(own.sum()) + sum(waits)
        self.rate = 60.0 * BINS_PER_SECOND * len(own) / time if len(own) >= _RATE_FROM else None
        longest = max([*own.tolist(), *waits], default=math.nan)
        self.pause = max(0.0, longest - usual) / BINS_PER_SECOND if len(own) else None
        spread = np.abs(np.log(own / np.median(own))) if len(own) else np.full(1, math.inf)
        self.evenness = math.exp(-_UNEVEN * float(np.median(spread)))
        depths = [
            depth
            for each in found
            for depth, at in zip(each.depths, each.ended, strict=True)
            if at > since
        ]
        self.depth = float(np.median(depths)) if depths else None

    @property
    def variability(self) -> float | None:
        """The spread of the breaths' lengths, from rise to rise and from fall to fall."""
        spreads = [
            float(each.std() / each.mean()) for each in self._lengths if len(each) >= _SPREAD_FROM
        ]
        return sum(spreads) / len(spreads) if spreads else None


def _stretches(wave: Floats, still: NDArray[np.bool_]) -> Iterator[tuple[int, Floats]]:
    """The still stretches of a wave that may hold a breath, each with where it begins."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]]).astype(np.int8)))
    for first, last in edges.reshape(-1, 2).tolist():
        if last - first >= _STRETCH:
            yield first, wave[first:last]


def _longest(stretches: Sequence[tuple[int, Floats]]) -> Floats | None:
    """The end of the longest stretch that reaches into the last epoch, None if it is short."""
    reaching = [wave for first, wave in stretches if first + len(wave) > _WINDOW - _EPOCH]
    longest = max(reaching, key=len, default=None)
    if longest is None or len(longest) < _JUDGED_FROM:
        return None
    return longest[-_SPECTRUM:]


def _tamed(wave: Floats, depth: float) -> Floats:
    """A wave with what is deeper than its breaths cut down to them."""
    course = drift(wave)
    return course + np.clip(wave - course, -_DEEP * depth, _DEEP * depth)


def _level(wave: Floats) -> Floats:
    level: Floats = wave - wave.mean()
    return level


def _movement(stirred: Stirring) -> Movement | None:
    """The movement of the last epoch."""
    levels = stirred.levels[-int(EPOCH_S) :]
    told = levels[np.isfinite(levels)]
    if not len(told):
        return None
    return Movement(float(np.mean(told > 0.0)), float(told.max()))

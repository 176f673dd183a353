"""What the sensors say of one sleeper, second by second, until an epoch of it is asked for."""

from collections.abc import Sequence, Set as AbstractSet
import math
from statistics import fmean, median, pstdev

from ...core.reading import Breath, Vitals
from ...core.sleep import EPOCH_S
from ...core.snapshot import Json, item, number_in, optional_number_in, rows_in
from .breathing import Breaths
from .epoch import Breathing, Heart, Movement, SleepEpoch

RESPIRATION_RANGE = (4.0, 60.0)
HEART_RANGE = (30.0, 220.0)
"""Rates per minute that a living body has; modules report 0 for nobody and spikes for motion."""

MOVES_FROM = 0.1
"""Level (0-1) of a radar's body movement that is movement; breathing gives some 0.02."""

FROZEN_AFTER = 900.0
"""Seconds after which rates that never changed are those of a module that hangs. Modules report
whole numbers, of which a deep sleeper's breathing may show the same for minutes, but not the
heart's as well, and neither for a quarter of an hour."""

_FROZEN_REPORTS = 30
"""Repetitions that it takes besides: a module that speaks on change only has said nothing new."""

_KEPT = 64
"""Seconds that are kept where nobody asks for epochs: one epoch, and what comes late."""

_OTHERS_AT_MOST = 1 / 3
"""The part of an epoch that may be somebody else's without the wave counting as theirs."""

_FEWEST_BEATS = 3
"""Values that a spread can be told of."""


class _Seconds:
    """One value for each second in which there was any: the last, or the largest."""

    def __init__(self, *, largest: bool = False) -> None:
        self._values: dict[int, float] = {}
        self._largest = largest

    def put(self, at: float, value: float) -> None:
        second = math.floor(at)
        known = self._values.get(second)
        if known is not None and self._largest:
            value = max(value, known)
        self._values[second] = value
        if len(self._values) > _KEPT:
            self.drop(max(self._values) + 1 - _KEPT)

    def take(self, start: float, end: float, without: AbstractSet[int]) -> list[float]:
        """The values from start to end, in their order; what is before the end is dropped."""
        values = [
            value
            for second, value in sorted(self._values.items())
            if start <= second < end and second not in without
        ]
        self.drop(end)
        return values

    def drop(self, before: float) -> None:
        self._values = {s: value for s, value in self._values.items() if s >= before}

    def snapshot(self) -> Json:
        return [[second, value] for second, value in self._values.items()]

    def restore(self, rows: Sequence[Json]) -> None:
        self._values = {int(number_in(row, 0)): number_in(row, 1) for row in rows}


class Monitor:
    """Collects what is measured of one sleeper. All times are of measurement, unix seconds."""

    def __init__(self) -> None:
        self._breaths = Breaths()
        self._rates = _Seconds()
        self._hearts = _Seconds()
        self._moves = _Seconds(largest=True)
        self._distances = _Seconds()
        self._closed = self._wave_until = -math.inf
        self._same: tuple[float | None, float | None] | None = None
        self._same_since = self._same_until = 0.0
        self._same_count = 0

    def breath(self, reading: Breath) -> None:
        """A piece of a waveform."""
        self._breaths.take(reading)
        if reading.times and math.isfinite(reading.times[-1]):
            self._wave_until = reading.times[-1]

    def vitals(self, reading: Vitals, at: float) -> None:
        """Rates as a module computed them; those that no living body has are left out."""
        rate = _within(reading.respiration, RESPIRATION_RANGE)
        heart = _within(reading.heart, HEART_RANGE)
        if (rate, heart) == self._same:
            self._same_count += 1
        else:
            self._same, self._same_since, self._same_count = (rate, heart), at, 0
        self._same_until = at
        if at < self._closed or self._hangs:
            return
        if rate is not None:
            self._rates.put(at, rate)
        if heart is not None:
            self._hearts.put(at, heart)

    def moved(self, level: float, at: float) -> None:
        """How much the body moved, 0-1."""
        if at >= self._closed:
            self._moves.put(at, level)

    def measured(self, distance: float, at: float) -> None:
        """How far away the sleeper is, metres."""
        if at >= self._closed:
            self._distances.put(at, distance)

    @property
    def is_frozen(self) -> bool:
        """Whether the module says the same over and over, and there is no wave to go by."""
        return self._hangs and not self._same_until - self._wave_until <= EPOCH_S

    @property
    def _hangs(self) -> bool:
        return (
            self._same is not None
            and self._same != (None, None)
            and self._same_count >= _FROZEN_REPORTS
            and self._same_until - self._same_since >= FROZEN_AFTER
        )

    def epoch(self, end: float, others: AbstractSet[int]) -> SleepEpoch:
        """The epoch that ends at `end`; ends rise, and what comes for it later is dropped.

        `others` are the seconds in which somebody else was measured.
        """
        start = end - EPOCH_S
        self._closed = end
        breathing, stirring = self._breaths.epoch(end)
        if len(others) > _OTHERS_AT_MOST * EPOCH_S:
            breathing = stirring = None
        rates, hearts, levels, distances = (
            values.take(start, end, others)
            for values in (self._rates, self._hearts, self._moves, self._distances)
        )
        if breathing is None and rates:
            breathing = Breathing(median(rates))
        return SleepEpoch(
            start,
            breathing,
            _heart(hearts),
            _most(stirring, _movement(levels)),
            median(distances) if distances else None,
        )

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "breaths": self._breaths.snapshot(),
            "rates": self._rates.snapshot(),
            "hearts": self._hearts.snapshot(),
            "moves": self._moves.snapshot(),
            "distances": self._distances.snapshot(),
            "wave_until": self._wave_until if math.isfinite(self._wave_until) else None,
            "closed": self._closed if math.isfinite(self._closed) else None,
            "same": None if self._same is None else list(self._same),
            "same_since": self._same_since,
            "same_until": self._same_until,
            "same_count": self._same_count,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        closed, same = optional_number_in(state, "closed"), item(state, "same")
        wave_until = optional_number_in(state, "wave_until")
        self._closed = -math.inf if closed is None else closed
        self._wave_until = -math.inf if wave_until is None else wave_until
        self._same = None
        if same is not None:
            self._same = optional_number_in(same, 0), optional_number_in(same, 1)
        self._same_since = number_in(state, "same_since")
        self._same_until = number_in(state, "same_until")
        self._same_count = int(number_in(state, "same_count"))
        self._rates.restore(rows_in(state, "rates"))
        self._hearts.restore(rows_in(state, "hearts"))
        self._moves.restore(rows_in(state, "moves"))
        self._distances.restore(rows_in(state, "distances"))
        self._breaths.restore(item(state, "breaths"))


def _movement(levels: Sequence[float]) -> Movement | None:
    """From levels of seconds; those of which nothing was said are as the others are."""
    if not levels:
        return None
    moving = sum(level >= MOVES_FROM for level in levels)
    return Movement(moving / len(levels), max(levels))


def _most(one: Movement | None, other: Movement | None) -> Movement | None:
    if one is None or other is None:
        return one or other
    return Movement(max(one.share, other.share), max(one.peak, other.peak))


def _heart(rates: list[float]) -> Heart | None:
    """Modules average over seconds themselves, so that extremes are no single beats."""
    if not rates:
        return None
    if len(rates) < _FEWEST_BEATS:
        return Heart(fmean(rates))
    return Heart(fmean(rates), pstdev(rates), max(rates), min(rates))


def _within(rate: float | None, bounds: tuple[float, float]) -> float | None:
    return rate if rate is not None and bounds[0] <= rate <= bounds[1] else None

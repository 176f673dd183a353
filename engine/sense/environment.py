"""The air and light of a room: the median of its sensors that can be believed.

A sensor's value counts while it is plausible (physical bounds; no faster than air can change),
alive (not bit-identical for hours while others move) and fresh (not silent for three times its
own usual interval).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
import math
from statistics import median

from ..core.output import Environment
from ..core.reading import Ambient
from ..core.snapshot import (
    Json,
    item,
    members_in,
    number_in,
    optional_number_in,
    rows_in,
    text_in,
)
from .quantities import QUANTITIES, Quantity

CONFIRMATIONS = 3
"""Readings in agreement after which a jump is taken for a change of the world."""

FROZEN_BESIDE_OTHERS = 6 * 3600.0
"""Seconds of one bit-identical value after which it is not believed if others changed."""

FROZEN_ALONE = 24 * 3600.0
"""Seconds of one bit-identical value after which nobody believes it: a day has a course."""

STALE_INTERVALS = 3.0
STALE_AT_LEAST = 600.0
"""A sensor is stale after three of its own usual intervals, and ten minutes at least."""

STALE_AT_FIRST = 3600.0
"""Seconds for which a single reading counts: many battery sensors report once in 50 minutes."""

AFTER_INTERRUPTION = 60.0
"""Seconds for which stored values stand after a restart of the host."""

_MEMORY = 0.9
"""What is left of the longest interval seen after each shorter one."""

SECONDS_PER_MINUTE = 60.0


@dataclass(slots=True)
class _Series:
    """What one sensor says of one quantity."""

    value: float
    seen: float
    changed: float
    interval: float | None = None
    suspect: float | None = None
    agreeing: int = 0
    expires: float = math.inf
    beside: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a sensor does not count: its source, the quantity and a machine-readable reason."""

    source: str
    quantity: str
    reason: str


class RoomEnvironment:
    """All sensors of one room's air and light."""

    def __init__(self) -> None:
        self._series: dict[str, dict[str, _Series]] = {name: {} for name in QUANTITIES}
        self._rejected: dict[tuple[str, str], str] = {}

    def take(self, source: str, reading: Ambient, t: float, *, endless: bool) -> None:
        """Take a reading in.

        `endless` is for sources that speak only when their value changes and whose absence
        somebody else reports; they never become stale by silence.
        """
        for name, quantity in QUANTITIES.items():
            value: float | None = getattr(reading, name)
            if value is not None:
                self._take(source, name, quantity, value, t, endless=endless)

    def _take(
        self, source: str, name: str, quantity: Quantity, value: float, t: float, *, endless: bool
    ) -> None:
        if not quantity.low <= value <= quantity.high:
            self._rejected[source, name] = "out_of_bounds"
            return
        known = self._series[name].get(source)
        if known is None:
            known = self._series[name][source] = _Series(value, t, t)
            known.beside = self._others(name, source)
            for other in self._series[name].values():
                if other is not known:
                    other.beside.setdefault(source, value)
        elif not self._follows(known, quantity, value, t):
            self._rejected[source, name] = "jump"
            return
        else:
            gap = t - known.seen
            known.interval = gap if known.interval is None else max(gap, known.interval * _MEMORY)
            if value != known.value:
                known.changed, known.beside = t, self._others(name, source)
            known.value, known.seen = value, t
        self._rejected.pop((source, name), None)
        known.expires = math.inf if endless else t + _patience(known.interval)

    @staticmethod
    def _follows(known: _Series, quantity: Quantity, value: float, t: float) -> bool:
        """Whether a value can follow the last one, or has been said often enough to be true."""
        if quantity.per_minute is None:
            return True
        allowed = quantity.telling + quantity.per_minute * (t - known.seen) / SECONDS_PER_MINUTE
        if abs(value - known.value) <= allowed:
            known.suspect, known.agreeing = None, 0
            return True
        if known.suspect is not None and abs(value - known.suspect) <= quantity.telling:
            known.agreeing += 1
        else:
            known.agreeing = 1
        known.suspect = value
        if known.agreeing < CONFIRMATIONS:
            return False
        known.suspect, known.agreeing = None, 0
        return True

    def _others(self, name: str, source: str) -> dict[str, float]:
        return {other: s.value for other, s in self._series[name].items() if other != source}

    def lost(self, source: str, t: float) -> None:
        """The source became unavailable: what it said counts a little while longer."""
        for series in self._series.values():
            known = series.get(source)
            if known is not None:
                known.expires = min(known.expires, t + STALE_AT_LEAST)

    def interrupt(self, t: float) -> None:
        """Nobody listened for a while until t: what is known counts for a minute more."""
        for series in self._series.values():
            for known in series.values():
                if known.expires > t or math.isinf(known.expires):
                    known.expires = t + AFTER_INTERRUPTION
                known.interval = None

    def forget(self, source: str) -> None:
        """Forget a source that left the room."""
        for name, series in self._series.items():
            series.pop(source, None)
            self._rejected.pop((source, name), None)

    def state(self, t: float) -> Environment:
        """The fused values at time t, None where no sensor can be believed."""
        fused = [self._fuse(name, t) for name in QUANTITIES]
        return Environment(*fused)

    def _fuse(self, name: str, t: float) -> float | None:
        series = self._series[name]
        values = [
            known.value
            for known in series.values()
            if t < known.expires and not self._is_frozen(name, known, t)
        ]
        return median(values) if values else None

    def _is_frozen(self, name: str, known: _Series, t: float) -> bool:
        if name == "illuminance" and known.value == 0.0:
            return False  # a dark cupboard stays dark
        same = known.seen - known.changed
        if same >= FROZEN_ALONE:
            return True
        if same < FROZEN_BESIDE_OTHERS or not known.beside:
            return False
        telling = QUANTITIES[name].telling
        return any(
            other in self._series[name]
            and abs(self._series[name][other].value - value) >= telling
            and t < self._series[name][other].expires
            for other, value in known.beside.items()
        )

    def next_stale(self, t: float) -> float | None:
        """When the next sensor becomes stale, None where none will."""
        ends = [
            known.expires
            for series in self._series.values()
            for known in series.values()
            if known.expires > t
        ]
        end = min(ends, default=math.inf)
        return end if math.isfinite(end) else None

    def rejections(self, t: float) -> list[Rejection]:
        """Which sensors do not count at time t, and why."""
        rejected = [
            Rejection(source, name, reason) for (source, name), reason in self._rejected.items()
        ]
        for name, series in self._series.items():
            for source, known in series.items():
                if t >= known.expires:
                    rejected.append(Rejection(source, name, "stale"))
                elif self._is_frozen(name, known, t):
                    rejected.append(Rejection(source, name, "frozen"))
        return rejected

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "series": {
                name: {source: _series_to_json(known) for source, known in series.items()}
                for name, series in self._series.items()
            },
            "rejected": [[*key, reason] for key, reason in self._rejected.items()],
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        series = {
            name: {
                source: _series_from_json(row)
                for source, row in members_in(item(state, "series"), name).items()
            }
            for name in QUANTITIES
        }
        rejected = {
            (text_in(row, 0), text_in(row, 1)): text_in(row, 2)
            for row in rows_in(state, "rejected")
        }
        self._series, self._rejected = series, rejected


def worth_telling(told: Environment, now: Environment) -> bool:
    """Whether a value came, went, or moved beyond its deadband."""
    for quantity, each in zip(QUANTITIES.values(), fields(Environment), strict=True):
        before: float | None = getattr(told, each.name)
        after: float | None = getattr(now, each.name)
        if before is None or after is None:
            if before is not after:
                return True
        elif abs(after - before) >= quantity.absolute + quantity.relative * abs(before):
            return True
    return False


def _patience(interval: float | None) -> float:
    if interval is None:
        return STALE_AT_FIRST
    return max(STALE_AT_LEAST, STALE_INTERVALS * interval)


def _series_to_json(known: _Series) -> Json:
    return {
        "value": known.value,
        "seen": known.seen,
        "changed": known.changed,
        "interval": known.interval,
        "suspect": known.suspect,
        "agreeing": known.agreeing,
        "expires": known.expires if math.isfinite(known.expires) else None,
        "beside": dict(known.beside),
    }


def _series_from_json(row: Json) -> _Series:
    expires = optional_number_in(row, "expires")
    beside: Mapping[str, Json] = members_in(row, "beside")
    return _Series(
        value=number_in(row, "value"),
        seen=number_in(row, "seen"),
        changed=number_in(row, "changed"),
        interval=optional_number_in(row, "interval"),
        suspect=optional_number_in(row, "suspect"),
        agreeing=int(number_in(row, "agreeing")),
        expires=math.inf if expires is None else expires,
        beside={other: number_in(dict(beside), other) for other in beside},
    )

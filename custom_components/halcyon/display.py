"""Which of the engine's outputs Home Assistant is shown, and how often.

The engine says what it knows many times a second. A state of Home Assistant is a row in a
database, so a value is shown only when it differs enough and not too often; what was held back
is shown when its time comes. None is shown at once: what is no longer known must not stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import math
from typing import NamedTuple

from .engine.core.output import (
    Environment,
    HeartRate,
    InBed,
    Moved,
    NodeStatus,
    Output,
    Presence,
    Respiration,
)
from .engine.core.reading import MotionLevel
from .engine.core.snapshot import Json

type Value = bool | float | str | None


class Key(NamedTuple):
    """What a value is about: a room, a sleeper or a node, by its id, and which quantity."""

    scope: str
    name: str
    quantity: str


class Change(NamedTuple):
    """A value to show."""

    key: Key
    value: Value


ROOM, SLEEPER, NODE = "room", "sleeper", "node"

_RATES = ("respiration", "heart_rate")


LEAP_SECONDS = 30.0
"""A leap waits so long at most: who switches a lamp on looks whether it is seen."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A number is shown when it differs by `step`, or by `share` of itself, after `seconds`.

    A leap, by `leap` at least and by a `factor`, is shown sooner.
    """

    step: float
    seconds: float
    share: float = 0.0
    leap: float = math.inf
    factor: float = 1.0

    def differs(self, shown: float, value: float) -> bool:
        """Whether the difference is worth showing."""
        return abs(value - shown) >= max(self.step, self.share * abs(shown))

    def wait(self, shown: Value, value: float) -> float:
        """Seconds after the last write at which a value may follow what is shown."""
        if not isinstance(shown, float | int) or abs(value - shown) < self.leap:
            return self.seconds
        return (
            LEAP_SECONDS if max(value, shown) >= self.factor * min(value, shown) else self.seconds
        )


# A home of 16 busy rooms must stay under 20,000 recorder rows a day: five minutes are at most
# 288 rows a day for each quantity, and the steps keep an ordinary day far below that. The steps
# are about twice the repeatability of the usual sensors (SHT4x: 0.1 degC, 1 %; SCD4x: 10 ppm).
# Leaps are what a person does: a lamp, a window, a shower, a party. A day has a few dozen.
# Breathing changes all the time, and twenty sleepers write as much as all the air of the house.
_PACES = {
    "temperature": Pace(0.2, 300.0, leap=1.0),
    "humidity": Pace(2.0, 300.0, leap=10.0),
    "illuminance": Pace(5.0, 300.0, share=0.2, leap=20.0, factor=2.0),
    "co2": Pace(50.0, 300.0, leap=200.0),
    "respiration": Pace(1.0, 600.0),
    "heart_rate": Pace(2.0, 600.0),
    "confidence": Pace(10.0, 60.0),
    "received": Pace(1.0, 300.0),
    "bad": Pace(1.0, 300.0),
    "duplicate": Pace(1.0, 300.0),
    "gap": Pace(1.0, 300.0),
    "skew": Pace(50.0, 300.0),
}


_ENDS = {
    # Somebody who sits moves every minute or two. Shown one by one, these movements would be
    # two thirds of all rows of a home; motion detectors hold for as long for the same reason.
    "motion": 120.0,
}
"""Seconds for which something must have ended before its end is shown; it begins at once."""


class Display:
    """The values as Home Assistant shows them."""

    def __init__(self) -> None:
        self._shown: dict[Key, Value] = {}
        self._written: dict[Key, float] = {}
        self._ended: dict[Key, float] = {}
        self._held: dict[Key, Value] = {}
        self._in_bed: dict[str, bool | None] = {}

    def take(self, output: Output) -> list[Change]:
        """What to show after one output."""
        return [change for change in self._values(output) if self._is_due(*change, output.t)]

    def due(self, t: float) -> list[Change]:
        """Held values whose time has come at t."""
        held = [Change(key, value) for key, value in self._held.items()]
        return [change for change in held if self._is_due(*change, t)]

    def snapshot(self) -> list[Json]:
        """What is shown, for the store."""
        return [[*key, value] for key, value in self._shown.items()]

    def restore(self, rows: Iterable[Change]) -> None:
        """Take up what was shown before a restart."""
        for key, value in rows:
            self._shown[key] = value
            if key.quantity == "in_bed" and not isinstance(value, float | str):
                self._in_bed[key.name] = value

    def forget(self, scope: str, name: str) -> None:
        """Drop all values of a room, sleeper or node that is gone."""
        for values in (self._shown, self._written, self._ended, self._held):
            for key in [each for each in values if each[:2] == (scope, name)]:
                del values[key]

    def _values(self, output: Output) -> Iterable[Change]:
        fact, room = output.fact, output.room or ""
        match fact:
            case Presence():
                confidence = None if fact.confidence is None else 100.0 * fact.confidence
                return (
                    Change(Key(ROOM, room, "occupancy"), fact.occupied),
                    Change(Key(ROOM, room, "confidence"), confidence),
                )
            case Moved():
                moving = None if fact.state is None else fact.state is not MotionLevel.NONE
                return (Change(Key(ROOM, room, "motion"), moving),)
            case Environment():
                return (
                    Change(Key(ROOM, room, "temperature"), fact.temp),
                    Change(Key(ROOM, room, "humidity"), fact.rh),
                    Change(Key(ROOM, room, "illuminance"), fact.lux),
                    Change(Key(ROOM, room, "co2"), fact.co2),
                )
            case InBed():
                return self._bed_values(fact)
            case Respiration():
                return (self._rate(fact.sleeper, "respiration", fact.rate_bpm),)
            case HeartRate():
                return (self._rate(fact.sleeper, "heart_rate", fact.rate_bpm),)
            case NodeStatus():
                return _node_values(fact)
            case _:
                return ()

    def _bed_values(self, fact: InBed) -> list[Change]:
        self._in_bed[fact.sleeper] = fact.in_bed
        changes = [Change(Key(SLEEPER, fact.sleeper, "in_bed"), fact.in_bed)]
        if fact.in_bed is not True:
            changes += [self._rate(fact.sleeper, rate, None) for rate in _RATES]
        return changes

    def _rate(self, sleeper: str, quantity: str, rate: float | None) -> Change:
        """A rate is shown only in bed: elsewhere it belongs to whoever passes by."""
        return Change(Key(SLEEPER, sleeper, quantity), rate if self._in_bed.get(sleeper) else None)

    def _is_due(self, key: Key, value: Value, t: float) -> bool:
        """Whether a value is to be shown at t; if so it counts as shown, else it may be held."""
        shown = self._shown.get(key)
        if shown == value and key in self._shown:
            self._held.pop(key, None)
            self._ended.pop(key, None)
            return False
        rest = _ENDS.get(key.quantity, 0.0) if shown is True and value is False else 0.0
        if rest and t - self._ended.setdefault(key, t) < rest:
            self._held[key] = value
            return False
        self._ended.pop(key, None)
        pace = _PACES.get(key.quantity)
        if pace is not None and value is not None and not isinstance(value, bool | str):
            if isinstance(shown, float | int) and not pace.differs(shown, value):
                self._held.pop(key, None)
                return False
            written = self._written.get(key)
            if written is not None and t - written < pace.wait(shown, value):
                self._held[key] = value
                return False
            self._written[key] = t
        self._held.pop(key, None)
        self._shown[key] = value
        return True


def _node_values(fact: NodeStatus) -> list[Change]:
    values: dict[str, Value] = {
        "availability": str(fact.availability),
        "flooding": fact.flooding,
        "received": fact.rx,
        "bad": fact.bad,
        "duplicate": fact.dup,
        "gap": fact.gap,
        "skew": fact.skew_ms,
    }
    return [Change(Key(NODE, fact.node, quantity), value) for quantity, value in values.items()]

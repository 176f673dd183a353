"""Which of the engine's outputs Home Assistant is shown, and how often.

The engine says what it knows many times a second. A state of Home Assistant is a row in a
database, so a value is shown only when it differs enough and not too often; what was held back
is shown when its time comes. None is shown at once: what is no longer known must not stand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
from .engine.core.reading import Availability, MotionLevel
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


@dataclass(frozen=True, slots=True)
class Pace:
    """A number is shown when it differs by `step`, or by `share` of itself, after `seconds`."""

    step: float
    seconds: float
    share: float = 0.0

    def differs(self, shown: float, value: float) -> bool:
        """Whether the difference is worth showing."""
        return abs(value - shown) >= max(self.step, self.share * abs(shown))


# A home of 16 busy rooms must stay under 20,000 recorder rows a day: five minutes are at most
# 288 rows a day for each quantity, and the steps keep an ordinary day far below that. The steps
# are about twice the repeatability of the usual sensors (SHT4x: 0.1 degC, 1 %; SCD4x: 10 ppm).
_PACES = {
    "temperature": Pace(0.2, 300.0),
    "humidity": Pace(2.0, 300.0),
    "illuminance": Pace(2.0, 300.0, share=0.1),
    "co2": Pace(30.0, 300.0),
    "respiration": Pace(1.0, 120.0),
    "heart_rate": Pace(1.0, 120.0),
    "confidence": Pace(10.0, 60.0),
    "received": Pace(1.0, 300.0),
    "bad": Pace(1.0, 300.0),
    "duplicate": Pace(1.0, 300.0),
    "gap": Pace(1.0, 300.0),
    "skew": Pace(50.0, 300.0),
}


class Display:
    """The values as Home Assistant shows them."""

    def __init__(self) -> None:
        self._shown: dict[Key, Value] = {}
        self._written: dict[Key, float] = {}
        self._held: dict[Key, float] = {}
        self._in_bed: dict[str, bool | None] = {}

    def take(self, output: Output) -> Iterator[Change]:
        """What to show after one output."""
        if isinstance(output.fact, InBed):
            self._in_bed[output.fact.sleeper] = output.fact.in_bed
            if output.fact.in_bed is not True:
                for quantity in ("respiration", "heart_rate"):
                    yield from self._offer(
                        Key(SLEEPER, output.fact.sleeper, quantity), None, output.t
                    )
        for key, value in self._values(output):
            yield from self._offer(key, value, output.t)

    def due(self, t: float) -> Iterator[Change]:
        """Held values whose time has come at t."""
        for key, value in list(self._held.items()):
            if t - self._written[key] >= _PACES[key.quantity].seconds:
                del self._held[key]
                yield from self._offer(key, value, t)

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
        for values in (self._shown, self._written, self._held):
            for key in [each for each in values if each[:2] == (scope, name)]:
                del values[key]

    def _values(self, output: Output) -> Iterator[tuple[Key, Value]]:
        fact, room = output.fact, output.room or ""
        match fact:
            case Presence():
                yield Key(ROOM, room, "occupancy"), fact.occupied
                confidence = None if fact.confidence is None else 100.0 * fact.confidence
                yield Key(ROOM, room, "confidence"), confidence
            case Moved():
                moving = None if fact.state is None else fact.state is not MotionLevel.NONE
                yield Key(ROOM, room, "motion"), moving
            case Environment():
                yield Key(ROOM, room, "temperature"), fact.temp
                yield Key(ROOM, room, "humidity"), fact.rh
                yield Key(ROOM, room, "illuminance"), fact.lux
                yield Key(ROOM, room, "co2"), fact.co2
            case InBed():
                yield Key(SLEEPER, fact.sleeper, "in_bed"), fact.in_bed
            case Respiration():
                yield self._rate(fact.sleeper, "respiration", fact.rate_bpm)
            case HeartRate():
                yield self._rate(fact.sleeper, "heart_rate", fact.rate_bpm)
            case NodeStatus():
                yield from _node_values(fact)

    def _rate(self, sleeper: str, quantity: str, rate: float | None) -> tuple[Key, Value]:
        """A rate is shown only in bed: elsewhere it belongs to whoever passes by."""
        return Key(SLEEPER, sleeper, quantity), rate if self._in_bed.get(sleeper) else None

    def _offer(self, key: Key, value: Value, t: float) -> Iterator[Change]:
        shown = self._shown.get(key)
        pace = _PACES.get(key.quantity)
        if value is None or pace is None or isinstance(value, bool | str):
            self._held.pop(key, None)
            if key not in self._shown or shown != value:
                yield self._show(key, value)
            return
        if isinstance(shown, float | int) and not pace.differs(shown, value):
            self._held.pop(key, None)
            return
        if key in self._written and t - self._written[key] < pace.seconds:
            self._held[key] = value
            return
        self._held.pop(key, None)
        self._written[key] = t
        yield self._show(key, value)

    def _show(self, key: Key, value: Value) -> Change:
        self._shown[key] = value
        return Change(key, value)


def _node_values(fact: NodeStatus) -> Iterator[tuple[Key, Value]]:
    yield Key(NODE, fact.node, "availability"), str(fact.availability)
    connected = fact.availability in (Availability.ONLINE, Availability.SLEEPING)
    yield Key(NODE, fact.node, "connected"), connected
    yield Key(NODE, fact.node, "flooding"), fact.flooding
    yield Key(NODE, fact.node, "received"), fact.rx
    yield Key(NODE, fact.node, "bad"), fact.bad
    yield Key(NODE, fact.node, "duplicate"), fact.dup
    yield Key(NODE, fact.node, "gap"), fact.gap
    yield Key(NODE, fact.node, "skew"), fact.skew_ms

"""Which of the engine's outputs Home Assistant is shown, and how often.

The engine says what it knows many times a second. A state of Home Assistant is a row in a
database, so a value is shown only when it differs enough and not too often; what was held back
is shown when its time comes. None is shown at once: what is no longer known must not stand.
"""

from collections.abc import Iterable
import math

from .engine.core.house import QUIET_MINUTES, House
from .engine.core.output import (
    Environment,
    HeartRate,
    InBed,
    MotionEvent,
    Moved,
    Movement,
    NodeStatus,
    Output,
    Presence,
    Respiration,
    SleepSession,
    SleepStage,
    Ultrasound,
)
from .engine.core.reading import MotionLevel
from .engine.core.snapshot import Json
from .pace import PACES, Allowance
from .shown import NODE, ROOM, SLEEPER, Change, Key, Value
from .sleep.words import LASTING, session_changes, stage_changes

NO_TROUBLE = "none"

_RATES = ("respiration", "heart_rate")


CONTINUED_MOST = 15.0
CONTINUED_SECONDS = 900.0
"""Movement that goes on is told each minute for a quarter of an hour, and every quarter of an hour
in the long run: a day of it in 16 rooms would otherwise be 23,000 rows, and is 2,000 so."""


class Display:
    """The values as Home Assistant shows them.

    Motion is shown at once, and its end when the room calls it stopped or is empty: who sits moves
    every minute or two, and shown one by one these movements would be most rows of a home.
    """

    def __init__(self, house: House) -> None:
        self.configure(house)
        self._continued: dict[str, Allowance] = {}
        self._shown: dict[Key, Value] = {}
        self._written: dict[Key, float] = {}
        self._ended: dict[Key, float] = {}
        self._held: dict[Key, Value] = {}
        self._in_bed: dict[str, bool | None] = {}

    def configure(self, house: House) -> None:
        """Take up for how long nothing must move in each room before its motion has stopped."""
        # Replaced as a whole, because the engine's thread may be reading it.
        self._quiet = {room.id: 60.0 * room.quiet_minutes for room in house.rooms}

    def take(self, output: Output) -> Iterable[Change]:
        """What to show after one output; the first may be shown before the next is looked at."""
        if isinstance(output.fact, MotionEvent):
            return self._happened(output.room or "", output.fact, output.t)
        if isinstance(output.fact, SleepStage | SleepSession):
            return self._slept(output.fact, output.at)
        return (change for change in self._values(output) if self._is_due(*change, output.t))

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
                    *(self._emptied(room) if fact.occupied is False else ()),
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
            case Ultrasound():
                return _tone_values(fact)
            case _:
                return ()

    def _happened(self, room: str, fact: MotionEvent, t: float) -> list[Change]:
        """An event is shown whenever it happens, not when it differs from the one before."""
        if fact.event is Movement.CONTINUED and not self._may_continue(room, t):
            return []
        motion = Key(ROOM, room, "motion")
        changes = [
            Change(Key(ROOM, room, "moved_by"), fact.source),
            Change(Key(ROOM, room, "movement"), str(fact.event)),
        ]
        if fact.event is Movement.STOPPED and self._shown.get(motion) is True:
            # Its end waits for nothing else.
            self._show(motion, value=False)
            changes.append(Change(motion, value=False))
        return changes

    def _emptied(self, room: str) -> list[Change]:
        """In an empty room no motion is waited for whose end is only held back."""
        motion = Key(ROOM, room, "motion")
        if self._held.get(motion) is not False:
            return []
        self._ended[motion] = -math.inf
        return [Change(motion, value=False)]

    def _may_continue(self, room: str, t: float) -> bool:
        fresh = Allowance(CONTINUED_MOST, CONTINUED_SECONDS, CONTINUED_MOST, t)
        return self._continued.setdefault(room, fresh).spend(t)

    def _slept(self, fact: SleepStage | SleepSession, at: float) -> list[Change]:
        """Stages and moments of the night are shown when they come, and seldom enough."""
        if isinstance(fact, SleepStage):
            changes = stage_changes(fact, at, self._shown)
        else:
            changes = session_changes(fact, at)
        for key, value in changes:
            if key.quantity in LASTING:
                self._show(key, value)
        return changes

    def _bed_values(self, fact: InBed) -> list[Change]:
        self._in_bed[fact.sleeper] = fact.in_bed
        changes = [Change(Key(SLEEPER, fact.sleeper, "in_bed"), fact.in_bed)]
        if fact.in_bed is not True:
            # Nobody sleeps beside their bed; where it is not known, nor is this.
            changes.append(Change(Key(SLEEPER, fact.sleeper, "asleep"), fact.in_bed))
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
        rests = key.quantity == "motion" and shown is True and value is False
        if rests and t - self._ended.setdefault(key, t) < self._rest(key.name):
            self._held[key] = value
            return False
        pace = PACES.get(key.quantity)
        if pace is not None and value is not None and not isinstance(value, bool | str):
            number = None if isinstance(shown, bool | str) else shown
            if number is not None and not pace.differs(number, value):
                self._held.pop(key, None)
                return False
            written = self._written.get(key)
            if written is not None and t - written < pace.wait(number, value):
                self._held[key] = value
                return False
            self._written[key] = t
        self._show(key, value)
        return True

    def _show(self, key: Key, value: Value) -> None:
        self._held.pop(key, None)
        self._ended.pop(key, None)
        self._shown[key] = value

    def _rest(self, room: str) -> float:
        return self._quiet.get(room, 60.0 * QUIET_MINUTES)


def _tone_values(fact: Ultrasound) -> list[Change]:
    values: dict[str, Value] = {
        "calibrated": fact.calibrated,
        "carrier": fact.carrier_hz,
        "pets": fact.pets,
        "ratio": fact.cnr_db,
        # Which it is; that there is none must be told from that nobody said so.
        "trouble": NO_TROUBLE if fact.trouble is None else str(fact.trouble),
    }
    return [Change(Key(NODE, fact.node, quantity), value) for quantity, value in values.items()]


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

"""When a room says what is true of it: on change, within limits, and never by being polled."""

from dataclasses import replace
import math

from ..core.house import Point
from ..core.output import Environment, Fact, InBed, Moved, Presence
from ..core.reading import MotionLevel
from ..core.snapshot import (
    Json,
    flag_in,
    item,
    members_in,
    number_in,
    optional_item,
    optional_number_in,
    rows_in,
    text_in,
)
from .echoes import next_silence
from .environment import worth_telling
from .parts import Aspect, Parts
from .scope import Scope

CONFIDENCE_STEP = 0.1
"""The change of the confidence that is worth telling."""

TARGET_STEP = 0.25
"""Metres by which a target must have moved to be worth telling."""

TELL_EVERY = 1.0
"""Seconds between two tellings that nothing but the confidence or the targets caused."""

DARK_AFTER = 60.0
"""Seconds without any source after which a room admits that it does not know."""

_UNKNOWN_AIR = Environment(None, None, None, None)


class Teller:
    """What one room has told, and when it must look at itself again."""

    def __init__(self, parts: Parts, timers: Scope) -> None:
        self._parts = parts
        self._timers = timers
        self._presence = Presence(None, None)
        self._sure = 0.0
        self._presence_t = -math.inf
        self._moved = Moved(None, None, None)
        self._air = _UNKNOWN_AIR
        self._beds: dict[str, bool | None] = {}
        # Of the last telling: when, how sure, and when a zone empties.
        self._unplanned: tuple[float, float, float | None] | None = None

    @property
    def presence(self) -> Presence:
        """What was told of presence last."""
        return self._presence

    @property
    def moved(self) -> Moved:
        """What was told of motion last."""
        return self._moved

    @property
    def air(self) -> Environment:
        """What was told of the air last."""
        return self._air

    def facts(self) -> list[Fact]:
        """Everything as it was told last."""
        facts: list[Fact] = [self._presence, self._moved, self._air]
        for sleeper, vitals in self._parts.vitals.items():
            facts += [InBed(sleeper, self._beds.get(sleeper)), *vitals.told]
            facts += self._parts.sleep[sleeper].facts
        return facts

    def tell(self, aspects: tuple[Aspect, ...], t: float) -> list[Fact]:
        """What is worth telling at time t of the aspects that may have changed."""
        facts: list[Fact] = []
        for aspect in aspects:
            match aspect:
                case Aspect.PRESENCE:
                    facts += self._tell_presence(t)
                case Aspect.MOTION:
                    facts += self._tell_motion(t)
                case Aspect.BEDS:
                    facts += self._tell_beds(t)
                case Aspect.ENVIRONMENT:
                    facts += self._tell_environment(t)
                case Aspect.SOUND:
                    self._timers.wake(Aspect.SOUND, next_silence(self._parts))
        return facts

    def _tell_presence(self, t: float) -> list[Fact]:
        parts, told = self._parts, self._presence
        if parts.dark_since is not None:
            self._timers.wake(Aspect.PRESENCE, parts.dark_since + DARK_AFTER)
            if t >= parts.dark_since + DARK_AFTER:
                parts.known, parts.dark_since = False, None
        if not parts.known:
            if told.occupied is None:
                return []
            self._presence, self._sure, self._presence_t = Presence(None, None), 0.0, t
            return [self._presence]
        sure = parts.presence.decide(t)
        occupied = parts.presence.occupied
        zones, zones_end = self._zones(t) if occupied else ((), None)
        due = occupied is not told.occupied or zones != told.zones
        targets: tuple[Point, ...] | None = None
        if not due and t >= self._presence_t + TELL_EVERY:
            due = self._is_news(sure)
            if not due and occupied:
                targets = self._targets(t)
                due = _have_moved(told.targets, targets)
        if due:
            if targets is None:
                targets = self._targets(t) if occupied else ()
            self._presence = Presence(occupied, round(sure, 3), targets, zones)
            self._sure, self._presence_t = sure, t
        if self._unplanned is None:
            self._timers.later(self._plan)
        self._unplanned = (t, sure, zones_end)
        return [self._presence] if due else []

    def _plan(self) -> None:
        """Be woken when what was told of presence may no longer be true.

        It is put off until somebody asks for deadlines, because a light waits for what is told.
        """
        if self._unplanned is not None:
            t, sure, zones_end = self._unplanned
            self._unplanned = None
            self._wake_for_presence(t, sure)
            self._timers.wake(Aspect.PRESENCE, zones_end)

    def close(self) -> None:
        """Plan nothing more."""
        self._unplanned = None

    def _is_news(self, sure: float) -> bool:
        return sure < self._sure - CONFIDENCE_STEP or sure >= self._sure + CONFIDENCE_STEP

    def _wake_for_presence(self, t: float, sure: float) -> None:
        """Be woken when the confidence falls to where the room is released or it is news."""
        presence = self._parts.presence
        if self._is_news(sure):
            self._timers.wake(Aspect.PRESENCE, self._presence_t + TELL_EVERY)
        level = self._sure - CONFIDENCE_STEP
        if presence.occupied:
            level = max(level, presence.thresholds.off_below)
        if level <= 0.0 or sure < level:
            level = presence.thresholds.off_below if presence.occupied else 0.0
        if level <= 0.0:
            return
        planned = self._timers.planned(Aspect.PRESENCE)
        # An early awakening costs little, so one that is not late is left as it is.
        if planned is not None and presence.confidence(planned) >= level:
            return
        self._timers.wake(Aspect.PRESENCE, presence.falls_below(level, t))

    def _zones(self, t: float) -> tuple[tuple[str, ...], float | None]:
        patience = self._parts.presence.thresholds.patience
        until: dict[str, float] = {}
        for name, source in self._parts.sources.items():
            if source.radar is None:
                continue
            now = self._parts.clocks.now(name, t)
            for zone, end in source.radar.zones(now, patience).items():
                end_t = self._parts.clocks.when(name, end)
                until[zone] = max(end_t, until.get(zone, end_t))
        if not until:
            return (), None
        return tuple(sorted(until)), min(until.values())

    def _targets(self, t: float) -> tuple[Point, ...]:
        return tuple(
            point
            for source in self._parts.sources.values()
            if source.radar is not None
            for point in source.radar.people(t)
        )

    def _tell_motion(self, t: float) -> list[Fact]:
        parts, facts = self._parts, list[Fact]()
        moved = parts.motion.state(t) if parts.known else Moved(None, None, None)
        sources = self._watching(t) if parts.known else ()
        if moved.state is not self._moved.state or sources != self._moved.sources:
            self._moved = replace(moved, sources=sources)
            facts.append(self._moved)
        episode = parts.motion.episode
        if episode.may_tell(t):
            facts += episode.tell(t, parts.config.quiet_minutes * 60.0, dark=parts.is_dark())
        again, end = episode.look_again, parts.motion.next_end(t) if parts.known else None
        if end is None or (again is not None and again < end):
            end = again
        self._timers.wake(Aspect.MOTION, end)
        return facts

    def _watching(self, t: float) -> tuple[tuple[str, str, MotionLevel | None], ...]:
        """Who tells of people at time t and how much they see move, None of who is unavailable."""
        rows: list[tuple[str, str, MotionLevel | None]] = []
        gone: list[tuple[str, str, MotionLevel | None]] = []
        clocks, motion = self._parts.clocks, self._parts.motion
        watched = False
        for name, source in self._parts.sources.items():
            if not source.senses:
                continue
            given_up = clocks.given_up(name)
            if given_up is None:
                watched = True
                rows.append((name, source.label, motion.level(name, t)))
            elif t < given_up:
                self._timers.wake(Aspect.MOTION, given_up)
                rows.append((name, source.label, None))
            else:
                gone.append((name, source.label, None))
        return tuple(rows if watched else rows + gone)

    def _tell_beds(self, t: float) -> list[Fact]:
        facts: list[Fact] = []
        parts = self._parts
        for sleeper in parts.config.sleepers:
            bed = parts.beds[sleeper.id]
            away = parts.clocks.since(sleeper.node)
            bed.settle(parts.clocks.now(sleeper.node, t))
            occupied = bed.occupied
            if parts.sleep[sleeper.id].is_frozen:
                occupied = None
            if away is not None:
                self._wake_after(t, away + DARK_AFTER)
                if t >= away + DARK_AFTER:
                    occupied = None
            if (end := bed.next_end()) is not None:
                self._wake_after(t, parts.clocks.when(sleeper.node, end))
            if occupied is not self._beds.get(sleeper.id):
                self._beds[sleeper.id] = occupied
                facts.append(InBed(sleeper.id, occupied))
            vitals = parts.vitals[sleeper.id]
            watched = parts.known and away is None and sleeper.id not in parts.resting
            present = watched and (bool(occupied) or vitals.is_near)
            rates, again = vitals.tell(t, present=present)
            facts += rates
            if again is not None:
                self._wake_after(t, again)
        return facts

    def _wake_after(self, t: float, deadline: float) -> None:
        if deadline > t:
            self._timers.wake(Aspect.BEDS, deadline)

    def _tell_environment(self, t: float) -> list[Fact]:
        air = self._parts.environment.state(t)
        self._timers.wake(Aspect.ENVIRONMENT, self._parts.environment.next_stale(t))
        if not worth_telling(self._air, air):
            return []
        self._air = air
        return [air]

    def snapshot(self) -> Json:
        """The state as JSON."""
        presence, moved, air = self._presence, self._moved, self._air
        return {
            "occupied": presence.occupied,
            "confidence": presence.confidence,
            "targets": [list(point) for point in presence.targets],
            "zones": list(presence.zones),
            "sure": self._sure,
            "presence_t": self._presence_t if math.isfinite(self._presence_t) else None,
            "moved": [_name(moved.state), moved.score, moved.source],
            "watching": [[name, kind, _name(level)] for name, kind, level in moved.sources],
            "air": [air.temp, air.rh, air.lux, air.co2],
            "beds": dict(self._beds),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        self.close()
        zones = rows_in(state, "zones")
        moved, beds = item(state, "moved"), members_in(state, "beds")
        presence_t = optional_number_in(state, "presence_t")
        self._presence = Presence(
            None if item(state, "occupied") is None else flag_in(state, "occupied"),
            optional_number_in(state, "confidence"),
            tuple((number_in(row, 0), number_in(row, 1)) for row in rows_in(state, "targets")),
            tuple(text_in(zones, index) for index in range(len(zones))),
        )
        self._sure = number_in(state, "sure")
        self._presence_t = -math.inf if presence_t is None else presence_t
        # A state from before sources were told has none, and they are told with the next change.
        watching = rows_in(state, "watching") if optional_item(state, "watching") else []
        self._moved = Moved(
            _level_in(moved, 0),
            optional_number_in(moved, 1),
            None if item(moved, 2) is None else text_in(moved, 2),
            tuple((text_in(row, 0), text_in(row, 1), _level_in(row, 2)) for row in watching),
        )
        self._air = Environment(*(optional_number_in(item(state, "air"), k) for k in range(4)))
        self._beds = {
            name: None if occupied is None else flag_in(dict(beds), name)
            for name, occupied in beds.items()
        }


def _name(level: MotionLevel | None) -> str | None:
    return None if level is None else str(level)


def _level_in(row: Json, place: int) -> MotionLevel | None:
    return None if item(row, place) is None else MotionLevel(text_in(row, place))


def _have_moved(told: tuple[Point, ...], now: tuple[Point, ...]) -> bool:
    if len(told) != len(now):
        return True
    return any(
        math.dist(before, after) >= TARGET_STEP for before, after in zip(told, now, strict=True)
    )

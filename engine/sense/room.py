"""One room: what its sources say becomes presence, motion and environment.

The room takes observations and wake-up calls, keeps the parts that know their field, and says
what changed. It reads no clock: every decision is made at the time of an observation or of a
wake-up that was asked for.
"""

from collections.abc import Callable
import math
from typing import Any

from ..core.house import Room as RoomConfig, Sensitivity
from ..core.message import is_id
from ..core.observation import Observation
from ..core.output import Environment, Fact, Moved, Output, Presence
from ..core.reading import (
    Ambient,
    Availability,
    Connection,
    Detection,
    Motion,
    MotionLevel,
    Targets,
)
from ..core.snapshot import Json, item
from .clocks import Clocks
from .environment import RoomEnvironment, worth_telling
from .evidence import MOTION_ALONE, WORTH, Evidence, Modality
from .motion import MAJOR_SPEED, MINOR_SPEED, RoomMotion
from .presence import THRESHOLDS, Presence as PresenceFusion
from .scope import Scope

SCHEMA = 1
"""The version of a room's part of a snapshot."""

CONFIDENCE_STEP = 0.1
"""The change of the confidence that is worth telling."""

TELL_EVERY = 1.0
"""Seconds between two tellings that nothing but the confidence or the targets caused."""

DARK_AFTER = 60.0
"""Seconds without any source after which a room admits that it does not know."""

MOTION_CLAIM = 600.0
"""Seconds for which a motion detector's verdict stands without being renewed or withdrawn."""


class Room:
    """Everything that is known of one room."""

    def __init__(self, site: str, config: RoomConfig, timers: Scope) -> None:
        self.config = config
        self._site = site
        self._timers = timers
        self._clocks = Clocks()
        self._presence = PresenceFusion(config.sensitivity, self._clocks)
        self._motion = RoomMotion(self._clocks)
        self._environment = RoomEnvironment()
        self._known = False
        self._dark_since: float | None = None
        self.standby = False
        # Each method takes the one type of reading that it is listed for.
        self._takers: dict[type, Callable[[Observation, Any, float], None]] = {
            Ambient: self._take_ambient,
            Connection: self._take_connection,
            Detection: self._take_detection,
            Motion: self._take_motion,
            Targets: self._take_targets,
        }
        self._targets: dict[str, tuple[tuple[float, float], ...]] = {}
        self._told = Presence(None, None)
        self._told_t = -math.inf
        self._told_sure = 0.0
        self._told_motion = Moved(None, None, None)
        self._told_environment = Environment(None, None, None, None)

    @property
    def occupied(self) -> bool:
        """Whether the room is known to be occupied."""
        return self._told.occupied is True

    # Taking in

    def step(self, observation: Observation) -> list[Output]:
        """Take an observation of one of the room's sources and say what changed."""
        take = self._takers.get(type(observation.reading))
        if take is None:
            return []
        source, t = observation.source, observation.host_t
        if observation.live and not isinstance(observation.reading, Connection):
            self._heard(source, t)
        take(observation, observation.reading, t)
        return self._tell(t, observation.measured_t)

    def _heard(self, source: str, t: float) -> None:
        self._dark_since = None
        gap = self._clocks.thaw(source, t)
        if gap:
            self._presence.shift(source, gap)
            self._motion.shift(source, gap)

    def _take_connection(self, o: Observation, reading: Connection, t: float) -> None:
        if reading.availability in {Availability.OFFLINE, Availability.UNSUPPORTED}:
            self.lose(o.source, t)
        else:
            self._heard(o.source, t)

    def _take_targets(self, o: Observation, reading: Targets, t: float) -> None:
        mount = next((m for m in self.config.mounts if m.source == o.source), None)
        if mount is None:
            return
        self._targets[o.source] = tuple(mount.to_room(each.x, each.y) for each in reading.targets)
        fastest = max((abs(each.velocity or 0.0) for each in reading.targets), default=0.0)
        if fastest >= MINOR_SPEED:
            level = MotionLevel.MAJOR if fastest >= MAJOR_SPEED else MotionLevel.MINOR
            self._motion.saw(o.source, level, min(1.0, fastest), "radar", t, t)
            self._put(o, Modality.MOVING_TARGET, 1.0, t)
        elif reading.targets:
            self._put(o, Modality.STILL_TARGET, 1.0, t)
        self._known |= o.live and not self.standby

    def _take_detection(self, o: Observation, reading: Detection, t: float) -> None:
        if reading.present is None:
            return
        if reading.present:
            self._put(o, Modality.VERDICT, 1.0, t, until=math.inf)
        else:
            self._presence.withdraw(o.source, Modality.VERDICT, t)
        self._known |= o.live and not self.standby

    def _take_motion(self, o: Observation, reading: Motion, t: float) -> None:
        if reading.level is MotionLevel.NONE:
            self._presence.withdraw(o.source, Modality.MOTION, t)
            self._motion.ended(o.source, t)
        else:
            until = t + MOTION_CLAIM
            self._put(o, Modality.MOTION, 1.0, t, until=until, lasts=MOTION_ALONE)
            score = 1.0 if reading.score is None else reading.score
            self._motion.saw(o.source, reading.level, score, "pir", t, until)
        self._known |= o.live and not self.standby

    def _take_ambient(self, o: Observation, reading: Ambient, t: float) -> None:
        self._environment.take(o.source, reading, t, endless=not is_id(o.source))

    def _put(
        self,
        o: Observation,
        modality: Modality,
        value: float,
        t: float,
        until: float | None = None,
        lasts: float | None = None,
    ) -> None:
        self._presence.put(
            o.source,
            modality,
            Evidence(
                value=value,
                seen=t,
                until=t if until is None else until,
                lasts=WORTH[modality].lasts if lasts is None else lasts,
                seed=not o.live,
            ),
        )

    # Telling

    def wake(self, name: str, t: float) -> list[Output]:
        """A wake-up that this room asked for is due."""
        if name == "dark" and self._dark_since is not None and t >= self._dark_since + DARK_AFTER:
            self._known = False
        return self._tell(t, t)

    def _tell(self, t: float, at: float) -> list[Output]:
        told: list[Fact] = []
        presence = self._presence_at(t)
        if presence is not None:
            told.append(presence)
        motion = self._motion.state(t) if self._known else Moved(None, None, None)
        if motion.state is not self._told_motion.state:
            self._told_motion = motion
            told.append(motion)
        self._timers.wake("motion", self._motion.next_end(t))
        environment = self._environment.state(t)
        if worth_telling(self._told_environment, environment):
            self._told_environment = environment
            told.append(environment)
        self._timers.wake("environment", self._environment.next_stale(t))
        return [Output(t, at, self._site, self.config.id, fact) for fact in told]

    def _presence_at(self, t: float) -> Presence | None:
        self._presence.decide(t)
        sure = self._presence.confidence(t)
        now = self._presence_now(sure)
        told = self._told
        if now.occupied is not told.occupied or now.zones != told.zones:
            due = True
        else:
            due = self._known and self._has_moved(sure) and t >= self._told_t + TELL_EVERY
        if due:
            self._told, self._told_t, self._told_sure = now, t, sure
        self._timers.wake("presence", self._next_fall(t))
        return now if due else None

    def _has_moved(self, sure: float) -> bool:
        step = CONFIDENCE_STEP
        return sure < self._told_sure - step or sure >= self._told_sure + step

    def _presence_now(self, sure: float) -> Presence:
        if not self._known:
            return Presence(None, None)
        targets = tuple(point for points in self._targets.values() for point in points)
        return Presence(self._presence.occupied, round(sure, 3), targets)

    def _next_fall(self, t: float) -> float | None:
        level = self._told_sure - CONFIDENCE_STEP
        if self._presence.occupied:
            level = max(level, self._presence.thresholds.off_below)
        if level <= 0.0 or not self._known:
            return None
        if self._presence.confidence(t) < level:
            return self._told_t + TELL_EVERY if t < self._told_t + TELL_EVERY else None
        return self._presence.falls_below(level, t)

    def current(self, t: float) -> list[Output]:
        """Everything that is true of the room now, as it was last told."""
        facts: list[Fact] = [self._told, self._told_motion, self._told_environment]
        return [Output(t, t, self._site, self.config.id, fact) for fact in facts]

    def explain(self, t: float) -> Json:
        """The evidence behind the room's state at time t."""
        return {
            "room": self.config.id,
            "t": t,
            "occupied": self._told.occupied,
            "confidence": self._told.confidence,
        }

    # Being changed

    def lose(self, source: str, t: float) -> None:
        """A source became unavailable: its clock stands still from now on."""
        self._clocks.freeze(source, t)
        self._environment.lost(source, t)
        if self._known and self._dark_since is None and self._is_dark():
            self._dark_since = t
            self._timers.wake("dark", t + DARK_AFTER)

    def _is_dark(self) -> bool:
        return all(self._clocks.is_frozen(mount.source) for mount in self.config.mounts)

    def interrupt(self, since: float, t: float) -> None:
        """Nobody listened from since to t: no source was available for the room."""
        for mount in self.config.mounts:
            self._clocks.freeze(mount.source, since)
        self._dark_since = t
        self._timers.wake("dark", t + DARK_AFTER)

    def set_standby(self, t: float, *, on: bool) -> list[Output]:
        """Look away on a person's wish, or look again."""
        self.standby = on
        self._known = False
        return self._tell(t, t)

    def calibrate(self, t: float) -> None:
        """Learn what the empty room looks like from now on."""

    def configure(self, config: RoomConfig, t: float) -> list[Output]:
        """Take up a new description; sources that stay keep their state."""
        kept = {mount.source for mount in config.mounts}
        for mount in self.config.mounts:
            if mount.source not in kept:
                self._clocks.thaw(mount.source, t)
                self._presence.forget(mount.source)
                self._motion.forget(mount.source)
                self._environment.forget(mount.source)
                self._targets.pop(mount.source, None)
        self.config = config
        self.set_sensitivity(config.sensitivity)
        return self._tell(t, t)

    def set_sensitivity(self, sensitivity: Sensitivity) -> None:
        """Move the thresholds."""
        self._presence.thresholds = THRESHOLDS[sensitivity]

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {"schema": SCHEMA, "presence": self._presence.snapshot()}

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        self._presence.restore(item(state, "presence"))

    def close(self) -> None:
        """The room is no more: leave no timer behind."""
        for name in ("presence", "motion", "environment"):
            self._timers.cancel(name)

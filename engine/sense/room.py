"""One room: what its sources say becomes presence, motion, beds and environment.

The room takes observations and wake-up calls, keeps the parts that know their field, and says
what changed. It reads no clock: every decision is made at the time of an observation or of a
wake-up that was asked for.
"""

from ..core.house import Room as RoomConfig
from ..core.observation import Observation
from ..core.output import Fact, Output
from ..core.snapshot import Json, SnapshotError, item, number_in
from . import explanation
from .calibration import LASTS, LASTS_WITH_SOUND, CalibrationState
from .echoes import notice_silence
from .intake import take
from .nights import close_epochs, look_away, watch_sleepers
from .parts import EVERYTHING, SLEEPERS, Aspect, Parts
from .scope import Scope
from .sleep.sleeper import Told
from .telling import Teller

SCHEMA = 2
"""The version of a room's part of a snapshot."""


class Room:
    """Everything that is known of one room of a site."""

    def __init__(self, site: str, config: RoomConfig, timers: Scope) -> None:
        self._site = site
        self._timers = timers
        self._parts = Parts(config)
        self._teller = Teller(self._parts, timers)

    @property
    def config(self) -> RoomConfig:
        """The description that the room goes by."""
        return self._parts.config

    @property
    def occupied(self) -> bool:
        """Whether the room was told to be occupied."""
        return self._teller.presence.occupied is True

    @property
    def air(self) -> tuple[float | None, float | None]:
        """Temperature in degrees Celsius and relative humidity in percent, as told last."""
        return self._teller.air.temp, self._teller.air.rh

    @property
    def is_learning(self) -> bool:
        """Whether it learns just now what it looks like when nobody is there."""
        return self._parts.calibration.state is CalibrationState.LEARNING

    @property
    def standby(self) -> bool:
        """Whether the room looks away on a person's wish."""
        return self._parts.standby

    def step(self, observation: Observation) -> list[Output]:
        """Take an observation of one of the room's sources and say what changed."""
        aspects = take(self._parts, observation)
        if not aspects:
            return []
        return self._tell(aspects, observation.host_t, observation.measured_t)

    def wake(self, name: str, t: float) -> list[Output]:
        """A wake-up that this room asked for is due at time t."""
        aspect = Aspect(name)
        if aspect is Aspect.CALIBRATION:
            self._parts.calibration.proceed(t, self._parts.sources.values())
            self._timers.wake(aspect, self._parts.calibration.next_step())
            return []
        if aspect is Aspect.SOUND:
            notice_silence(self._parts, t)
            return self._tell(EVERYTHING, t, t)
        if aspect is Aspect.SLEEP:
            return self._tell((Aspect.BEDS,), t, t) + self._close_epochs(t)
        # A room that goes dark says so of its motion in the same breath.
        aspects = (aspect, Aspect.MOTION) if aspect is Aspect.PRESENCE else (aspect,)
        return self._tell(aspects, t, t)

    def current(self, t: float) -> list[Output]:
        """Everything that is true of the room, as it was told last, stamped t."""
        return self._outputs(self._teller.facts(), t, t)

    def explain(self, t: float) -> Json:
        """The evidence behind the room's state at time t."""
        return explanation.explain(self._parts, self._teller, t)

    def configure(self, config: RoomConfig, t: float) -> list[Output]:
        """Take up another description; sources and sleepers that stay keep their state."""
        self._parts.configure(config)
        return self._tell(EVERYTHING, t, t)

    def lose(self, source: str, t: float) -> None:
        """A source that is new in this room is known to be unavailable."""
        self._parts.lost(source, t)

    def interrupt(self, since: float, t: float) -> list[Output]:
        """Nobody listened from since to t: no source was available."""
        self._parts.interrupt(since, t)
        return self._tell(EVERYTHING, t, t)

    def set_standby(self, t: float, *, on: bool) -> list[Output]:
        """Look away on a person's wish, or look again."""
        if on is self._parts.standby:
            return []
        self._parts.standby = on
        told: list[Output] = []
        if on:
            told = self._about(look_away(self._parts, self._site, tuple(self._parts.sleep)), t)
            self._parts.look_away()
        return told + self._tell(EVERYTHING, t, t)

    def set_resting(self, sleeper: str, t: float, *, on: bool) -> list[Output]:
        """Look away from one sleeper on a person's wish, or look again."""
        parts = self._parts
        if sleeper not in parts.sleep or on is (sleeper in parts.resting):
            return []
        if not on:
            parts.resting.discard(sleeper)
            return self._tell(SLEEPERS, t, t)
        told = self._about(look_away(parts, self._site, (sleeper,)), t)
        parts.resting.add(sleeper)
        return told + self._tell(SLEEPERS, t, t)

    def calibrate(self, t: float) -> None:
        """Learn what the empty room looks like, once whoever asked for it has left."""
        self._timers.cancel(Aspect.CALIBRATION)
        sounds = any(source.sonar is not None for source in self._parts.sources.values())
        self._parts.calibration.begin(t, LASTS_WITH_SOUND if sounds else LASTS)
        self._timers.wake(Aspect.CALIBRATION, self._parts.calibration.next_step())

    def close(self) -> None:
        """The room is no more: leave no timer behind."""
        self._teller.close()
        for aspect in Aspect:
            self._timers.cancel(aspect)

    def snapshot(self) -> Json:
        """The whole state as JSON; timers are the home's."""
        return {
            "schema": SCHEMA,
            "parts": self._parts.snapshot(),
            "told": self._teller.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError for one that is none or of another schema."""
        if number_in(state, "schema") != SCHEMA:
            raise SnapshotError(f"a room of schema {number_in(state, 'schema')}, not {SCHEMA}")
        self._parts.restore(item(state, "parts"))
        self._teller.restore(item(state, "told"))

    def _tell(self, aspects: tuple[Aspect, ...], t: float, at: float) -> list[Output]:
        told = self._outputs(self._teller.tell(aspects, t), t, at)
        if self._parts.sleep and Aspect.BEDS in aspects:
            watch_sleepers(self._parts, self._timers, t)
        return told

    def _close_epochs(self, t: float) -> list[Output]:
        told = close_epochs(self._parts, self._timers, self._site, self._teller.air, t)
        return self._about(told, t)

    def _about(self, told: list[Told], t: float) -> list[Output]:
        """Facts that are about times of their own."""
        return [Output(t, at, self._site, self.config.id, fact) for at, fact in told]

    def _outputs(self, facts: list[Fact], t: float, at: float) -> list[Output]:
        room = self._parts.config.id
        return [Output(t, at, self._site, room, fact) for fact in facts]

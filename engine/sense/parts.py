"""The parts of a room's state, and what is common to all of them."""

from enum import StrEnum

from ..core.house import Room
from ..core.snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    members_in,
    optional_item,
    optional_number_in,
    rows_in,
)
from .bed import Bed
from .calibration import Calibration
from .clocks import Clocks
from .doorways import Doorways
from .environment import RoomEnvironment
from .motion import RoomMotion
from .presence import Presence
from .sleep.sleeper import SleepTracker
from .source import Source
from .vitals import Vitals


class Aspect(StrEnum):
    """What a reading can change."""

    PRESENCE = "presence"
    MOTION = "motion"
    BEDS = "beds"
    SLEEP = "sleep"
    ENVIRONMENT = "environment"
    CALIBRATION = "calibration"
    SOUND = "sound"


NOTHING: tuple[Aspect, ...] = ()
VERDICT = (Aspect.PRESENCE,)
RATES = (Aspect.BEDS,)
BREATH = (Aspect.PRESENCE, *RATES)
PEOPLE = (Aspect.PRESENCE, Aspect.MOTION)
SLEEPERS = (*PEOPLE, Aspect.BEDS)
EVERYTHING = (*SLEEPERS, Aspect.ENVIRONMENT, Aspect.SOUND)
"""The aspects that kinds of readings change."""


class Parts:
    """Everything that a room remembers, but for what it has told.

    `resting` are the sleepers who do not want to be watched.

    `known` says that presence is being watched at all: false at first, in standby, and once all
    sources have been unavailable for a while.
    """

    def __init__(self, config: Room) -> None:
        self.config = config
        self.clocks = Clocks()
        self.presence = Presence(config.sensitivity, self.clocks)
        self.motion = RoomMotion(self.clocks)
        self.environment = RoomEnvironment()
        self.calibration = Calibration()
        self.doorways = Doorways()
        self.sources = {mount.source: Source(config, mount) for mount in config.mounts}
        self.beds = {sleeper.id: Bed() for sleeper in config.sleepers}
        self.vitals = {sleeper.id: Vitals(sleeper.id) for sleeper in config.sleepers}
        self.sleep = {sleeper.id: SleepTracker(sleeper) for sleeper in config.sleepers}
        self.resting: set[str] = set()
        self.known = False
        self.standby = False
        self.dark_since: float | None = None

    def node_of(self, sleeper: str) -> str:
        """The node that watches a sleeper."""
        return next(each.node for each in self.config.sleepers if each.id == sleeper)

    def configure(self, config: Room) -> None:
        """Take up another description; sources and sleepers that stay keep their state."""
        mounts = {mount.source: mount for mount in config.mounts}
        for name in [name for name in self.sources if name not in mounts]:
            self.clocks.thaw(name, 0.0)
            self.presence.forget(name)
            self.motion.forget(name)
            self.environment.forget(name)
            del self.sources[name]
        for name, mount in mounts.items():
            if name in self.sources:
                self.sources[name].configure(config, mount)
            else:
                self.sources[name] = Source(config, mount)
        ids = [sleeper.id for sleeper in config.sleepers]
        self.beds = {name: self.beds.get(name) or Bed() for name in ids}
        self.vitals = {name: self.vitals.get(name) or Vitals(name) for name in ids}
        self.sleep = {
            sleeper.id: self.sleep.get(sleeper.id) or SleepTracker(sleeper)
            for sleeper in config.sleepers
        }
        for sleeper in config.sleepers:
            self.sleep[sleeper.id].configure(sleeper)
        self.resting &= set(ids)
        self.config = config
        self.presence.sensitivity(config.sensitivity)
        self.motion.episode.reconsider()

    def heard(self, source: str, t: float) -> None:
        """A source is available: its clock runs, unless it hears nothing all the same."""
        if self.sources[source].is_deaf:
            return
        since = self.clocks.since(source)
        gap = self.clocks.thaw(source, t)
        if since is not None:
            self.motion.episode.shift(source, t - since)
        if gap:
            self._shift(source, gap)
        if self.dark_since is not None and self.sources[source].senses:
            self.dark_since = None

    def lost(self, source: str, t: float) -> None:
        """A source is unavailable: its clock stands."""
        self.environment.lost(source, t)
        self.blinded(source, t)

    def blinded(self, source: str, t: float) -> None:
        """A source can say nothing about people, whatever it says of the air."""
        self.clocks.freeze(source, t)
        self.motion.episode.reconsider()
        if self.dark_since is None and self.is_dark():
            self.dark_since = t

    def _shift(self, source: str, seconds: float) -> None:
        self.presence.shift(source, seconds)
        self.motion.shift(source, seconds)
        self.sources[source].shift(seconds)
        for sleeper in self.config.sleepers:
            if sleeper.node == source:
                self.beds[sleeper.id].shift(seconds)

    def interrupt(self, since: float, t: float) -> None:
        """Nobody listened from since to t: all sources are as they were, and unavailable."""
        for source in self.sources:
            gap = t - (self.clocks.since(source) or since)
            self.motion.episode.shift(source, gap)
            self._shift(source, gap)
            self.clocks.restart(source, t)
        self.environment.interrupt(t)
        self.dark_since = t

    def is_dark(self) -> bool:
        """Whether every source that senses people is unavailable, and there is one."""
        sensing = [name for name, source in self.sources.items() if source.senses]
        return bool(sensing) and all(map(self.clocks.is_frozen, sensing))

    def look_away(self) -> None:
        """Forget everybody: nobody is watching any more."""
        self.known = False
        self.dark_since = None
        self.presence.clear()
        self.motion.clear()
        for source in self.sources.values():
            source.look_away()
        for bed in self.beds.values():
            bed.unknown()

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "known": self.known,
            "standby": self.standby,
            "dark_since": self.dark_since,
            "clocks": self.clocks.snapshot(),
            "presence": self.presence.snapshot(),
            "motion": self.motion.snapshot(),
            "episode": self.motion.episode.snapshot(),
            "environment": self.environment.snapshot(),
            "calibration": self.calibration.snapshot(),
            "doorways": self.doorways.snapshot(),
            "sources": {name: source.snapshot() for name, source in self.sources.items()},
            "beds": {name: bed.snapshot() for name, bed in self.beds.items()},
            "vitals": {name: vitals.snapshot() for name, vitals in self.vitals.items()},
            "sleep": {name: sleep.snapshot() for name, sleep in self.sleep.items()},
            "resting": [*sorted(self.resting)],
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none.

        What belongs to sources and sleepers that are no longer described is left out.
        """
        self.known, self.standby = flag_in(state, "known"), flag_in(state, "standby")
        self.dark_since = optional_number_in(state, "dark_since")
        self.clocks.restore(item(state, "clocks"))
        self.presence.restore(item(state, "presence"))
        self.motion.restore(item(state, "motion"))
        # A state that was saved before there were episodes has none, and nothing is lost by it.
        if (episode := optional_item(state, "episode")) is not None:
            self.motion.episode.restore(episode)
        self.environment.restore(item(state, "environment"))
        self.calibration.restore(item(state, "calibration"))
        self.doorways.restore(item(state, "doorways"))
        sources = members_in(state, "sources")
        for name, row in sources.items():
            if name in self.sources:
                self.sources[name].restore(row)
            else:
                self.clocks.thaw(name, 0.0)
                self.presence.forget(name)
                self.motion.forget(name)
                self.environment.forget(name)
        for name, row in members_in(state, "beds").items():
            if name in self.beds:
                self.beds[name].restore(row)
        for name, row in members_in(state, "vitals").items():
            if name in self.vitals:
                self.vitals[name].restore(row)
        self._restore_sleep(state)

    def _restore_sleep(self, state: Json) -> None:
        # A state that was saved before sleep was followed has none.
        if optional_item(state, "sleep") is None:
            return
        rows = members_in(state, "sleep")
        for sleeper in self.config.sleepers:
            if sleeper.id in rows:
                try:
                    self.sleep[sleeper.id].restore(rows[sleeper.id])
                except SnapshotError:
                    # Presence does not hang on a night.
                    self.sleep[sleeper.id] = SleepTracker(sleeper)
        self.resting = {str(name) for name in rows_in(state, "resting")} & set(self.sleep)

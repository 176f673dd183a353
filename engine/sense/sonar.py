"""What is remembered of one source that senses motion with an ultrasonic tone."""

from ..core.reading import Motion, MotionLevel, SoundTrouble
from ..core.snapshot import (
    Json,
    flag_in,
    item,
    number_in,
    optional_number_in,
    text_in,
)

SILENT_AFTER = 15.0
"""Seconds after which a source that should speak four times a second is unavailable, whatever the
broker says of it. Longer than the longest rest of a tone that is played now and then."""

NOBODYS_FROM = 0.5
"""Share of what is perceived from which it is worth saying that a machine, air or noise is why."""

NOBODYS_FRESH = 10.0
"""Seconds for which what was perceived explains why nothing counts."""


class Sonar:
    """The state of an ultrasonic source; times are host seconds.

    `trouble` is what it said last, `level` what moved then, `last_major` when it last moved a
    lot before this or another tone of the room.
    """

    def __init__(self) -> None:
        self.trouble: SoundTrouble | None = None
        self.level = MotionLevel.NONE
        self.last_major: float | None = None
        self.heard_at: float | None = None
        self._silent = False
        self._nobodys: tuple[str, float, float] | None = None

    @property
    def is_deaf(self) -> bool:
        """Whether it can say nothing about people just now."""
        return self._silent or (self.trouble is not None and self.trouble.is_blinding)

    @property
    def falls_silent_at(self) -> float | None:
        """When it will have been silent for too long, None while nothing is awaited of it."""
        if self._silent or self.heard_at is None:
            return None
        return self.heard_at + SILENT_AFTER

    def hear(self, reading: Motion, t: float) -> None:
        """It says at time t what moves."""
        self.heard_at, self._silent = t, False
        shares = {
            "machine": reading.machine or 0.0,
            "air": reading.air or 0.0,
            "transient": reading.transient or 0.0,
        }
        name = max(shares, key=lambda each: shares[each])
        if shares[name] >= NOBODYS_FROM and reading.level is MotionLevel.NONE:
            self._nobodys = name, shares[name], t

    def miss(self, t: float) -> bool:
        """Whether at time t it has just been silent for too long."""
        silent_at = self.falls_silent_at
        if silent_at is None or t < silent_at:
            return False
        self._silent = True
        return True

    def nobodys(self, t: float) -> tuple[str, float] | None:
        """What it perceives at time t that is nobody, and how surely: the strongest kind."""
        if self._nobodys is None or t - self._nobodys[2] > NOBODYS_FRESH:
            return None
        return self._nobodys[:2]

    def look_away(self) -> None:
        """Forget what is going on: nothing is awaited of it."""
        self.level = MotionLevel.NONE
        self.last_major = self.heard_at = self._nobodys = None
        self._silent = False

    def shift(self, seconds: float) -> None:
        """Move times forward: its clock stood for so long."""
        if self.last_major is not None:
            self.last_major += seconds

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "trouble": None if self.trouble is None else str(self.trouble),
            "level": str(self.level),
            "last_major": self.last_major,
            "heard_at": self.heard_at,
            "silent": self._silent,
            "nobodys": None if self._nobodys is None else list(self._nobodys),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        trouble = "" if item(state, "trouble") is None else text_in(state, "trouble")
        level, nobodys = text_in(state, "level"), item(state, "nobodys")
        self.trouble = SoundTrouble(trouble) if trouble in SoundTrouble else None
        self.level = MotionLevel(level) if level in MotionLevel else MotionLevel.NONE
        self.last_major = optional_number_in(state, "last_major")
        self.heard_at = optional_number_in(state, "heard_at")
        self._silent = flag_in(state, "silent")
        self._nobodys = None
        if nobodys is not None:
            self._nobodys = text_in(nobodys, 0), number_in(nobodys, 1), number_in(nobodys, 2)

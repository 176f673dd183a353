"""Whom a node measures, second by second: the sleeper whom it is to follow, or somebody else."""

from dataclasses import replace
import math

from ...core.house import Sleeper
from ...core.sleep import EPOCH_S
from ...core.snapshot import Json, flag_in, item, number_in, optional_number_in, rows_in
from .geometry import BREATHES_FROM, FARTHEST_M, Geometry, Interval, Place
from .identity import Identity, Whose
from .likeness import Owner
from .second import Second
from .stuck import Stuck

_KEPT = 64
"""Seconds of which it is remembered whose they were: an epoch, and what comes late."""


class Attention:
    """Puts together what a node says in a second, and asks whose it is. Times are host seconds.

    `breathed_at` is how far away somebody breathed last, metres.
    """

    def __init__(self, sleeper: Sleeper) -> None:
        self._geometry = Geometry(_fixed(sleeper))
        self._identity = Identity()
        self._stuck = Stuck()
        self.breathed_at: float | None = None
        self._others: list[int] = []
        self._number: int | None = None
        self._clear()

    def _clear(self) -> None:
        self._present: bool | None = None
        self._distances: tuple[float, ...] = ()
        self._rate: float | None = None
        self._quality: float | None = None
        self._movement: float | None = None
        self._depth: float | None = None

    def configure(self, sleeper: Sleeper) -> None:
        """Take up another description of the bed."""
        self._geometry.fix(_fixed(sleeper))

    @property
    def whose(self) -> Whose:
        """Whose the last whole second was."""
        return self._identity.whose

    @property
    def certainty(self) -> float:
        """How sure that is, 0.5-1."""
        return self._identity.certainty

    @property
    def place(self) -> Place:
        """Where the bed is."""
        return self._geometry.place

    @property
    def owner(self) -> Owner:
        """How the sleeper breathes, as far as it is known."""
        return self._identity.owner

    def present(self, t: float, *, present: bool) -> None:
        """The radar's own verdict."""
        self._turn(t)
        self._present = present

    def measured(self, t: float, distances: tuple[float, ...]) -> None:
        """How far away the bodies are that a radar tracks, nearest first; metres."""
        self._turn(t)
        self._distances = distances

    def breathes(
        self,
        t: float,
        rate: float | None,
        quality: float,
        depth: float | None = None,
    ) -> None:
        """Breaths a minute, how much of what is measured is breathing, and how deep it is."""
        self._turn(t)
        self._rate, self._quality = rate, quality
        self._depth = depth

    def moved(self, t: float, level: float) -> None:
        """How much the body moved, 0-1."""
        self._turn(t)
        self._movement = max(level, self._movement or 0.0)

    def others(self, end: float) -> frozenset[int]:
        """The seconds of the epoch that ends at `end` in which somebody else was measured."""
        return frozenset(each for each in self._others if end - EPOCH_S <= each < end)

    def _turn(self, t: float) -> None:
        """Look at the second before, if t is in a new one."""
        number = math.floor(t)
        if self._number == number:
            return
        if self._number is not None:
            self._look(self._number)
        self._number = number
        self._clear()

    def _look(self, number: int) -> None:
        second = Second(
            number + 1.0,
            self._present,
            self._distances[0] if self._distances else None,
            self._distances[1:],
            self._rate,
            self._quality,
            self._depth,
            self._movement,
        )
        second = replace(second, distance=self._stuck.trusted(second))
        whose = self._identity.take(second, self._geometry.place)
        if not self._identity.is_animal:
            self._geometry.take(second)
        if whose is Whose.OTHER:
            self._others.append(number)
            del self._others[:-_KEPT]
        elif second.distance and second.quality and second.quality >= BREATHES_FROM:
            self.breathed_at = second.distance

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "geometry": self._geometry.snapshot(),
            "identity": self._identity.snapshot(),
            "stuck": self._stuck.snapshot(),
            "breathed_at": self.breathed_at,
            "others": [*self._others],
            "number": self._number,
            "present": self._present,
            "distances": [*self._distances],
            "breath": [self._rate, self._quality, self._depth],
            "movement": self._movement,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        breath, number = item(state, "breath"), optional_number_in(state, "number")
        distances, others = rows_in(state, "distances"), rows_in(state, "others")
        self._geometry.restore(item(state, "geometry"))
        self._identity.restore(item(state, "identity"))
        self._stuck.restore(item(state, "stuck"))
        self._others = [int(number_in([each], 0)) for each in others]
        self.breathed_at = optional_number_in(state, "breathed_at")
        self._number = None if number is None else int(number)
        self._present = None if item(state, "present") is None else flag_in(state, "present")
        self._distances = tuple(number_in([each], 0) for each in distances)
        self._rate, self._quality, self._depth = (
            optional_number_in(breath, index) for index in range(3)
        )
        self._movement = optional_number_in(state, "movement")


def _fixed(sleeper: Sleeper) -> Interval | None:
    """Where a person says that the bed is; what they left open reaches as far as it can."""
    if sleeper.bed_near is None and sleeper.bed_far is None:
        return None
    return Interval(sleeper.bed_near or 0.0, sleeper.bed_far or FARTHEST_M)

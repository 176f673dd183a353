"""Whom a node measures, second by second: the sleeper whom it is to follow, or somebody else."""

from dataclasses import replace
import math

from ...core.house import Sleeper
from ...core.sleep import EPOCH_S
from ...core.snapshot import (
    Json,
    flag_in,
    item,
    number_in,
    optional_item,
    optional_number_in,
    rows_in,
)
from .arrival import Arrival
from .geometry import BODY_M, BREATHES_FROM, FARTHEST_M, Geometry, Interval, Place
from .identity import Identity, Whose
from .likeness import Owner, by_distance
from .second import Second
from .stuck import Stuck

_KEPT = 64
"""Seconds of which it is remembered whose they were: an epoch, and what comes late."""


_FRESH_S = 10.0
"""Seconds for which rates count that a module reported."""

_STILL_M, _STILL_S = 0.25, 5.0
"""Metres within which somebody keeps their place, and seconds after which they have one."""

_SETTLING_S = 180.0
"""Seconds after coming in during which who keeps their place lies down there: by then their breath
is heard, and who is not heard may stand before the bed. Short of what starts a session."""

_A_PERSON_FROM = 3.0
"""Nats for the sleeper over an animal from which a session may start: who walked in has them at
once, of others it takes minutes of their breath and their heart."""


class Attention:
    """Puts together what a node says in a second, and asks whose it is. Times are host seconds.

    `breathed_at` is how far away somebody breathed last, metres.
    """

    def __init__(self, sleeper: Sleeper) -> None:
        self._geometry = Geometry(_fixed(sleeper))
        self._identity = Identity()
        self._stuck = Stuck()
        self._arrival = Arrival()
        self._kept: tuple[float, float] | None = None
        self._heart: tuple[float, float] | None = None
        self._told_rate: tuple[float, float] | None = None
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
        self._chest: float | None = None

    def configure(self, sleeper: Sleeper) -> None:
        """Take up another description of the bed."""
        self._geometry.fix(_fixed(sleeper))

    @property
    def whose(self) -> Whose:
        """Whose the last whole second was."""
        return self._identity.whose

    @property
    def is_theirs(self) -> bool:
        """Whether it is the sleeper whom the node measures, as far as can be told."""
        return self._identity.whose is not Whose.OTHER

    @property
    def is_known(self) -> bool:
        """Whether it is the sleeper, by their breath or because they came in.

        Also where nothing would show it: a mat knows no distance, and hears nobody breathe.
        """
        if self._identity.whose is Whose.NOBODY:
            return self._arrival.walked_in or self._kept is None
        return self._identity.whose is Whose.OWN

    @property
    def is_person(self) -> bool:
        """Whether it is the sleeper, and no animal, so that a session may start."""
        if self._identity.whose is Whose.NOBODY:
            return self.is_known
        return self.is_theirs and self._identity.humanity >= _A_PERSON_FROM

    @property
    def has_settled(self) -> bool:
        """Whether somebody came in just now and keeps their place where the sleeper may lie."""
        since, kept, t = self._arrival.at, self._kept, self._number
        if since is None or kept is None or t is None or self.whose is Whose.OTHER:
            return False
        if t - since > _SETTLING_S or t - kept[1] < _STILL_S:
            return False
        own, other, _ = by_distance(kept[0], self.place)
        bed = self.place.bed
        return own >= other and (bed is None or bed.holds(kept[0]))

    def lies_at(self, distance: float) -> bool:
        """Whether a body at a distance, metres, is the sleeper in bed, as far as can be told.

        Before the bed's place is known, the place of who breathed there last stands for it.
        """
        bed, near = self.place.bed, self.breathed_at
        if bed is None and near is not None:
            bed = Interval(near - 2 * BODY_M, near + 2 * BODY_M)
        return self.is_theirs and bed is not None and bed.holds(distance)

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
        chest: float | None = None,
    ) -> None:
        """Breaths a minute, how much of what is measured is breathing, and how deep it is.

        It is so deep in the sensor's unit, and in millimetres where these are known.
        """
        self._turn(t)
        self._rate, self._quality = rate, quality
        self._depth, self._chest = depth, chest

    def reported(self, t: float, rate: float | None, heart: float | None) -> None:
        """Breaths and beats a minute as a module computed them; None for those it does not say."""
        self._turn(t)
        if rate is not None:
            self._told_rate = rate, t
        if heart is not None:
            self._heart = heart, t

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
            self._chest,
            _fresh(self._heart, number),
        )
        second = replace(second, distance=self._stuck.trusted(second))
        self._arrival.take(second)
        self._keep(second)
        whose = self._identity.take(
            self._with_told(second), self._geometry.place, walked_in=self._arrival.walked_in
        )
        if not self._identity.is_animal:
            self._geometry.take(second)
        if whose is Whose.OTHER:
            self._others.append(number)
            del self._others[:-_KEPT]
        elif second.distance and second.quality and second.quality >= BREATHES_FROM:
            self.breathed_at = second.distance

    def _keep(self, second: Second) -> None:
        """Where they are, and since when."""
        if second.distance is not None and (
            self._kept is None or abs(second.distance - self._kept[0]) > _STILL_M
        ):
            self._kept = second.distance, second.t

    def _with_told(self, second: Second) -> Second:
        """A second whose breath is not heard, with the rate that the module tells."""
        rate = _fresh(self._told_rate, second.t)
        if rate is None or (second.quality is not None and second.quality >= BREATHES_FROM):
            return second
        return replace(second, rate=rate, quality=BREATHES_FROM, amplitude=None, chest=None)

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "geometry": self._geometry.snapshot(),
            "identity": self._identity.snapshot(),
            "stuck": self._stuck.snapshot(),
            "arrival": self._arrival.snapshot(),
            "lately": [_pair(each) for each in (self._kept, self._heart, self._told_rate)],
            "breathed_at": self.breathed_at,
            "others": [*self._others],
            "number": self._number,
            "present": self._present,
            "distances": [*self._distances],
            "breath": [self._rate, self._quality, self._depth],
            "chest": self._chest,
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
        if (arrival := optional_item(state, "arrival")) is not None:
            # Absent before it was weighed who walked in.
            self._arrival.restore(arrival)
            self._chest, lately = optional_number_in(state, "chest"), rows_in(state, "lately")
            self._kept, self._heart, self._told_rate = (_pair_in(lately, k) for k in range(3))
        self._movement = optional_number_in(state, "movement")


def _fresh(told: tuple[float, float] | None, t: float) -> float | None:
    return None if told is None or t - told[1] > _FRESH_S else told[0]


def _pair(pair: tuple[float, float] | None) -> Json:
    return None if pair is None else list(pair)


def _pair_in(rows: list[Json], index: int) -> tuple[float, float] | None:
    row = item(rows, index)
    return None if row is None else (number_in(row, 0), number_in(row, 1))


def _fixed(sleeper: Sleeper) -> Interval | None:
    """Where a person says that the bed is; what they left open reaches as far as it can."""
    if sleeper.bed_near is None and sleeper.bed_far is None:
        return None
    return Interval(sleeper.bed_near or 0.0, sleeper.bed_far or FARTHEST_M)

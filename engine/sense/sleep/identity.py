"""Whether it is the owner of a place whom a node measures: a partner or a pet never becomes them.

A node stands on one side of a bed, and its radar reports the nearest body that it finds. While
the owner is up it finds the partner, whoever came first it found first, and an animal may lie
down between. So every second what is measured is weighed as the owner's or another's (see
`likeness`), by a filter with two states that changes its mind easily only when there is reason
to: the distance changed, the breathing was lost, somebody moved. After the night the same model
looks at it from both ends, with all that is known by then.

Persons are not sorted out of a cloud of points: the ranges that a node reports are held one by
one against the place and the breath of one person. Two sleepers have two nodes, each with an
`Identity` of its own that knows nothing of the other.

The seam: one `Identity` a sleeper. `take` every `Second` with the place that `Geometry` found;
what it returns is whose the second is. Seconds of OTHER and NOBODY are not the sleeper's: leave
their breathing, heart and movement out of the epoch. At the end, `attributed` says of each epoch
of the night whether it was the owner's.
"""

from collections.abc import Sequence
from enum import StrEnum
import math

from ...core.sleep import EPOCH_S
from ...core.snapshot import Json, item, number_in, optional_number_in, text_in
from .epoch import SleepEpoch
from .geometry import BREATHES_FROM, Place
from .likeness import Owner, by_depth, by_distance, by_rate, owner_from_json
from .second import Second


class Whose(StrEnum):
    """Whose a second is."""

    NOBODY = "nobody"
    OWN = "own"
    OTHER = "other"


ABSENT_AFTER = 20.0
"""Seconds without a breath after which nobody is there, and whoever comes next may be anybody."""

DOUBT_S = 45.0
"""Seconds for which a change of distance, of quality or of movement leaves doubt: longer than
turning over takes, and until the window of a rate shows who breathes."""

_SWAP, _SWAP_IN_DOUBT = 2e-5, 0.02
"""Chance each second that another is measured from now on (chosen: once in a night without
reason, within a minute where there is one)."""

_MOST_ODDS = 5.0
"""Nats of certainty at most, so that a mind can be changed within a minute."""

_DISTANCE_WEIGHT, _BREATH_WEIGHT = 1 / 8, 1 / 20
"""What a second counts, because neighbouring ones say the same: a distance wanders for seconds,
a rate is of half a minute."""

_OWN_FROM, _OTHER_FROM = 0.4, -0.4
"""Nats between which it stays with what it said last."""

_MOVED_M = 0.15
"""A change of the smoothed distance that is a reason to look again: above the radar's noise,
below half a body."""
_SMOOTHING = 0.2
_MOVES_FROM = 0.3
_LOST_BELOW = 0.35

_STALE_S = 600.0
"""Seconds for which a distance may repeat to the last digit through movements before it counts
as stuck; the MR60BHA2 is known to freeze it."""

_SWAP_EPOCH = 0.01
_EPOCH_WEIGHT = 2.0
_LEARN_ODDS = 2.0
"""Nats from which a second teaches how the owner breathes."""


class Identity:
    """Whose the body is that one node measures, second by second."""

    def __init__(self) -> None:
        self.whose = Whose.NOBODY
        self._owner = Owner()
        self._odds = 0.0
        self._t = -math.inf
        self._breathed = -math.inf
        self._doubted = -math.inf
        self._smooth: float | None = None
        self._last: tuple[float, float, bool] | None = None

    @property
    def owner(self) -> Owner:
        """How the owner breathes, as far as it is known."""
        return self._owner

    @property
    def certainty(self) -> float:
        """How sure it is of whose the second is, 0.5-1."""
        return 1.0 / (1.0 + math.exp(-abs(self._odds)))

    def take(self, seen: Second, place: Place) -> Whose:
        """Whose a second is; time never goes back, a second of the past changes nothing."""
        if seen.t <= self._t:
            return self.whose
        passed = min(seen.t - self._t, ABSENT_AFTER)
        self._t = seen.t
        distance = self._trusted(seen)
        breathes = seen.quality is not None and seen.quality >= BREATHES_FROM
        if self._is_doubtful(seen, distance):
            self._doubted = seen.t
        if breathes and seen.present is not False:
            self._breathed = seen.t
        gone = seen.t - self._breathed > ABSENT_AFTER
        self._forget(passed, gone=gone)
        if breathes:
            self._weigh(seen, distance, place, passed)
        self.whose = Whose.NOBODY if gone else self._decided()
        if self.whose is Whose.OWN and breathes and self._odds >= _LEARN_ODDS:
            self._owner = self._owner.seen(seen.rate, seen.amplitude, passed)
        return self.whose

    def _trusted(self, seen: Second) -> float | None:
        """The distance, unless it is stuck."""
        if seen.distance is None:
            return None
        value, since, moved = self._last or (math.nan, seen.t, False)
        if value != seen.distance:
            self._last = (seen.distance, seen.t, False)
            return seen.distance
        moved |= seen.movement is not None and seen.movement >= _MOVES_FROM
        self._last = (value, since, moved)
        return None if moved and seen.t - since > _STALE_S else seen.distance

    def _is_doubtful(self, seen: Second, distance: float | None) -> bool:
        """Whether anything gives reason to look again."""
        doubt = seen.movement is not None and seen.movement >= _MOVES_FROM
        doubt |= seen.quality is not None and seen.quality < _LOST_BELOW
        doubt |= seen.present is False
        if distance is not None:
            if self._smooth is None:
                self._smooth = distance
            doubt |= abs(distance - self._smooth) > _MOVED_M
            self._smooth += _SMOOTHING * (distance - self._smooth)
        return doubt

    def _forget(self, seconds: float, *, gone: bool) -> None:
        """What was known may not hold any more."""
        chance = _SWAP_IN_DOUBT if self._t - self._doubted <= DOUBT_S else _SWAP
        if gone:
            self._odds = 0.0
            return
        own = 1.0 / (1.0 + math.exp(-self._odds))
        stay = (1.0 - 2.0 * chance) ** seconds
        own = 0.5 + (own - 0.5) * stay
        self._odds = math.log(own / (1.0 - own))

    def _weigh(self, seen: Second, distance: float | None, place: Place, seconds: float) -> None:
        odds = self._odds
        if distance is not None and place.own is not None:
            odds += _DISTANCE_WEIGHT * seconds * by_distance(distance, place.own)
        if seen.rate is not None and seen.rate > 0.0:
            odds += _BREATH_WEIGHT * seconds * by_rate(seen.rate, self._owner)
        if seen.amplitude is not None and seen.amplitude > 0.0:
            odds += _BREATH_WEIGHT * seconds * by_depth(seen.amplitude, self._owner)
        self._odds = min(_MOST_ODDS, max(-_MOST_ODDS, odds))

    def _decided(self) -> Whose:
        if self._odds >= _OWN_FROM:
            return Whose.OWN
        if self._odds <= _OTHER_FROM:
            return Whose.OTHER
        # Who is there first is followed until something speaks against them.
        return Whose.OWN if self.whose is Whose.NOBODY else self.whose

    def snapshot(self) -> Json:
        """The state as JSON."""
        last = self._last
        return {
            "whose": str(self.whose),
            "owner": self._owner.to_json(),
            "odds": self._odds,
            "times": [_finite(each) for each in (self._t, self._breathed, self._doubted)],
            "smooth": self._smooth,
            "last": None if last is None else [last[0], last[1], float(last[2])],
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        name, owner = text_in(state, "whose"), owner_from_json(item(state, "owner"))
        times = [optional_number_in(item(state, "times"), index) for index in range(3)]
        last, odds = item(state, "last"), number_in(state, "odds")
        smooth = optional_number_in(state, "smooth")
        self.whose = Whose(name) if name in Whose else Whose.NOBODY
        self._last = None
        if last is not None:
            self._last = (number_in(last, 0), number_in(last, 1), bool(number_in(last, 2)))
        self._owner, self._odds, self._smooth = owner, odds, smooth
        self._t, self._breathed, self._doubted = (
            -math.inf if each is None else each for each in times
        )


def attributed(epochs: Sequence[SleepEpoch], place: Place, owner: Owner) -> tuple[bool | None, ...]:
    """Of each epoch of a night, in order, whether it was the owner's; None where nobody breathed.

    It looks at the night from both ends (the forward-backward recursions of a chain with two
    states), with the place and the breathing that are known at its end, so that who came before
    the owner and who stayed after them are told apart though they were followed then.
    """
    said = [_epoch_odds(epoch, place, owner) for epoch in epochs]
    forward = _passed(said)
    backward = _passed(said[::-1])[::-1]
    return tuple(
        None if odds is None else before + after - odds >= 0.0
        for odds, before, after in zip(said, forward, backward, strict=True)
    )


def _passed(said: Sequence[float | None]) -> list[float]:
    """The odds after each epoch, of what was seen up to it."""
    odds, passed = 0.0, list[float]()
    for each in said:
        own = 1.0 / (1.0 + math.exp(-odds))
        own += _SWAP_EPOCH * (1.0 - 2.0 * own)
        odds = math.log(own / (1.0 - own)) + (each or 0.0)
        odds = min(4 * _MOST_ODDS, max(-4 * _MOST_ODDS, odds))
        passed.append(odds)
    return passed


def _epoch_odds(epoch: SleepEpoch, place: Place, owner: Owner) -> float | None:
    breathing = epoch.breathing
    if breathing is None or breathing.rate is None:
        return None
    odds = 0.0
    if epoch.distance is not None and place.own is not None:
        odds += EPOCH_S * _DISTANCE_WEIGHT * by_distance(epoch.distance, place.own)
    odds += _EPOCH_WEIGHT * by_rate(breathing.rate, owner)
    if breathing.amplitude is not None and breathing.amplitude > 0.0:
        odds += _EPOCH_WEIGHT * by_depth(breathing.amplitude, owner)
    return odds


def _finite(t: float) -> float | None:
    return t if math.isfinite(t) else None

"""Whether it is the owner of a place whom a node measures: a partner or a pet never becomes them.

A node stands on one side of a bed, and its radar reports the nearest body that it finds. While
the owner is up it finds the partner, whoever came first it found first, and an animal may lie
down between. So every second what is measured is weighed as the owner's, another person's or an
animal's (see `likeness`). What speaks for each is summed up over about a minute. A change of
distance, of the quality of breathing or a movement takes most of the sums and lowers what it
takes to think again; without any it takes much. After the night the same sums are made from both
ends, with all that is known by then.

Persons are not sorted out of a cloud of points: the ranges that a node reports are held one by
one against the place and the breath of one person. Two sleepers have two nodes, each with an
`Identity` of its own that knows nothing of the other.

The seam: one `Identity` a sleeper. `take` every `Second` with the place that `Geometry` found,
and give `Geometry` those that are no animal's;
what it returns is whose the second is. Seconds of OTHER and NOBODY are not the sleeper's: leave
their breathing, heart and movement out of the epoch. At the end, `attributed` says of each epoch
of the night whether it was the owner's. Distances are those that `Stuck` trusts.
"""

from collections.abc import Sequence
from enum import StrEnum
import math

from ...core.sleep import EPOCH_S
from ...core.snapshot import Json, item, number_in, optional_item, optional_number_in, text_in
from .epoch import SleepEpoch
from .geometry import BREATHES_FROM, Place
from .likeness import (
    APPEARED,
    NOTHING,
    PRIOR,
    WALKED_IN,
    Body,
    Likelihoods,
    Owner,
    added,
    by_body,
    likelihoods,
    owner_from_json,
    scaled,
)
from .second import Second


class Whose(StrEnum):
    """Whose a second is."""

    NOBODY = "nobody"
    OWN = "own"
    OTHER = "other"


ABSENT_AFTER = 20.0
_UNHEARD_AFTER = 120.0
"""Seconds without a breath after which nobody is there, and whoever comes next may be anybody:
longer while the radar says that somebody is, because who stirs and who turns over is not heard."""

DOUBT_S = 45.0
"""Seconds for which a change of distance, of quality or of movement leaves doubt: longer than
turning over takes, and until the window of a rate shows who breathes."""

_MEMORY_S = 60.0
"""Seconds over which what speaks for each is summed up, so that what is always a little unusual
of somebody does not make them another in the end."""

_KEPT_IN_DOUBT = 0.3
"""What is left of the sums where something gives reason to look again (chosen)."""

_STAY_MEMORY_S = 300.0
"""The same as `_MEMORY_S`, for whether it is an animal: what lies down stays what it is."""

_ANIMAL_FROM = 4.0
"""Nats for an animal over the owner, over a stay, from which it is one: what is measured in five
minutes is not five times as independent as what is measured in one."""

_CHANGED, _CHANGED_IN_DOUBT = 1.5, 0.4
"""Nats that it takes to call the owner another or another the owner, without and with doubt."""

_STAYS_OTHER = PRIOR[0] - PRIOR[1]
"""Nats by which another is likelier than before anything was known: then the owner was."""

_MOVED_M = 0.15
"""A change of the smoothed distance that is a reason to look again: above the radar's noise,
below half a body."""
_SMOOTHING = 0.2
_MOVES_FROM = 0.3
_LOST_BELOW = 0.35

_ANOTHER_PLACE_M = 0.2
"""A shift of the owner's place after which it is another person's: whoever was there first was
not the one whom the node stands beside."""

_NIGHT_MEMORY_S = 300.0
"""The same as `_MEMORY_S`, for looking back."""
_LEARN_ODDS = 1.5
"""Nats from which a second teaches how the owner breathes."""


class Identity:
    """Whose the body is that one node measures, second by second."""

    def __init__(self) -> None:
        self.whose = Whose.NOBODY
        self._owner = Owner()
        self._sums = NOTHING
        self._stay = NOTHING
        self._before = PRIOR
        self._place: float | None = None
        self._t = -math.inf
        self._breathed = -math.inf
        self._doubted = -math.inf
        self._smooth: float | None = None

    @property
    def owner(self) -> Owner:
        """How the owner breathes, as far as it is known."""
        return self._owner

    @property
    def certainty(self) -> float:
        """How sure it is of whose the second is, 0.5-1."""
        return 1.0 / (1.0 + math.exp(-abs(self._odds)))

    @property
    def is_animal(self) -> bool:
        """Whether it is another, and an animal rather than a person: no bed is made for it."""
        _, person, animal = added(self._before, self._stay, 1.0)
        return self.whose is Whose.OTHER and animal > person

    @property
    def humanity(self) -> float:
        """Nats for the owner over an animal, from all of a stay."""
        own, _, animal = added(self._before, self._stay, 1.0)
        return own - animal

    @property
    def _odds(self) -> float:
        return _odds(added(self._before, self._sums, 1.0))

    def take(self, seen: Second, place: Place, *, walked_in: bool | None = None) -> Whose:
        """Whose a second is; time never goes back, a second of the past changes nothing.

        `walked_in` says whether whoever is there was seen to come, None where that says nothing.
        """
        if seen.t <= self._t:
            return self.whose
        self._before = PRIOR
        if walked_in is not None:
            self._before = added(PRIOR, WALKED_IN if walked_in else APPEARED, 1.0)
        passed = min(seen.t - self._t, ABSENT_AFTER)
        self._t = seen.t
        self._settle(place)
        breathes = seen.quality is not None and seen.quality >= BREATHES_FROM
        if self._is_doubtful(seen) and seen.t - self._doubted > DOUBT_S:
            self._sums = scaled(self._sums, _KEPT_IN_DOUBT)
            self._doubted = seen.t
        if breathes and seen.present is not False:
            self._breathed = seen.t
        patience = _UNHEARD_AFTER if seen.present else ABSENT_AFTER
        if seen.t - self._breathed > patience:
            self.whose, self._sums, self._stay = Whose.NOBODY, NOTHING, NOTHING
            self._doubted = seen.t
            return self.whose
        self._sums = scaled(self._sums, math.exp(-passed / _MEMORY_S))
        self._stay = scaled(self._stay, math.exp(-passed / _STAY_MEMORY_S))
        body = Body(seen.distance, seen.rate, seen.amplitude, seen.heart, seen.chest)
        if breathes:
            said = likelihoods(body, place, self._owner)
            self._sums = added(self._sums, said, passed / _MEMORY_S)
            # Where it lies says nothing of what it is: a place is shared.
            self._stay = added(self._stay, by_body(body, self._owner), passed / _MEMORY_S)
            self.whose = self._decided(seen)
        sure = self.whose is Whose.OWN and self._odds >= _LEARN_ODDS
        if sure and breathes:
            self._owner = self._owner.seen(body, passed)
        return self.whose

    def _settle(self, place: Place) -> None:
        """Forget who breathed at a place that turned out to be another's."""
        if place.own is None:
            return
        if self._place is not None and abs(place.own - self._place) > _ANOTHER_PLACE_M:
            self._owner, self._sums, self._stay = Owner(), NOTHING, NOTHING
        self._place = place.own

    def _is_doubtful(self, seen: Second) -> bool:
        """Whether anything gives reason to look again."""
        doubt = seen.movement is not None and seen.movement >= _MOVES_FROM
        doubt |= seen.quality is not None and seen.quality < _LOST_BELOW
        doubt |= seen.present is False
        if seen.distance is not None:
            if self._smooth is None:
                self._smooth = seen.distance
            doubt |= abs(seen.distance - self._smooth) > _MOVED_M
            self._smooth += _SMOOTHING * (seen.distance - self._smooth)
        return doubt

    def _decided(self, seen: Second) -> Whose:
        if self.humanity <= -_ANIMAL_FROM:
            return Whose.OTHER
        odds = self._odds
        if self.whose is Whose.OTHER and seen.distance is not None:
            # Who was another stays so until it is the owner that is found.
            odds -= _STAYS_OTHER
        if self.whose is Whose.NOBODY:
            # Who is there first is followed until something speaks against them.
            return Whose.OTHER if odds <= -_CHANGED_IN_DOUBT else Whose.OWN
        needed = _CHANGED_IN_DOUBT if self._t - self._doubted <= DOUBT_S else _CHANGED
        if odds >= needed:
            return Whose.OWN
        return Whose.OTHER if odds <= -needed else self.whose

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "whose": str(self.whose),
            "owner": self._owner.to_json(),
            "sums": list(self._sums),
            "stay": list(self._stay),
            "before": list(self._before),
            "place": self._place,
            "times": [_finite(each) for each in (self._t, self._breathed, self._doubted)],
            "smooth": self._smooth,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        name, owner = text_in(state, "whose"), owner_from_json(item(state, "owner"))
        sums = _three(item(state, "sums"))
        # Absent before it was weighed who walked in.
        stay, before = optional_item(state, "stay"), optional_item(state, "before")
        times = [optional_number_in(item(state, "times"), index) for index in range(3)]
        smooth, place = optional_number_in(state, "smooth"), optional_number_in(state, "place")
        self.whose = Whose(name) if name in Whose else Whose.NOBODY
        self._owner, self._sums, self._smooth = owner, sums, smooth
        self._place = place
        self._stay = NOTHING if stay is None else _three(stay)
        self._before = PRIOR if before is None else _three(before)
        self._t, self._breathed, self._doubted = (
            -math.inf if each is None else each for each in times
        )


def attributed(epochs: Sequence[SleepEpoch], place: Place, owner: Owner) -> tuple[bool | None, ...]:
    """Of each epoch of a night, in order, whether it was the owner's; None where nobody breathed.

    It sums up from both ends, with the place and the breathing that are known at the night's end,
    so that who came before the owner and who stayed after them are told apart though they were
    followed then.
    """
    said = [_of_epoch(epoch, place, owner) for epoch in epochs]
    forward = _passed(said)
    backward = _passed(said[::-1])[::-1]
    return tuple(
        None if own is None else _odds(_together(before, after, own)) >= 0.0
        for own, before, after in zip(said, forward, backward, strict=True)
    )


def _passed(said: Sequence[Likelihoods | None]) -> list[Likelihoods]:
    """The sums after each epoch, of what was seen up to it."""
    sums, passed = NOTHING, list[Likelihoods]()
    for each in said:
        sums = scaled(sums, math.exp(-EPOCH_S / _NIGHT_MEMORY_S))
        if each is not None:
            sums = added(sums, each, 1.0)
        passed.append(sums)
    return passed


def _of_epoch(epoch: SleepEpoch, place: Place, owner: Owner) -> Likelihoods | None:
    breathing = epoch.breathing
    if breathing is None or breathing.rate is None:
        return None
    heart = None if epoch.heart is None else epoch.heart.rate
    body = Body(epoch.distance, breathing.rate, breathing.amplitude, heart)
    return scaled(likelihoods(body, place, owner), EPOCH_S / _MEMORY_S)


def _together(before: Likelihoods, after: Likelihoods, own: Likelihoods) -> Likelihoods:
    """What both sides of an epoch say, which is in both of them, and what was known before."""
    return added(PRIOR, added(added(before, after, 1.0), own, -1.0), 1.0)


def _odds(sums: Likelihoods) -> float:
    """Nats for the owner over the likelier of the others."""
    own, person, animal = sums
    return own - max(person, animal)


def _three(state: Json) -> Likelihoods:
    return number_in(state, 0), number_in(state, 1), number_in(state, 2)


def _finite(t: float) -> float | None:
    return t if math.isfinite(t) else None

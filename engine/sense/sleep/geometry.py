"""Where the bed is, as seen along a radar's range: learned from who lies and who walks there.

A node knows one length, the distance to whom it sees. Bodies that lie and breathe show, night by
night, how far away the bed is; bodies that walk show where one passes between it and the node.
The owner's own place is where the nearest body breathes that has been there for long enough.
Each range is counted by itself; nobody's points are sorted into groups.

The seam: one `Geometry` a sleeper. `take` it every `Second` (also those without anybody), read
`place` whenever it is needed; `fix` holds the bed where a person said that it is. The place is
known a few minutes after somebody first lay down, and gets better for some nights.
"""

from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from ...core.snapshot import (
    Json,
    item,
    number_in,
    optional_number_in,
    pack_array,
    unpack_array,
)
from .second import Second

NEAREST_M = 0.2
FARTHEST_M = 2.6
"""Range over which bodies are counted: nearer is the radar's own leakage, and these radars
measure breath up to 1.5 m; a partner on the far side of a wide bed lies within a metre more."""

BIN_M = 0.04
"""About the range resolution of a 60 GHz radar that sweeps 4 GHz: c / 2B."""

BREATHES_FROM = 0.5
"""Quality from which somebody breathes there; as for a bed."""

ADULT_MOST_BPM = 22.0
"""Breaths per minute above which a resting body is not counted as the bed's: adults at rest stay
below 20 to 22, a cat or a small dog asleep has 15 to 30."""

WALKS_FROM = 0.5
"""Movement from which a body walks rather than lies."""

ENOUGH_S = 300.0
"""Seconds of breath within a body's width before somebody's place counts (chosen): to sit on the
edge and tie one's shoes takes less."""

SHARE_AT_LEAST = 0.08
"""The part of all breath that a place must have (chosen): a child that crept in for one morning
moves nobody's place."""

BODY_M = 0.16
"""Half the width of a lying body, metres (chosen, half the breadth of an adult's chest)."""

MEMORY_S = 40 * 3600.0
"""Seconds of breath after which what was counted is worth half: about five nights, so that a
moved bed is found within a week."""

SURE_S = 2 * 3600.0
"""Seconds of breath at which the confidence is one half."""

PASSED_S = 20.0
"""Seconds of walking before the strip is known (chosen): some trips to and from the bed."""

LOOK_EVERY = 30
"""Counted seconds between two looks at what was counted, which cost more than counting."""

_BINS = round((FARTHEST_M - NEAREST_M) / BIN_M)
_SPREAD_BINS = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """From `near` to `far`, metres from the node."""

    near: float
    far: float

    def holds(self, distance: float) -> bool:
        """Whether a distance lies in it."""
        return self.near <= distance <= self.far


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a bed.

    `bed` is where lying bodies are, `strip` where one passes between the node and the bed, `own`
    where the owner lies, all metres from the node and None while not known; `confidence` is 0-1
    and 1 for what a person fixed.
    """

    bed: Interval | None = None
    strip: Interval | None = None
    own: float | None = None
    confidence: float = 0.0


class Geometry:
    """The place of one sleeper as one node sees it. `fixed` is where a person says the bed is."""

    def __init__(self, fixed: Interval | None = None) -> None:
        self._fixed = fixed
        self._lying = np.zeros(_BINS)
        self._walking = np.zeros(_BINS)
        self._t: float | None = None
        self._counted = 0
        self._place = self._find()

    def fix(self, bed: Interval | None) -> None:
        """Hold the bed where a person says that it is; None leaves it to what is seen."""
        if bed != self._fixed:
            self._fixed = bed
            self._place = self._find()

    @property
    def place(self) -> Place:
        """What is known now."""
        return self._place

    def take(self, seen: Second) -> None:
        """Count one second; seconds of the past and those without a distance are left out."""
        if self._t is not None and seen.t < self._t + 0.5:
            return
        self._t = seen.t
        distance = seen.distance
        if distance is None or not NEAREST_M <= distance < FARTHEST_M:
            return
        number = int((distance - NEAREST_M) / BIN_M)
        moves = seen.movement is not None and seen.movement >= WALKS_FROM
        if moves:
            self._walking[number] += 1.0
        elif _lies(seen):
            self._lying *= 0.5 ** (1.0 / MEMORY_S)
            self._walking *= 0.5 ** (1.0 / MEMORY_S)
            self._lying[number] += 1.0
        else:
            return
        self._counted += 1
        if self._counted >= LOOK_EVERY:
            self._counted = 0
            self._place = self._find()

    def _find(self) -> Place:
        total = float(self._lying.sum())
        own = self._own(total)
        bed = self._fixed
        if bed is None and own is not None:
            first, last = _quantiles(self._lying, 0.02, 0.98)
            bed = Interval(max(0.0, min(first, own) - BODY_M), last + BODY_M)
        strip = None
        if bed is not None and bed.near > NEAREST_M:
            before = self._walking[: max(0, int((bed.near - NEAREST_M) / BIN_M))]
            if float(before.sum()) >= PASSED_S:
                strip = Interval(_quantiles(before, 0.05, 0.95)[0], bed.near)
        sure = 1.0 if self._fixed is not None else total / (total + SURE_S)
        return Place(bed, strip, own, sure if bed is not None else 0.0)

    def _own(self, total: float) -> float | None:
        """Where the nearest body breathes that has been there for long enough."""
        smooth = _smoothed(self._lying)
        reach = round(BODY_M / BIN_M)
        for peak in range(_BINS):
            around = slice(max(0, peak - reach), peak + reach + 1)
            weight = float(self._lying[around].sum())
            if weight < max(ENOUGH_S, SHARE_AT_LEAST * total):
                continue
            if smooth[peak] < smooth[around].max():
                continue
            if self._fixed is not None and not self._fixed.holds(_middle(peak)):
                continue
            bins = np.arange(_BINS)[around]
            return _middle(float(bins @ self._lying[around]) / weight)
        return None

    def snapshot(self) -> Json:
        """The state as JSON; what is fixed belongs to the description of the house."""
        return {
            "lying": pack_array(self._lying),
            "walking": pack_array(self._walking),
            "t": self._t,
            "counted": self._counted,
            "place": _place_to_json(self._place),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        lying = unpack_array(item(state, "lying"), "float64", (_BINS,))
        walking = unpack_array(item(state, "walking"), "float64", (_BINS,))
        t, counted = optional_number_in(state, "t"), int(number_in(state, "counted"))
        place = _place_from_json(item(state, "place"))
        self._lying, self._walking = lying.astype(np.float64), walking.astype(np.float64)
        self._t, self._counted = t, counted
        # What a person fixed may have changed meanwhile.
        self._place = place if self._fixed is None else self._find()


def _place_to_json(place: Place) -> Json:
    return {
        "bed": None if place.bed is None else [place.bed.near, place.bed.far],
        "strip": None if place.strip is None else [place.strip.near, place.strip.far],
        "own": place.own,
        "confidence": place.confidence,
    }


def _place_from_json(state: Json) -> Place:
    return Place(
        _interval(item(state, "bed")),
        _interval(item(state, "strip")),
        optional_number_in(state, "own"),
        number_in(state, "confidence"),
    )


def _interval(state: Json) -> Interval | None:
    return None if state is None else Interval(number_in(state, 0), number_in(state, 1))


def _lies(seen: Second) -> bool:
    return (
        seen.quality is not None
        and seen.quality >= BREATHES_FROM
        and seen.rate is not None
        and seen.rate <= ADULT_MOST_BPM
    )


def _middle(number: float) -> float:
    return NEAREST_M + (number + 0.5) * BIN_M


def _smoothed(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    reach = 3 * _SPREAD_BINS
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _SPREAD_BINS) ** 2)
    return np.convolve(counts, kernel / kernel.sum(), "same")


def _quantiles(counts: NDArray[np.float64], low: float, high: float) -> tuple[float, float]:
    below = np.cumsum(counts) / max(float(counts.sum()), math.ulp(1.0))
    first, last = np.searchsorted(below, (low, high))
    return _middle(float(first)), _middle(float(min(last, len(counts) - 1)))

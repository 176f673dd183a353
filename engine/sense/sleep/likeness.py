"""How much a breathing body is like the owner of a place, another person, or an animal.

Each body is weighed by itself, by where it lies and how it breathes, against what is known of the
owner: logarithms of likelihoods, of which only the differences count. A partner lies mostly
further away than the owner, and nobody lies where the owner is; an animal lies anywhere, breathes
faster and less deeply.
"""

from dataclasses import dataclass
import math

from ...core.snapshot import Json, number_in, optional_number_in
from .geometry import Place

_LN2PI = 0.5 * math.log(2 * math.pi)

type Likelihoods = tuple[float, float, float]
"""Of the owner, of another person and of an animal; logarithms."""

PRIOR: Likelihoods = (math.log(0.7), math.log(0.18), math.log(0.12))
"""Who it is before anything is known: a node is put up for somebody (chosen)."""

NOTHING: Likelihoods = (0.0, 0.0, 0.0)

_OWN_SPREAD_M = 0.10
"""Mean deviation of an owner's distance about the place: turning over, and the radar's noise
(chosen; a Laplace distribution, because people turn and do not wander)."""
_OWN_ANYWHERE = 0.02
_OWN_NEARER = 0.5
"""Densities, per metre, of an owner anywhere in the bed, and nearer than a place that is not sure
yet: who lies nearer than whoever came first is whom the node stands beside."""
_NEARER, _ABREAST, _BEYOND = 0.1, 0.15, 0.55
"""Densities, per metre, of another person nearer than the owner, where the owner lies and beyond:
nobody fits where the owner is, and the node stands on the owner's side (chosen)."""
_ANIMAL_ANYWHERE, _ANIMAL_ABREAST = 0.5, 2.0
"""Densities, per metre, of an animal, which likes to lie where its owner does (chosen)."""
_ABREAST_M = 0.2
"""Within so much of the owner's distance another would lie on top of them."""

_ADULT_BPM, _ADULT_SPREAD = 15.0, 0.25
"""Median and logarithmic spread of breaths per minute of adults at rest (Tobin and others, Chest
84, 1983: 16.6 and 2.8 awake; a little slower asleep)."""
_ANIMAL_BPM, _ANIMAL_SPREAD = 25.0, 0.25
"""The same of cats and small dogs asleep: 15 to 30 a minute by veterinary advice."""
_OWN_SPREAD = 0.16
"""Logarithmic spread of one person's rate about their own (chosen: of the order of the change
from quiet sleep to waking)."""
_STRANGE_RATE = 0.03
"""Density of any rate at all, which a radar makes while somebody stirs."""

_OWN_DEPTH_SPREAD = 0.6
"""Logarithmic spread of the depth of one person's breath over postures: a factor of two
(chosen)."""
_OTHERS_DEPTH, _OTHERS_DEPTH_SPREAD = -0.5, 0.9
_ANIMAL_DEPTH, _ANIMAL_DEPTH_SPREAD = -1.1, 0.7
"""The depth of others beside the owner's, in logarithms: further away, or smaller (chosen)."""
_ANY_DEPTH = 0.02
"""Density of any depth at all: a movement in the window."""

_LEARN_S = 4 * 3600.0
"""Seconds over which an owner's breathing is averaged: half a night, so that no visitor of an hour
becomes the owner."""
_KNOWN_S = 600.0
"""Seconds of support from which somebody's own rate says more than that they are an adult."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What is known of how the owner breathes: means of logarithms, and seconds of support."""

    rate: float = math.log(_ADULT_BPM)
    depth: float | None = None
    support: float = 0.0

    def seen(self, rate: float | None, amplitude: float | None, seconds: float) -> Owner:
        """The same after so many more seconds with such a breath."""
        share = max(seconds / _LEARN_S, seconds / (self.support + seconds))
        mean, depth = self.rate, self.depth
        if rate is not None and rate > 0.0:
            mean += share * (math.log(rate) - mean)
        if amplitude is not None and amplitude > 0.0:
            found = math.log(amplitude)
            depth = found if depth is None else depth + share * (found - depth)
        return Owner(mean, depth, min(self.support + seconds, _LEARN_S))

    def to_json(self) -> Json:
        """The state as JSON."""
        return {"rate": self.rate, "depth": self.depth, "support": self.support}


def owner_from_json(state: Json) -> Owner:
    """The owner of a snapshot; raises SnapshotError."""
    return Owner(
        number_in(state, "rate"), optional_number_in(state, "depth"), number_in(state, "support")
    )


def by_distance(distance: float, place: Place) -> Likelihoods:
    """How likely a body is at a distance, metres from the node."""
    if place.own is None:
        return NOTHING
    off = distance - place.own
    mine = math.exp(-abs(off) / _OWN_SPREAD_M) / (2 * _OWN_SPREAD_M) + _OWN_ANYWHERE
    animal = _ANIMAL_ANYWHERE
    if abs(off) < _ABREAST_M:
        others, animal = _ABREAST, _ANIMAL_ABREAST
    elif off > 0:
        others = _BEYOND
    else:
        others = _NEARER
        mine += (1.0 - place.confidence) * _OWN_NEARER
    return math.log(mine), math.log(others), math.log(animal)


def by_rate(rate: float, owner: Owner) -> Likelihoods:
    """How likely one breathes so often a minute."""
    seen = math.log(rate)
    known = min(1.0, owner.support / _KNOWN_S)
    spread = known * _OWN_SPREAD + (1.0 - known) * _ADULT_SPREAD
    mean = known * owner.rate + (1.0 - known) * math.log(_ADULT_BPM)
    return (
        _density(seen - mean, spread, _STRANGE_RATE),
        _density(seen - math.log(_ADULT_BPM), _ADULT_SPREAD, _STRANGE_RATE),
        _density(seen - math.log(_ANIMAL_BPM), _ANIMAL_SPREAD, _STRANGE_RATE),
    )


def by_depth(amplitude: float, owner: Owner) -> Likelihoods:
    """How likely a breath is so deep, in the sensor's unit.

    Nothing is said of an owner not heard yet: modules scale their phases, and a back shows less
    than a chest, so that no depth is an adult's in itself.
    """
    if owner.depth is None or owner.support < _KNOWN_S:
        return NOTHING
    off = math.log(amplitude) - owner.depth
    return (
        _density(off, _OWN_DEPTH_SPREAD, _ANY_DEPTH),
        _density(off - _OTHERS_DEPTH, _OTHERS_DEPTH_SPREAD, _ANY_DEPTH),
        _density(off - _ANIMAL_DEPTH, _ANIMAL_DEPTH_SPREAD, _ANY_DEPTH),
    )


def _density(off: float, spread: float, floor: float) -> float:
    """The logarithm of a normal density, with a floor under it."""
    return math.log(math.exp(-0.5 * (off / spread) ** 2 - _LN2PI) / spread + floor)

"""How much a breathing body is like the owner of a place, another person, or an animal.

Each body is weighed by itself, by where it lies, how it breathes and how its heart beats, against
what is known of the owner: logarithms of likelihoods, of which only the differences count. A
partner lies mostly further away than the owner, and nobody lies where the owner is; an animal lies
anywhere, breathes faster and less deeply, its heart is quicker, and it is seen only from nearby.
"""

from dataclasses import dataclass
import math

from ...core.snapshot import Json, number_in, optional_item, optional_number_in
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
_ANIMAL_BPM, _ANIMAL_SPREAD = 21.0, 0.25
"""The same of cats and small dogs asleep: 15 to 30 a minute by veterinary advice, of which it is
the middle."""
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

_ADULT_CHEST_MM, _ADULT_CHEST_SPREAD = 3.5, 0.7
_ANIMAL_CHEST_MM, _ANIMAL_CHEST_SPREAD = 1.4, 0.5
_ANY_CHEST = 0.1
"""How far a chest comes nearer with a breath, median and logarithmic spread: 4 to 12 mm in front
of adults (Droitcour, Stanford 2006) and less from the side and the back; of small animals a third
(chosen). The last is the density of any."""

_ADULT_BEATS, _ADULT_BEATS_SPREAD = 66.0, 0.18
"""Beats per minute of adults at rest: 65.5 and 7.7 (Quer and others, PLoS One 15, 2020), wider for
who has only just lain down."""
_ANIMAL_BEATS, _ANIMAL_BEATS_SPREAD = 115.0, 0.35
"""The same of cats (118 at home: Abbott, J. Feline Med. Surg. 7, 2005) and of dogs (60 to 140)."""
_OWN_BEATS_SPREAD = 0.12
_STRANGE_BEATS = 0.15
"""Density of any heart rate at all: it is the least certain that a radar tells."""
_UNHEARD_BEATS: Likelihoods = (math.log(0.2), math.log(0.2), math.log(0.7))
"""How likely a radar that hears the owner's heart hears none beside a breath (chosen): it looks
for those of people, and small animals move little and beat faster."""

_DISTANCE_WEIGHT, _RATE_WEIGHT, _DEPTH_WEIGHT, _HEART_WEIGHT = 6.0, 3.0, 2.0, 2.0
"""For how many independent measurements the sum of each counts: neighbouring seconds say the
same, a distance wanders and a rate is of half a minute (chosen)."""

WALKED_IN: Likelihoods = (2.5, 2.5, 0.0)
APPEARED: Likelihoods = (-1.0, -1.0, 0.0)
"""Of who was seen to come from afar, and of who was not: two in three people, where a radar sees
the way to the bed, and one in twenty animals (chosen; see `arrival`)."""

_LEARN_S = 4 * 3600.0
"""Seconds over which an owner's breathing is averaged: half a night, so that no visitor of an hour
becomes the owner."""
_KNOWN_S = 600.0
"""Seconds of support from which somebody's own rate says more than that they are an adult."""


@dataclass(frozen=True, slots=True)
class Body:
    """What was measured of one body, None where it was not.

    `distance` metres, `rate` breaths and `heart` beats per minute, `depth` of a breath in the
    sensor's unit, and `chest` the same in millimetres.
    """

    distance: float | None = None
    rate: float | None = None
    depth: float | None = None
    heart: float | None = None
    chest: float | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """What is known of the owner: means of logarithms, and seconds of support."""

    rate: float = math.log(_ADULT_BPM)
    depth: float | None = None
    support: float = 0.0
    heart: float | None = None

    def seen(self, body: Body, seconds: float) -> Owner:
        """The same after so many more seconds of such a body."""
        share = max(seconds / _LEARN_S, seconds / (self.support + seconds))
        mean = self.rate
        if body.rate is not None and body.rate > 0.0:
            mean += share * (math.log(body.rate) - mean)
        return Owner(
            mean,
            _learned(self.depth, body.depth, share),
            min(self.support + seconds, _LEARN_S),
            _learned(self.heart, body.heart, share),
        )

    def to_json(self) -> Json:
        """The state as JSON."""
        return {
            "rate": self.rate,
            "depth": self.depth,
            "support": self.support,
            "heart": self.heart,
        }


def _learned(mean: float | None, value: float | None, share: float) -> float | None:
    if value is None or value <= 0.0:
        return mean
    found = math.log(value)
    return found if mean is None else mean + share * (found - mean)


def owner_from_json(state: Json) -> Owner:
    """The owner of a snapshot; raises SnapshotError."""
    heart = optional_item(state, "heart")  # absent before hearts were weighed
    return Owner(
        number_in(state, "rate"),
        optional_number_in(state, "depth"),
        number_in(state, "support"),
        None if heart is None else number_in(state, "heart"),
    )


def likelihoods(body: Body, place: Place, owner: Owner) -> Likelihoods:
    """What one measurement says of each, each kind weighed by how much it is worth."""
    said = by_body(body, owner)
    if body.distance is not None:
        said = added(said, by_distance(body.distance, place), _DISTANCE_WEIGHT)
    return said


def by_body(body: Body, owner: Owner) -> Likelihoods:
    """The same of how a body breathes and its heart beats, wherever it lies."""
    said = NOTHING
    if body.rate is not None and body.rate > 0.0:
        said = added(said, by_rate(body.rate, owner), _RATE_WEIGHT)
    if body.depth is not None and body.depth > 0.0:
        said = added(said, by_depth(body.depth, body.chest, owner), _DEPTH_WEIGHT)
    if body.heart is not None and body.heart > 0.0:
        said = added(said, by_heart(body.heart, owner), _HEART_WEIGHT)
    elif owner.heart is not None and owner.support >= _KNOWN_S:
        said = added(said, _UNHEARD_BEATS, _HEART_WEIGHT)
    return said


def added(one: Likelihoods, other: Likelihoods, times: float) -> Likelihoods:
    """One and so many times the other."""
    return (
        one[0] + times * other[0],
        one[1] + times * other[1],
        one[2] + times * other[2],
    )


def scaled(sums: Likelihoods, share: float) -> Likelihoods:
    """A share of each."""
    return sums[0] * share, sums[1] * share, sums[2] * share


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


def by_depth(amplitude: float, chest: float | None, owner: Owner) -> Likelihoods:
    """How likely a breath is so deep, in the sensor's unit, and in millimetres where it has any.

    Of an owner not heard yet only the latter says anything.
    """
    if owner.depth is None or owner.support < _KNOWN_S:
        return NOTHING if chest is None or chest <= 0.0 else _by_chest(math.log(chest))
    off = math.log(amplitude) - owner.depth
    return (
        _density(off, _OWN_DEPTH_SPREAD, _ANY_DEPTH),
        _density(off - _OTHERS_DEPTH, _OTHERS_DEPTH_SPREAD, _ANY_DEPTH),
        _density(off - _ANIMAL_DEPTH, _ANIMAL_DEPTH_SPREAD, _ANY_DEPTH),
    )


def _by_chest(moved: float) -> Likelihoods:
    adult = _density(moved - math.log(_ADULT_CHEST_MM), _ADULT_CHEST_SPREAD, _ANY_CHEST)
    animal = _density(moved - math.log(_ANIMAL_CHEST_MM), _ANIMAL_CHEST_SPREAD, _ANY_CHEST)
    return adult, adult, animal


def by_heart(beats: float, owner: Owner) -> Likelihoods:
    """How likely a heart beats so often a minute."""
    seen = math.log(beats)
    adult = _density(seen - math.log(_ADULT_BEATS), _ADULT_BEATS_SPREAD, _STRANGE_BEATS)
    animal = _density(seen - math.log(_ANIMAL_BEATS), _ANIMAL_BEATS_SPREAD, _STRANGE_BEATS)
    if owner.heart is None or owner.support < _KNOWN_S:
        return adult, adult, animal
    return _density(seen - owner.heart, _OWN_BEATS_SPREAD, _STRANGE_BEATS), adult, animal


def _density(off: float, spread: float, floor: float) -> float:
    """The logarithm of a normal density, with a floor under it."""
    return math.log(math.exp(-0.5 * (off / spread) ** 2 - _LN2PI) / spread + floor)

"""How much a breathing body is like the owner of a place, rather than anybody else.

Each body is weighed by itself, by where it lies and how it breathes, against what is known of the
owner: the logarithm of a ratio of likelihoods. Others are everybody and everything else that
breathes: a partner, mostly further away than the owner, a child, an animal on the bed.
"""

from dataclasses import dataclass
import math

from ...core.snapshot import Json, number_in, optional_number_in

_LN2PI = 0.5 * math.log(2 * math.pi)

_OWN_SPREAD_M = 0.10
"""Mean deviation of an owner's distance about the place: turning over, and the radar's noise
(chosen; a Laplace distribution, because people turn and do not wander)."""
_OWN_ANYWHERE = 0.02
"""Density, per metre, of an owner anywhere in the bed."""
_OTHERS_NEARER, _OTHERS_THERE, _OTHERS_BEYOND = 0.1, 0.15, 0.55
"""Densities, per metre, of others nearer than the owner, at the owner's place and beyond: nobody
fits where the owner lies, and the node stands on the owner's side (chosen)."""
_ABREAST_M = 0.2
"""Within so much of the owner's distance another would lie on top of them."""

_ADULT_BPM, _ADULT_SPREAD = 15.0, 0.22
"""Median and logarithmic spread of breaths per minute of adults at rest (Tobin and others, Chest
84, 1983: 16.6 and 2.8 awake; a little slower asleep)."""
_PET_BPM, _PET_SPREAD, _PET_SHARE = 24.0, 0.25, 0.35
"""The same of cats and small dogs asleep (15 to 30 a minute), and how many others are such."""
_OWN_SPREAD = 0.16
"""Logarithmic spread of one person's rate about their own (chosen: of the order of the change
from quiet sleep to waking)."""
_STRANGE_RATE = 0.08
"""Share of seconds with any rate at all, which a radar makes while somebody stirs."""

_OWN_DEPTH_SPREAD = 0.6
"""Logarithmic spread of the depth of one person's breath over postures: a factor of two
(chosen)."""
_ANY_DEPTH = 0.02
"""Density of any depth at all: a movement in the window."""
_OTHERS_DEPTH, _OTHERS_DEPTH_SPREAD = -0.7, 0.9
"""The depth of others beside the owner's, in logarithms: further away, or smaller (chosen)."""

_LEARN_S = 1800.0
"""Seconds over which an owner's breathing is averaged, so that it follows the night."""
_MOST_NATS = 3.0
"""One measure alone says no more than this."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What is known of how the owner breathes: means of logarithms, and seconds of support."""

    rate: float = math.log(_ADULT_BPM)
    rate_support: float = 0.0
    depth: float | None = None

    def seen(self, rate: float | None, amplitude: float | None, seconds: float) -> Owner:
        """The same after so many more seconds with such a breath."""
        share = seconds / _LEARN_S
        mean, support, depth = self.rate, self.rate_support, self.depth
        if rate is not None and rate > 0.0:
            step = max(share, seconds / (support + seconds))
            mean, support = mean + step * (math.log(rate) - mean), support + seconds
        if amplitude is not None and amplitude > 0.0:
            found = math.log(amplitude)
            depth = found if depth is None else depth + share * (found - depth)
        return Owner(mean, min(support, _LEARN_S), depth)

    def to_json(self) -> Json:
        """The state as JSON."""
        return {"rate": self.rate, "support": self.rate_support, "depth": self.depth}


def owner_from_json(state: Json) -> Owner:
    """The owner of a snapshot; raises SnapshotError."""
    return Owner(
        number_in(state, "rate"), number_in(state, "support"), optional_number_in(state, "depth")
    )


def by_distance(distance: float, own: float) -> float:
    """How much a distance speaks for the owner who lies at `own`, nats; below 0 against."""
    off = distance - own
    mine = math.exp(-abs(off) / _OWN_SPREAD_M) / (2 * _OWN_SPREAD_M) + _OWN_ANYWHERE
    if abs(off) < _ABREAST_M:
        others = _OTHERS_THERE
    else:
        others = _OTHERS_BEYOND if off > 0 else _OTHERS_NEARER
    return _within(math.log(mine / others))


def by_rate(rate: float, owner: Owner) -> float:
    """The same of breaths per minute."""
    seen = math.log(rate)
    # Somebody hardly heard yet breathes like anybody.
    known = owner.rate_support / (owner.rate_support + _LEARN_S / 6)
    spread = known * _OWN_SPREAD + (1 - known) * _ADULT_SPREAD
    strange = _STRANGE_RATE / 3.0
    mine = (1 - _STRANGE_RATE) * _normal(seen - owner.rate, spread) + strange
    adults = _normal(seen - math.log(_ADULT_BPM), _ADULT_SPREAD)
    pets = _normal(seen - math.log(_PET_BPM), _PET_SPREAD)
    others = (1 - _STRANGE_RATE) * ((1 - _PET_SHARE) * adults + _PET_SHARE * pets) + strange
    return _within(math.log(mine / others))


def by_depth(amplitude: float, owner: Owner) -> float:
    """The same of the depth of a breath, in the sensor's unit.

    Nothing is said of an owner not heard yet: modules scale their phases, and a back shows less
    than a chest, so that no depth is an adult's in itself.
    """
    if owner.depth is None:
        return 0.0
    off = math.log(amplitude) - owner.depth
    mine = _normal(off, _OWN_DEPTH_SPREAD)
    others = _normal(off - _OTHERS_DEPTH, _OTHERS_DEPTH_SPREAD)
    return _within(math.log((mine + _ANY_DEPTH) / (others + _ANY_DEPTH)))


def _normal(off: float, spread: float) -> float:
    return math.exp(-0.5 * (off / spread) ** 2 - _LN2PI) / spread


def _within(nats: float) -> float:
    return min(_MOST_NATS, max(-_MOST_NATS, nats))

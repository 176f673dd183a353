"""What happens on a night, drawn from a seed: when things break, for how long, and who wakes up."""

from dataclasses import dataclass
from enum import StrEnum
import math
import random


class What(StrEnum):
    """What breaks."""

    KILL_NODE = "kill the node"
    CUT_POWER = "cut the node's power"
    KILL_BROKER = "kill the broker"
    KILL_HOST = "kill the host"
    PARTITION = "part node and broker"
    TURN_CLOCK = "turn the node's clock"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something breaks `at` seconds after the deadline (before, where negative) and for so long.

    `by` is how far a clock is turned, s; `blind` is for how long a machine that comes back knows
    no time.
    """

    what: What
    at: float
    lasts: float = 0.0
    by: float = 0.0
    blind: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One night: `lead` seconds from setting the alarm to its deadline, and its faults.

    The host rings `smart` seconds before the deadline, None for at the deadline, and the sleeper
    says that it is over `reaction` seconds after the first sound.
    """

    number: int
    lead: float
    smart: float | None
    reaction: float
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """How long nights and faults are, s: faults come from `before` to `after` the deadline."""

    lead: float
    before: float
    after: float
    shortest: float
    longest: float
    blind: float
    smart: float
    reaction: tuple[float, float]


SECONDS = Scale(9.0, 7.0, 3.0, 0.2, 4.0, 3.0, 4.0, (1.0, 3.0))
"""Of nights with real processes: the deadline is seconds ahead."""

HOURS = Scale(8 * 3600.0, 7.8 * 3600.0, 900.0, 1.0, 3000.0, 500.0, 1800.0, (5.0, 120.0))
"""Of simulated nights. Some outages outlast the half hour in which a node still rings."""

_MOST_FAULTS = 4
_TURNS_S = (-36_000.0, -7200.0, -3600.0, -90.0, 90.0, 3600.0, 7200.0, 36_000.0)
"""Hours, as by a wrong time zone or a lost battery, and what a bad time server may do."""


def draw(seed: int, number: int, scale: Scale) -> Plan:
    """A night by its number; the same for the same seed."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - nothing is to be kept secret
    faults = [_fault(chance, scale) for _ in range(chance.randint(1, _MOST_FAULTS))]
    return Plan(
        number=number,
        lead=scale.lead,
        smart=chance.uniform(0.0, scale.smart) if chance.random() < 0.5 else None,
        reaction=chance.uniform(*scale.reaction),
        faults=tuple(sorted(faults, key=lambda each: each.at)),
    )


def _fault(chance: random.Random, scale: Scale) -> Fault:
    what = chance.choice(list(What))
    # Half of them near the deadline, where they hurt most.
    near = min(scale.before, 4 * scale.shortest + 120.0)
    before = near if chance.random() < 0.5 else scale.before
    lasts = math.exp(chance.uniform(math.log(scale.shortest), math.log(scale.longest)))
    return Fault(
        what,
        at=chance.uniform(-before, scale.after),
        lasts=0.0 if what is What.TURN_CLOCK else lasts,
        by=chance.choice(_TURNS_S) if what is What.TURN_CLOCK else 0.0,
        blind=(
            chance.uniform(0.0, scale.blind)
            if what is What.CUT_POWER and chance.random() < 0.5
            else 0.0
        ),
    )

"""Learns to stage sleep from scored nights: the network, and the rule that makes stages of it.

The rule is chosen on people that no network was trained with: the people are dealt out to a few
parts, a network is trained without each part, and what these say of their parts is what the rule
is chosen by. The network that goes with it is then trained on everybody, as several members that
run side by side.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from halcyon.sense.network import Network
from halcyon.sense.sleep.decision import Rule

from .corpus import whole
from .deciding import Judged, follows_of, rule_for
from .ensemble import side_by_side
from .fitting import Course, trained
from .recorded import Recorded

PARTS = 5
MEMBERS = 3
_SEED_STEP = 1000
"""Between the seeds of members, so that no two trainings share one."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the engine needs to stage sleep."""

    network: Network
    rule: Rule


def learned(
    nights: Sequence[Recorded],
    course: Course,
    *,
    members: int = MEMBERS,
    parts: int = PARTS,
    told: Callable[[str], None] = print,
) -> Learned:
    """A network and its rule, from a course's seed on."""
    rule = rule_of(nights, course, parts=parts, told=told)
    told("training on everybody")
    every = [
        trained(nights, replace(course, seed=course.seed * _SEED_STEP + member))
        for member in range(members)
    ]
    return Learned(side_by_side(every), rule)


def rule_of(
    nights: Sequence[Recorded],
    course: Course,
    *,
    parts: int = PARTS,
    told: Callable[[str], None] = print,
) -> Rule:
    """The rule, by what networks say of people that they were not trained with."""
    part_of = dealt(nights, parts, course.seed)
    networks: dict[str, Network] = {}
    for part in range(parts):
        told(f"training without part {part + 1} of {parts}")
        others = [night for night in nights if part_of[night.person] != part]
        own = {night.person for night in nights if part_of[night.person] == part}
        if own and others:
            network = trained(others, replace(course, seed=course.seed * parts + part))
            networks |= dict.fromkeys(own, network)
    return rule_by(nights, networks)


def rule_by(
    nights: Sequence[Recorded],
    networks: Mapping[str, Network],
    judging: Collection[str] = ("sleep_accel",),
) -> Rule:
    """The rule that does best on nights, each told by a network that never saw its person.

    It is chosen on the sets `judging`, of healthy people: the nights of patients are for the
    network to learn from. Where none of these is there it is chosen on all.
    """
    known = [night for night in nights if night.person in networks]
    chosen = [night for night in known if night.source in judging] or known
    x, stages = whole(chosen)
    said = np.stack([networks[night.person].run(x[n])[0] for n, night in enumerate(chosen)])
    measured = np.zeros(stages.shape, np.bool_)
    for n, night in enumerate(chosen):
        measured[n, : len(night)] = np.isfinite(night.channels).any(-1)
    return rule_for(Judged(said.astype(np.float64), measured, stages), follows_of(nights))


def dealt(nights: Sequence[Recorded], parts: int, seed: int) -> dict[str, int]:
    """Which part everybody goes to: each set's people evenly, all nights of one person together."""
    found: dict[str, int] = {}
    rng = np.random.default_rng(seed)
    for name in sorted({night.source for night in nights}):
        people = sorted({each.person for each in nights if each.source == name})
        for place, person in enumerate(rng.permutation(people).tolist()):
            found[person] = place % parts
    return found

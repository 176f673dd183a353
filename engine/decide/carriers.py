"""Which node uses which carrier, so that nodes that hear each other do not disturb each other."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
import math

SPACING_HZ = 1200.0
"""Two tones in one room lie at least so far apart: each fills 500 Hz to both sides with Doppler,
and the filters of the nodes need the rest."""

GRID_HZ = 100.0
"""Carriers are given in steps of this; a node takes the next that its sample clock makes."""

_MOST_TRIED = 8
"""Up to so many nodes that hear each other the fewest moves are searched for; beyond, nodes are
placed one by one."""

_CLEAR_HZ = SPACING_HZ + 2 * GRID_HZ
"""How far a moved node is put from the others, so that rounding by two nodes still fits."""


@dataclass(frozen=True, slots=True)
class Tunable:
    """A node that can be given a carrier: the present one and the range it can emit, all Hz."""

    carrier: float | None
    lowest: float
    highest: float


type Carriers = dict[str, float | None]


def assign(
    nodes: Mapping[str, Tunable], hearing: Collection[tuple[str, str]]
) -> Mapping[str, float | None]:
    """The carrier of every node, by name, such that pairs in `hearing` are SPACING_HZ apart.

    As few nodes as possible leave their present carrier, and the answer does not depend on the
    order of the arguments. None for a node that finds no place: it had better be silent.
    Pairs that name an unknown node, or one twice, are ignored.
    """
    near: dict[str, set[str]] = {name: set() for name in sorted(nodes)}
    for a, b in hearing:
        if a != b and a in near and b in near:
            near[a].add(b)
            near[b].add(a)
    given: Carriers = {}
    for group in _groups(near):
        given |= _placed(group, nodes, near)
    return given


def _groups(near: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """The nodes that hear each other, directly or by others, each group sorted by name."""
    left = dict.fromkeys(near)
    while left:
        group, waiting = set[str](), [next(iter(left))]
        while waiting:
            name = waiting.pop()
            if name in left:
                del left[name]
                group.add(name)
                waiting.extend(near[name])
        yield sorted(group)


def _placed(
    group: list[str], nodes: Mapping[str, Tunable], near: Mapping[str, set[str]]
) -> Carriers:
    """Carriers of a group, with as few moves as there is a way for."""
    if len(group) > _MOST_TRIED:
        return _one_by_one(group, nodes, near)
    for count in range(len(group) + 1):
        for moved in combinations(group, count):
            kept = {name: nodes[name].carrier for name in group if name not in moved}
            if all(_keeps(name, kept, nodes, near) for name in kept):
                found = _moved(list(moved), kept, nodes, near)
                if found is not None:
                    return found
    return _one_by_one(group, nodes, near)


def _keeps(
    name: str, given: Carriers, nodes: Mapping[str, Tunable], near: Mapping[str, set[str]]
) -> bool:
    """Whether a node can stay where it is beside the others."""
    node, carrier = nodes[name], nodes[name].carrier
    if carrier is None or not node.lowest <= carrier <= node.highest:
        return False
    return _apart(carrier, (given.get(other) for other in near[name]), SPACING_HZ)


def _moved(
    names: list[str], kept: Carriers, nodes: Mapping[str, Tunable], near: Mapping[str, set[str]]
) -> Carriers | None:
    """Places for the nodes that move, None if there are none; depth first, so all are tried."""
    if not names:
        return dict(kept)
    name, *rest = names
    for carrier in _places(name, kept, nodes, near):
        found = _moved(rest, {**kept, name: carrier}, nodes, near)
        if found is not None:
            return found
    return None


def _one_by_one(
    group: list[str], nodes: Mapping[str, Tunable], near: Mapping[str, set[str]]
) -> Carriers:
    """Carriers for as many as find a place, those that can stay first."""
    given: Carriers = {}
    for name in group:
        if _keeps(name, given, nodes, near):
            given[name] = nodes[name].carrier
    for name in group:
        if name not in given:
            given[name] = next(iter(_places(name, given, nodes, near)), None)
    return given


def _places(
    name: str, given: Carriers, nodes: Mapping[str, Tunable], near: Mapping[str, set[str]]
) -> Iterator[float]:
    """Where a node could go, the highest first because it is heard least.

    Only the ends of its range and what lies just below or above its neighbours come up: what
    is packed tightly leaves the most room to the rest.
    """
    node = nodes[name]
    taken = [carrier for other in near[name] if (carrier := given.get(other)) is not None]
    bottom, top = _up(node.lowest), _down(node.highest)
    corners = {top, bottom}
    for carrier in taken:
        corners |= {_down(carrier - _CLEAR_HZ), _up(carrier + _CLEAR_HZ)}
    for corner in sorted(corners, reverse=True):
        if bottom <= corner <= top and _apart(corner, taken, SPACING_HZ):
            yield corner


def _apart(carrier: float, others: Iterable[float | None], spacing: float) -> bool:
    return all(each is None or abs(carrier - each) >= spacing for each in others)


def _down(carrier: float) -> float:
    return math.floor(carrier / GRID_HZ) * GRID_HZ


def _up(carrier: float) -> float:
    return math.ceil(carrier / GRID_HZ) * GRID_HZ

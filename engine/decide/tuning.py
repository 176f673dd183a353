"""Carriers for a home's nodes: apart in a room, and apart from whomever one of them hears."""

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

from .carriers import Tunable, assign
from .nodes import Node


def tune(nodes: Mapping[str, Node], rooms: Iterable[Collection[str]]) -> list[Node]:
    """Give another carrier to each node that would disturb another; those that must change.

    `rooms` are the nodes of each room. Nodes of one room hear each other; who reports interference
    may hear any other of the home.
    """
    tunable: dict[str, Tunable] = {}
    for name, node in sorted(nodes.items()):
        sound, carrier = node.sound, node.present_carrier
        if sound is not None and sound.carriers is not None and carrier is not None:
            tunable[name] = Tunable(carrier, *sound.carriers)
    hearing = {
        pair
        for room in rooms
        for pair in combinations(sorted(name for name in room if name in tunable), 2)
    }
    for name in tunable:
        if nodes[name].is_disturbed:
            hearing |= {(min(name, other), max(name, other)) for other in tunable if other != name}
    if not hearing:
        return []
    moved = []
    for name, carrier in assign(tunable, hearing).items():
        if carrier is not None and carrier != tunable[name].carrier:
            nodes[name].carrier = carrier
            moved.append(nodes[name])
    return moved

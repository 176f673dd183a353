"""Which node uses which carrier, so that nodes that hear each other do not disturb each other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

SPACING_HZ = 1200.0
"""Two tones in one room lie at least so far apart: each fills +-500 Hz with Doppler, and the
filters of the nodes need the rest."""


@dataclass(frozen=True, slots=True)
class Tunable:
    """A node that can be given a carrier: the present one and the range it can emit, all Hz."""

    carrier: float | None
    lowest: float
    highest: float


def assign(
    nodes: Mapping[str, Tunable], hearing: Collection[tuple[str, str]]
) -> Mapping[str, float | None]:
    """The carrier of every node, by name, such that pairs in `hearing` are SPACING_HZ apart.

    As few nodes as possible leave their present carrier, and the answer does not depend on the
    order of the arguments. None for a node that finds no place.
    """
    raise NotImplementedError

"""Which names and numbers sound like a run of words of what was heard."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from .automaton import Slot
from .pronunciation import coarse
from .values import Value, Values

_LONGEST_SPAN = 6
"""Words that one name may have been heard as."""

_VALUES_A_SPAN = 6
"""Fillings of a slot that are followed for the same words."""

UNLIKE = 0.5
"""The share of phones in which a word or name may differ from what it is taken for."""

type Filling = tuple[int, Value, float]
"""Before which word it ends, what it is, and its cost in phones."""


class Spans:
    """Which fillings sound like which runs of words of one hypothesis."""

    def __init__(self, phones: Sequence[str], values: Values) -> None:
        self._phones = phones
        self._values = values
        self._costs: dict[Slot, dict[int, list[Filling]]] = {}

    def found(self, at: int, slot: Slot) -> list[Filling]:
        """Fillings from a word on."""
        known = self._costs.get(slot)
        if known is None:
            known = self._costs[slot] = self._compare(slot)
        return known.get(at, [])

    def _compare(self, slot: Slot) -> dict[int, list[Filling]]:
        options = [(value, sound) for value in self._values.of(slot) for sound in value.sounds]
        ranges = [
            (start, end)
            for start in range(len(self._phones))
            for end in range(start + 1, min(len(self._phones), start + _LONGEST_SPAN) + 1)
        ]
        if not options or not ranges:
            return {}
        heard = ["".join(self._phones[start:end]) for start, end in ranges]
        said = [sound for _, sound in options]
        costs = _distances(heard, said)
        lengths = np.maximum.outer([len(each) for each in heard], [len(each) for each in said])
        costs[costs > UNLIKE * lengths] = np.inf
        found: dict[int, list[Filling]] = {}
        for row, (start, end) in enumerate(ranges):
            line = costs[row]
            for column in np.argsort(line, kind="stable")[:_VALUES_A_SPAN]:
                if not np.isfinite(line[column]):
                    break
                value = options[column][0]
                found.setdefault(start, []).append((end, value, float(line[column])))
        return found


def _distances(left: Sequence[str], right: Sequence[str]) -> NDArray[np.float32]:
    """`distance` of every pair, shape (left, right)."""
    fine = process.cdist(left, right, scorer=Levenshtein.distance, dtype=np.float32)
    rough = process.cdist(
        [coarse(each) for each in left],
        [coarse(each) for each in right],
        scorer=Levenshtein.distance,
        dtype=np.float32,
    )
    mean: NDArray[np.float32] = (fine + rough) / 2
    return mean

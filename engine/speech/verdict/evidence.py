"""How well a sentence explains what one pass heard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from ..hypothesis import Hypothesis
from ..language.pronunciation import coarse, distance

_PHONES_A_NAT = 0.3
"""What a less likely reading of a pass costs, in phones for each nat that it is less so. Between
0.15 and 0.6 development sentences come out the same."""

_WINDOW = 6
"""Phones among which errors are counted together: a short word or two syllables of a name."""

_CONFUSABLE = 0.5
"""An error between phones that recognisers confuse; `distance` counts them so too."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence against one pass.

    `cost` is the distance to the nearest of its readings in phones, less likely readings costing
    more; `spread` is the share of wrong phones, and `worst` how many of them are within a short
    word's length (0-1). A sentence that differs by one name is near as a whole, and far there.
    """

    cost: float
    spread: float
    worst: float


def weighed(sounds: Sequence[str], heard: Iterable[tuple[str, Hypothesis]]) -> Evidence | None:
    """Compare the ways to say a sentence with the readings of one pass, given with their phones.

    None where the pass heard nothing.
    """
    best: tuple[float, str, str] | None = None
    for phones, hypothesis in heard:
        price = -_PHONES_A_NAT * hypothesis.score
        for sound in sounds:
            cost = price + distance(sound, phones)
            if best is None or cost < best[0]:
                best = (cost, sound, phones)
    if best is None:
        return None
    cost, sound, phones = best
    spread, worst = _errors(sound, phones)
    return Evidence(cost, spread, worst)


def _errors(said: str, heard: str) -> tuple[float, float]:
    """The share of errors in all phones, and in the worst window."""
    errors = [0.0] * (len(said) + 1)
    left, right = coarse(said), coarse(heard)
    for edit in Levenshtein.editops(said, heard):
        alike = edit.tag == "replace" and left[edit.src_pos] == right[edit.dest_pos]
        errors[edit.src_pos] += _CONFUSABLE if alike else 1.0
    total = sum(errors)
    most = max(
        sum(errors[start : start + _WINDOW]) for start in range(max(1, len(errors) - _WINDOW + 1))
    )
    return min(1.0, total / max(len(said), len(heard), 1)), min(1.0, most / _WINDOW)

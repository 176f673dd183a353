"""Whether what was heard is a command for this home.

Speech that is not for the home is forced into its sentences by a grammar and left alone by free
passes, so agreement tells the two apart. Logistic regressions over how far each pass is from the
sentence; one where the second pass took part, one where it did not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
import json
import math

from ..hypothesis import Pass
from .evidence import Evidence

ACCEPTED = 0.3
"""The confidence from which on a sentence is taken for a command. Of the development sentences 99 %
of commands reach it and 2 % of all else; people are harder to hear than the voices that said these,
so it lies below one half."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """Of a logistic regression: for each feature, and the constant."""

    features: tuple[float, ...]
    constant: float


def _shipped() -> dict[str, _Weights]:
    """What `training/speech/weights.py` fitted, to which voices and sentences it says."""
    path = resources.files(__package__) / "rejection.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    return {name: _Weights(tuple(w["features"]), w["constant"]) for name, w in document.items()}


_WEIGHTS = _shipped()


def features(evidence: Mapping[Pass, Evidence], prior: float) -> tuple[float, ...]:
    """What the regressions read.

    The share of wrong phones in the grammar pass; that and the worst place in the free pass, and,
    where it took part, in the second; the cost of the sentence before anybody listened, in phones.
    A pass that heard nothing agrees with nothing.
    """
    deaf = Evidence(math.inf, 1.0, 1.0)
    grammar = evidence.get(Pass.GRAMMAR, deaf)
    free = evidence.get(Pass.FREE, evidence.get(Pass.TRANSDUCER, deaf))
    found = [grammar.spread, free.spread, free.worst]
    if (second := evidence.get(Pass.ATTENTION)) is not None:
        found += [second.spread, second.worst]
    return (*found, prior)


def confidence(evidence: Mapping[Pass, Evidence], prior: float) -> float:
    """The probability (0-1) that a sentence was said, and to the home."""
    weights = _WEIGHTS["second" if Pass.ATTENTION in evidence else "first"]
    read = features(evidence, prior)
    total = weights.constant + math.sumprod(weights.features, read)
    return 1 / (1 + math.exp(-total))

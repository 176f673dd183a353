"""Whether what was heard is a command for this home.

Speech that is not for the home is forced into its sentences by a grammar and left alone by free
passes, so agreement tells the two apart, and so does what the force costs: by how much the sound is
likelier as a sentence of the home than as any words at all. The second is the likelihood ratio of
utterance verification (Rose, Juang, Lee, "A training procedure for verifying string hypotheses in
continuous speech recognition", 1995), and holds in noise, where free passes agree with nothing.
Logistic regressions weigh them, one for each set of passes that took part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
import json
import math

from ..hypothesis import Pass
from .evidence import Evidence

ACCEPTED = 0.3
"""The confidence from which on a sentence is taken for a command. Of the development sentences,
clean and in rooms, 98 % of the commands and 6 % of all else reach it by weights that heard the
other voice alone; people are harder to hear than these voices, so it lies below one half."""

_ACCEPTED_BY_TEXT = 0.5
"""The same where no likelihoods are known: the border of the regression, because agreement alone
takes the nearest thing for one that is absent."""

_FARTHEST = 20.0
"""Natural logarithm: beyond it a ratio of likelihoods says nothing more, only how long it was."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is known of a sentence against what was heard.

    `evidence` of each pass; `prior`, the cost of the sentence before anybody listened, in phones;
    `ratio`, the natural logarithm of how much likelier the sound is with the grammar than without,
    None where that is not known.
    """

    evidence: Mapping[Pass, Evidence]
    prior: float
    ratio: float | None


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


def accepted_from(weighed: Weighed) -> float:
    """The confidence from which on it is taken for a command."""
    return _ACCEPTED_BY_TEXT if weighed.ratio is None else ACCEPTED


def regression(weighed: Weighed) -> str:
    """Which regression reads this, by its name in the document of weights."""
    passes = "second" if Pass.ATTENTION in weighed.evidence else "first"
    return passes if weighed.ratio is None else f"{passes} with likelihoods"


def features(weighed: Weighed) -> tuple[float, ...]:
    """What that regression reads.

    The share of wrong phones in the grammar pass; that and the worst place in the free pass, and,
    where it took part, in the second; the prior; and the ratio, where it is known. A pass that
    heard nothing agrees with nothing.
    """
    deaf = Evidence(math.inf, 1.0, 1.0)
    evidence = weighed.evidence
    grammar = evidence.get(Pass.GRAMMAR, deaf)
    free = evidence.get(Pass.FREE, evidence.get(Pass.TRANSDUCER, deaf))
    found = [grammar.spread, free.spread, free.worst]
    if (second := evidence.get(Pass.ATTENTION)) is not None:
        found += [second.spread, second.worst]
    found.append(weighed.prior)
    if weighed.ratio is not None:
        found.append(max(-1.0, min(weighed.ratio / _FARTHEST, 1.0)))
    return tuple(found)


def confidence(weighed: Weighed) -> float:
    """The probability (0-1) that a sentence was said, and to the home."""
    weights = _WEIGHTS[regression(weighed)]
    total = weights.constant + math.sumprod(weights.features, features(weighed))
    return 1 / (1 + math.exp(-total))

"""From a network's probabilities to a stage: with what people do from one epoch to the next.

A hidden Markov model's forward recursion (Rabiner, Proc. IEEE 77, 1989) whose evidence is
tempered: what a network says of two epochs in a row rests on nearly the same minutes, and counted
in full it would be counted many times over. Whether somebody is awake is decided first, by wake
against all of sleep, and which sleep it is after that: three stages among which a network doubts
are no reason to tell wake. Nobody goes from wake to deep sleep or to REM without an epoch of
light sleep between, so that this is never told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
import json

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import Stage
from ...core.snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    number_in,
    rows_in,
)

type Floats = NDArray[np.float64]
type Probabilities = tuple[float, float, float, float]
"""How likely each stage is, in the order of Stage: awake, light, deep, REM. They sum to 1."""

STAGES = tuple(Stage)
_COUNT = len(STAGES)
AWAKE = STAGES.index(Stage.AWAKE)
FAR = tuple(STAGES.index(stage) for stage in (Stage.DEEP, Stage.REM))
"""What cannot follow wake."""

_IS_FAR = np.isin(np.arange(_COUNT), FAR)
_IS_AWAKE = np.arange(_COUNT) == AWAKE
_LIKELIER = 0.5

NOTHING_KNOWN = np.full(_COUNT, 1.0 / _COUNT)
"""What is believed before the first epoch."""

_FORMAT = 2
"""The version of the rule's file."""

_UNSURE = 1e-6
"""By how much a sum of probabilities may be off."""
_LEAST = 1e-6
"""A probability is never told to be less: no network is that sure."""


class RuleError(ValueError):
    """The rule cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much a network's word counts.

    The log-odds of wake against sleep are multiplied by `waking`, those of the stages of sleep
    among themselves by `sleeping`. `lean`, in the order of Stage, is added to each stage's side;
    it makes up for how often training showed it.
    """

    waking: float
    sleeping: float
    lean: Probabilities


@dataclass(frozen=True, slots=True)
class Rule:
    """How probabilities become stages: `live` as they come, and `revised` over the whole night.

    `follows` is the probability of each stage (columns) after each (rows), in the order of Stage.
    """

    live: Weighing
    revised: Weighing
    follows: tuple[Probabilities, ...]

    def to_json(self) -> Json:
        """The rule as a file keeps it."""
        return {
            "halcyon_stages": _FORMAT,
            **{
                name: {
                    "waking": each.waking,
                    "sleeping": each.sleeping,
                    "lean": list(each.lean),
                }
                for name, each in (("live", self.live), ("revised", self.revised))
            },
            "follows": [list(row) for row in self.follows],
        }


def rule_from_json(document: Json) -> Rule:
    """The rule of a file; raises RuleError for anything that is not one."""
    try:
        if number_in(document, "halcyon_stages") != _FORMAT:
            raise RuleError("the rule of the stages is of another version; install Halcyon again")
        follows = tuple(_four(row) for row in rows_in(document, "follows"))
        if len(follows) != _COUNT:
            raise RuleError(f"{len(follows)} rows stand for the {_COUNT} stages that may follow")
        live, revised = (_weighing(item(document, name)) for name in ("live", "revised"))
        return Rule(live, revised, follows)
    except SnapshotError as error:
        raise RuleError(f"the rule of the stages cannot be read: {error}") from error


def shipped_rule(package: str) -> Rule:
    """The rule beside the modules of a package; raises RuleError where it cannot be read."""
    try:
        text = (resources.files(package) / "stages_rule.json").read_bytes()
        return rule_from_json(json.loads(text))
    except (OSError, ValueError) as error:
        raise RuleError(f"the rule of the stages is missing: {error}") from error


def _weighing(state: Json) -> Weighing:
    waking, sleeping = (number_in(state, name) for name in ("waking", "sleeping"))
    return Weighing(waking, sleeping, _four(item(state, "lean")))


def _four(row: Json) -> Probabilities:
    if not isinstance(row, list) or len(row) != _COUNT:
        raise SnapshotError(f"{row!r} stands for the {_COUNT} stages")
    awake, light, deep, rem = (number_in(row, n) for n in range(_COUNT))
    return awake, light, deep, rem


def weighed(probabilities: Sequence[float] | Floats, weighing: Weighing) -> Floats:
    """Log-evidence for each stage, shape (…, 4), of probabilities of the same shape."""
    said = np.maximum(probabilities, _LEAST)
    awake, asleep = said[..., :1], np.maximum(1.0 - said[..., :1], _LEAST)
    which = weighing.sleeping * np.log(said[..., 1:]) + np.asarray(weighing.lean[1:])
    which -= np.logaddexp.reduce(which, axis=-1, keepdims=True)
    sides = weighing.waking * np.log(awake) + weighing.lean[0], weighing.waking * np.log(asleep)
    evidence: Floats = np.concatenate((sides[0], sides[1] + which), axis=-1)
    return evidence


def followed(belief: Floats, follows: Floats, evidence: Floats) -> Floats:
    """What is believed of the stage after an epoch, from what was before: all shape (…, 4)."""
    both = belief @ follows * np.exp(evidence - evidence.max(-1, keepdims=True))
    after: Floats = both / both.sum(-1, keepdims=True)
    return after


def chosen(belief: Floats, was_awake: NDArray[np.bool_]) -> NDArray[np.int_]:
    """What is told: wake where it is at least as likely as all sleep, else the likeliest sleep.

    Of the stages that can follow: belief (…, 4) to its place in STAGES, (…,).
    """
    barred = was_awake[..., None] & _IS_FAR
    sleep = np.where(barred | _IS_AWAKE, -1.0, belief).argmax(-1)
    told: NDArray[np.int_] = np.where(belief[..., AWAKE] >= _LIKELIER, AWAKE, sleep)
    return told


class Decision:
    """Says a stage epoch by epoch, from what the network says of it and of those before."""

    def __init__(self, rule: Rule) -> None:
        self._weighing = rule.live
        self._follows = np.array(rule.follows)
        self._belief: Floats = NOTHING_KNOWN
        self._was_awake = np.array(0, np.bool_)

    def step(self, probabilities: Probabilities) -> tuple[Stage, float]:
        """The stage of the next epoch, and how sure that is, 0-1.

        That is the network's own probability of it. What is believed after weighing is sharpened
        to decide, and would call nearly everything certain.
        """
        evidence = weighed(probabilities, self._weighing)
        self._belief = followed(self._belief, self._follows, evidence)
        told = int(chosen(self._belief, self._was_awake))
        self._was_awake = np.array(told == AWAKE)
        return STAGES[told], probabilities[told]

    def skip(self) -> None:
        """The next epoch was not measured."""
        belief = self._belief @ self._follows
        # The rule's rows are rounded; over hours that would add up.
        self._belief = belief / belief.sum()
        self._was_awake = np.array(0, np.bool_)

    def snapshot(self) -> Json:
        """What is remembered."""
        return {"belief": [float(p) for p in self._belief], "was_awake": bool(self._was_awake)}

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is not one."""
        belief = np.array(_four(item(state, "belief")))
        if belief.min() < 0.0 or abs(belief.sum() - 1.0) > _UNSURE:
            raise SnapshotError("snapshot holds probabilities of stages that are none")
        self._was_awake = np.array(flag_in(state, "was_awake"))
        self._belief = belief

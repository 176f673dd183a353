"""Chooses how a network's probabilities become stages, on people that it was not trained with.

Not by kappa alone: it is blind to a stager that calls too much of every night light sleep, or too
little of it wake, and that is what a person reads off a night first. Shares of stages and the
specificity for wake are bounds, agreement is what is sought within them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from halcyon.evaluate.sleep.agreement import ASLEEP, SLEEP_WAKE, STAGES
from halcyon.evaluate.sleep.matrices import (
    Floats,
    collapsed,
    kappa,
    macro_f1,
    sensitivity,
    specificity,
)
from halcyon.sense.sleep.decision import (
    AWAKE,
    FAR,
    NOTHING_KNOWN,
    Probabilities,
    Rule,
    Weighing,
    chosen,
    followed,
    weighed,
)
from halcyon.sense.sleep.revision import looked_back

from .recorded import UNSCORED, Recorded

type Codes = NDArray[np.int_]

FOUND_AWAKE = 0.62
FOUND_ASLEEP = 0.945
SHARE_PP = 3.0
"""What is asked for on the people that the rule is chosen on: a little more than is promised."""
_AWAKE_COSTS, _ASLEEP_COSTS, _SHARE_COSTS = 1.0, 2.0, 0.01
"""What it costs in agreement to miss these: by the share of epochs, or by the percentage point."""

_STARTS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Tempers to begin with, of wake and of sleep. A recurrent network has weighed the past already,
so that its word may count in full and more; one that sees a window only would have to be tempered
below 1."""
_TRIES = 80
_MOVED = 0.6
"""How many of the five numbers are moved at a time."""
_JUMP = 1e-4
"""The probability of what nobody does. It is never told anyhow."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Nights that a network was not trained with, filled up to the longest of them.

    `said` (nights, time, 4) is what it said, `measured` (nights, time) where anything was, and
    `stages` (nights, time) what was scored.
    """

    said: Floats
    measured: NDArray[np.bool_]
    stages: Codes


def follows_of(nights: Sequence[Recorded]) -> Floats:
    """How often each stage follows each in nights, (4, 4); what nobody does is nearly never."""
    counts = np.ones((len(STAGES), len(STAGES)))
    for night in nights:
        before, after = night.stages[:-1], night.stages[1:]
        known = (before != UNSCORED) & (after != UNSCORED)
        np.add.at(counts, (before[known], after[known]), 1.0)
    shares = counts / counts.sum(1, keepdims=True)
    shares[AWAKE, list(FAR)] = _JUMP
    found: Floats = shares / shares.sum(1, keepdims=True)
    return found


def rule_for(judged: Judged, follows: Floats, seed: int = 0) -> Rule:
    """The rule that does best on nights that the network was not trained with."""

    def live(weighing: Weighing) -> Codes:
        return as_told(judged, weighing, follows)

    def revised(weighing: Weighing) -> Codes:
        return as_revised(judged, weighing, follows)

    rows = tuple(_probabilities(row) for row in follows)
    return Rule(_best(live, judged, seed), _best(revised, judged, seed), rows)


def as_told(judged: Judged, weighing: Weighing, follows: Floats) -> Codes:
    """The stages that would have been told as the nights went by: (nights, time)."""
    evidence = _evidence(judged, weighing)
    told = np.zeros_like(judged.stages)
    belief: Floats = np.tile(NOTHING_KNOWN, (len(told), 1))
    was_awake = np.zeros(len(told), np.bool_)
    for n in range(told.shape[1]):
        belief = followed(belief, follows, evidence[:, n])
        told[:, n] = chosen(belief, was_awake)
        was_awake = (told[:, n] == AWAKE) & judged.measured[:, n]
    return told


def as_revised(judged: Judged, weighing: Weighing, follows: Floats) -> Codes:
    """The stages as they would be seen when the nights were over: (nights, time)."""
    path: Codes = looked_back(_evidence(judged, weighing).swapaxes(0, 1), follows).swapaxes(0, 1)
    return path


def _evidence(judged: Judged, weighing: Weighing) -> Floats:
    return np.where(judged.measured[..., None], weighed(judged.said, weighing), 0.0)


def _best(stage: Callable[[Weighing], Codes], judged: Judged, seed: int) -> Weighing:
    """By trying neighbours of the best so far, nearer and nearer ones."""
    rng = np.random.default_rng(seed)
    starts = [np.array([math.log(temper)] * 2 + [0.0] * 3) for temper in _STARTS]
    worths = [_worth(stage(_weighing(start)), judged) for start in starts]
    highest = max(worths)
    best = starts[worths.index(highest)]
    for reach in np.geomspace(0.5, 0.1, _TRIES):
        tried = best + reach * rng.normal(size=5) * (rng.random(5) < _MOVED)
        worth = _worth(stage(_weighing(tried)), judged)
        if worth > highest:
            best, highest = tried, worth
    return _weighing(best)


def _weighing(at: Floats) -> Weighing:
    """Light sleep is what the leans of other stages are told against."""
    log_waking, log_sleeping, awake, deep, rem = (float(value) for value in at)
    lean = round(awake, 3), 0.0, round(deep, 3), round(rem, 3)
    return Weighing(round(math.exp(log_waking), 3), round(math.exp(log_sleeping), 3), lean)


def _worth(told: Codes, judged: Judged) -> float:
    """Agreement, less what is missing of what is asked for besides."""
    matrices = np.stack(
        [_matrix(*night) for night in zip(judged.stages, told, judged.measured, strict=True)]
    )
    each, both = kappa(matrices), collapsed(matrices, SLEEP_WAKE)
    found_asleep = float(np.nanmean(sensitivity(both)[:, ASLEEP]))
    found_awake = float(np.nanmean(specificity(both)[:, ASLEEP]))
    epochs = matrices.sum((1, 2))[:, None]
    surplus = 100.0 * ((matrices.sum(1) - matrices.sum(2)) / epochs).mean(0)
    agreed = 0.5 * np.nanmean(each) + 0.2 * np.nanmedian(each) + 0.3 * macro_f1(matrices.sum(0))
    missing = (
        _AWAKE_COSTS * max(0.0, FOUND_AWAKE - found_awake)
        + _ASLEEP_COSTS * max(0.0, FOUND_ASLEEP - found_asleep)
        + _SHARE_COSTS * np.maximum(np.abs(surplus) - SHARE_PP, 0.0).sum()
    )
    return float(agreed - missing)


def _matrix(stages: Codes, told: Codes, measured: NDArray[np.bool_]) -> Floats:
    counts = np.zeros((len(STAGES), len(STAGES)))
    known = (stages != UNSCORED) & measured
    np.add.at(counts, (stages[known], told[known]), 1.0)
    return counts


def _probabilities(row: Floats) -> Probabilities:
    awake, light, deep, rem = (round(float(p), 6) for p in row)
    return awake, light, deep, rem

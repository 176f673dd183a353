"""The stages of a night, looked at again when it is over: what was told then is not changed.

Forward and backward over the whole night (Rabiner, Proc. IEEE 77, 1989), with evidence tempered
as it is while the night goes on; then, of all ways through the night that people go, the one
whose stages are likeliest epoch by epoch.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import Stage
from .decision import (
    AWAKE,
    FAR,
    NOTHING_KNOWN,
    STAGES,
    Floats,
    Probabilities,
    Rule,
    followed,
    shipped_rule,
    weighed,
)

_RULE = shipped_rule(__package__)


def revise(
    probabilities: Sequence[Probabilities | None], rule: Rule = _RULE
) -> tuple[Stage | None, ...]:
    """The stages of a whole night, epoch by epoch; None where nothing was measured.

    Given what `Staged.probabilities` was of each epoch, one after another without a gap.
    """
    if not probabilities:
        return ()
    evidence = np.zeros((len(probabilities), len(STAGES)))
    for n, said in enumerate(probabilities):
        if said is not None:
            evidence[n] = weighed(said, rule.revised)
    path = looked_back(evidence, np.array(rule.follows))
    return tuple(
        None if said is None else STAGES[stage]
        for said, stage in zip(probabilities, path, strict=True)
    )


def looked_back(evidence: Floats, follows: Floats) -> NDArray[np.int_]:
    """The same of log-evidence (time, …, 4), of one night or of many: places in STAGES."""
    return _likeliest(_both_ways(evidence, follows))


def _both_ways(evidence: Floats, follows: Floats) -> Floats:
    """The log-probability of each stage in each epoch, given the whole night: (time, …, 4)."""
    both = np.empty_like(evidence)
    belief = np.broadcast_to(NOTHING_KNOWN, evidence.shape[1:])
    for n, given in enumerate(evidence):
        both[n] = belief = followed(belief, follows, given)
    after = np.ones(evidence.shape[1:])
    odds = np.exp(evidence - evidence.max(-1, keepdims=True))
    for n in range(len(evidence) - 2, -1, -1):
        after = (odds[n + 1] * after) @ follows.T
        after /= after.sum(-1, keepdims=True)
        both[n] *= after
    both /= both.sum(-1, keepdims=True)
    found: Floats = np.log(np.maximum(both, np.finfo(np.float64).tiny))
    return found


def _likeliest(logs: Floats) -> NDArray[np.int_]:
    """The way with the largest sum on which no stage follows that cannot: (time, …)."""
    allowed = np.zeros((len(STAGES), len(STAGES)))
    allowed[AWAKE, list(FAR)] = -np.inf
    best, came = logs[0], np.zeros(logs.shape, np.int_)
    for n in range(1, len(logs)):
        ways = best[..., :, None] + allowed
        came[n] = ways.argmax(-2)
        best = ways.max(-2) + logs[n]
    path = np.empty(logs.shape[:-1], np.int_)
    path[-1] = best.argmax(-1)
    for n in range(len(logs) - 1, 0, -1):
        path[n - 1] = np.take_along_axis(came[n], path[n][..., None], -1)[..., 0]
    return path

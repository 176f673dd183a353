"""The best moment to wake somebody: optimal stopping within the time that they allow.

To wait saves sleep, and gains or loses the chance to be woken from light sleep. What is expected of
waiting is found backwards from the deadline, over how the person's sleep goes on (transitions.py).
Which stage they are in is known only as well as the stager is (hearsay.py), so there is a
probability of every place in the night: stage, age and stage before. What waiting is worth lies
between two bounds that can be found exactly: that of one who will know every stage to come, and
that of one who must choose now how long to wait; the stager's insight says where between them.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import EPOCH_S, Stage
from .settings import LONGEST_WINDOW_MIN
from .transitions import BEFORE, KINDS, OLDEST, STAGES

type Floats = NDArray[np.float64]

PLACES: Final = (BEFORE, KINDS, OLDEST)
"""The shape of what is kept of every place in a night."""

GOOD: Final[Floats] = np.array([float(s in {Stage.AWAKE, Stage.LIGHT}) for s in STAGES])
"""Stages to be woken from."""

LONGEST: Final = math.ceil(LONGEST_WINDOW_MIN * 60 / EPOCH_S)
"""Epochs in the longest window."""


class Outlook:
    """What may be expected of a person's sleep within the next hour.

    `chances` are how it goes on (transitions.chances) and `insight`, 0 to 1, how much of what is
    to come will be known when it is there. `patience_min` is how many minutes of sleep it is worth
    to be woken from light sleep for certain rather than certainly not.
    """

    def __init__(self, chances: Floats, insight: float, patience_min: float) -> None:
        self._chances = chances
        self._insight = insight
        self._cost = EPOCH_S / 60 / patience_min
        # How likely a light stage is so many epochs on; and with so many left, what waiting for
        # one is worth to one who will know every stage to come.
        self._light: list[Floats] = []
        self._waited: list[Floats] = []

    def is_best(self, beliefs: Floats, longest: int) -> NDArray[np.bool_]:
        """Whether to ring rather than wait for better, up to `longest` epochs before the deadline.

        `beliefs` has the shape (n, *PLACES), and each sums to 1. The result has the shape
        (longest + 1, n), by the epochs that are left.
        """
        longest = min(longest, LONGEST)
        self._look_ahead(longest)
        flat = beliefs.reshape(len(beliefs), -1)
        light = _worth(flat, self._light[: longest + 1])
        waited = _worth(flat, self._waited[: longest + 1])
        costs = self._cost * np.arange(longest + 1)
        best = np.ones((longest + 1, len(beliefs)), bool)
        for left in range(1, longest + 1):
            # Whoever must choose now how long to wait waits for one epoch at least.
            blind = (light[:, 1 : left + 1] - costs[left - 1 :: -1]).max(1)
            awaited = self._insight * waited[:, left] + (1 - self._insight) * blind
            best[left] = light[:, 0] - costs[left] >= awaited
        return best

    def _look_ahead(self, longest: int) -> None:
        """Find what is expected as far as needed; it is kept."""
        if not self._light:
            self._light.append(np.broadcast_to(GOOD[None, :, None], PLACES).copy())
            self._waited.append(self._light[0])
        while len(self._light) <= longest:
            left = len(self._light)
            self._light.append(gone_back(self._light[-1], self._chances))
            rung = self._light[0] - self._cost * (left - 1)
            known = rung if left == 1 else np.maximum(rung, self._waited[-1])
            self._waited.append(gone_back(known, self._chances))


def _worth(beliefs: Floats, places: list[Floats]) -> Floats:
    """What is expected of beliefs, shape (n, len(places))."""
    worth: Floats = beliefs @ np.stack([each.ravel() for each in places]).T
    return worth


def gone_on(belief: Floats, chances: Floats) -> Floats:
    """A belief of shape PLACES, one epoch later."""
    stays = belief * np.einsum("bsas->bsa", chances)
    changed = np.einsum("bsa,bsan->sn", belief, chances)
    np.fill_diagonal(changed, 0.0)
    after = np.zeros_like(belief)
    after[:, :, 1:] = stays[:, :, :-1]
    after[:, :, -1] += stays[:, :, -1]
    after[:KINDS, :, 0] += changed
    return after


def gone_back(values: Floats, chances: Floats) -> Floats:
    """What places are worth, of shape PLACES, where `values` are what the next ones are worth."""
    older = np.concatenate([values[:, :, 1:], values[:, :, -1:]], axis=2)
    newly = values[:KINDS, :, 0] * (1 - np.eye(KINDS))
    stays = np.einsum("bsas->bsa", chances) * older
    worth: Floats = stays + np.einsum("bsan,sn->bsa", chances, newly)
    return worth

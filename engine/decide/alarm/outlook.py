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
        # By epochs left before the deadline: of one who will know, and of one who will not.
        self._knowing: list[Floats] = []
        self._light: list[Floats] = []

    def is_best(self, beliefs: Floats, left: int) -> NDArray[np.bool_]:
        """Whether to ring so many epochs before the deadline, rather than wait for better.

        `beliefs` has the shape (n, *PLACES), and each sums to 1; so has the result (n,).
        """
        if left <= 0:
            return np.ones(len(beliefs), bool)
        left = min(left, LONGEST)
        self._look_ahead(left)
        flat = beliefs.reshape(len(beliefs), -1)
        now = flat @ self._light[0].ravel() - self._cost * left
        waited = flat @ gone_back(self._knowing[left - 1], self._chances).ravel()
        if self._insight < 1:
            lights = flat @ np.stack([each.ravel() for each in self._light[1 : left + 1]]).T
            blind = (lights - self._cost * np.arange(left - 1, -1, -1)).max(1)
            waited = self._insight * waited + (1 - self._insight) * blind
        best: NDArray[np.bool_] = now >= waited
        return best

    def _look_ahead(self, left: int) -> None:
        """Find what is expected as far as needed; it is kept."""
        if not self._light:
            self._light.append(np.broadcast_to(GOOD[None, :, None], PLACES).copy())
            self._knowing.append(self._light[0])
        while len(self._light) <= left:
            self._light.append(gone_back(self._light[-1], self._chances))
            rung = self._light[0] - self._cost * len(self._knowing)
            self._knowing.append(np.maximum(rung, gone_back(self._knowing[-1], self._chances)))


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

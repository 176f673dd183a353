"""Follows a sleeper through the night, and says when to wake them."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import EPOCH_S, Stage
from ...core.snapshot import Json, item, optional_number_in, pack_array, unpack_array
from .hearsay import Hearsay
from .outlook import GOOD, PLACES, Outlook, gone_on
from .population import ANYBODY, HEARSAY
from .settings import PATIENCE_MIN
from .transitions import KINDS, habits_from, no_habits

type Floats = NDArray[np.float64]

_NEW_NIGHT_S = 3600.0
"""After so long without a word of them nothing is known any more."""

_SAME_EPOCH = 1e-6
"""Less than this of an epoch is rounding."""

_STIRS: Final[Floats] = np.array([6.0, 2.0, 0.5, 1.0])
"""How much likelier somebody moves, or changes their breathing, in each stage. Assumed: of stages
only the order is known (Wilde-Frenz and Schulz, Percept. Mot. Skills 57, 1983: most in wake and
stage 1, more in REM than in stages 3 and 4), because no data here has both."""


class Waking:
    """What is believed of one sleeper, epoch by epoch.

    `anybody` are the chances of the population (transitions.chances), `hearsay` what the stager's
    word is worth.
    """

    def __init__(self, anybody: Floats = ANYBODY, hearsay: Hearsay = HEARSAY) -> None:
        self._anybody = anybody
        self._hearsay = hearsay
        self._habits = no_habits()
        self._chances = anybody
        self._patience = PATIENCE_MIN
        self._outlook: Outlook | None = None
        self._at: float | None = None
        self.belief = _nothing_known()

    @property
    def patience_min(self) -> float:
        """Minutes of sleep that it is worth to be woken from light sleep."""
        return self._patience

    @patience_min.setter
    def patience_min(self, minutes: float) -> None:
        if minutes != self._patience:
            self._patience, self._outlook = minutes, None

    @property
    def lightness(self) -> float:
        """How likely they are in a stage to be woken from, 0-1."""
        return float(GOOD @ self.belief.sum((0, 2)))

    def knows(self, t: float) -> bool:
        """Whether anything was told of them lately, as of t (s)."""
        return self._at is not None and t - self._at < _NEW_NIGHT_S

    def staged(self, said: Floats | None, at: float) -> None:
        """How likely each stage is said to be of the epoch that ended at a time (s).

        Of shape (4,); None where nothing is known of it.
        """
        gone = math.inf if self._at is None else at - self._at
        if 0 <= gone < _NEW_NIGHT_S:
            for _ in range(round(gone / EPOCH_S)):
                self.belief = gone_on(self.belief, self._chances)
        else:
            self.belief = _nothing_known()
        self._at = at
        if said is not None:
            self._weigh(self._hearsay.likelihood(said))

    def stirred(self) -> None:
        """They moved, or breathe otherwise than before."""
        self._weigh(_STIRS)

    def is_best(self, t: float, end: float) -> bool:
        """Whether no better moment is to be expected from t to the end (s), at which it rings.

        Never where nothing was told of them for a while.
        """
        if not self.knows(t):
            return False
        if self._outlook is None:
            self._outlook = Outlook(self._chances, self._hearsay.insight, self._patience)
        left = max(0, math.ceil((end - t) / EPOCH_S - _SAME_EPOCH))
        return bool(self._outlook.is_best(self.belief[None], left)[-1, 0])

    def learn(self, stages: list[Stage | None]) -> None:
        """Take in a night that is over: how this person's sleep goes on."""
        self._habits.learn(stages, self._anybody)
        self._chances, self._outlook = self._habits.chances(self._anybody), None

    def snapshot(self) -> Json:
        """What is remembered, as JSON."""
        return {
            "habits": self._habits.snapshot(),
            "belief": pack_array(self.belief),
            "at": self._at,
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError."""
        belief = unpack_array(item(state, "belief"), "float64", PLACES).astype(np.float64)
        self._habits, self._at = habits_from(item(state, "habits")), optional_number_in(state, "at")
        self.belief = belief
        self._chances, self._outlook = self._habits.chances(self._anybody), None

    def _weigh(self, likelihood: Floats) -> None:
        weighed = self.belief * likelihood[None, :, None]
        if not weighed.any():
            # They cannot be where they are said to be: they must have come there unseen.
            weighed = _nothing_known() * likelihood[None, :, None]
        self.belief = weighed / weighed.sum()


def _nothing_known() -> Floats:
    """Anything may be, and what was is not known."""
    belief = np.zeros(PLACES)
    belief[KINDS, :, 0] = 1 / KINDS
    return belief

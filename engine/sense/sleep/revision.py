"""The stages of a night, looked at again when it is over: what was told then is not changed."""

from collections.abc import Sequence

from ...core.sleep import Stage
from .stager import Probabilities


def revise(probabilities: Sequence[Probabilities | None]) -> tuple[Stage | None, ...]:
    """The stages of a whole night, epoch by epoch; None where nothing was measured.

    Given what `Staged.probabilities` was of each epoch, one after another without a gap.
    """
    return tuple(None for _ in probabilities)

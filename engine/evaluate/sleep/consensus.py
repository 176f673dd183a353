"""One hypnogram of several scorers', by votes (Guillot et al. 2020, on four stages).

IEEE Trans. Neural Syst. Rehabil. Eng. 28, 1955-1965: the stage with most votes, and where several
have as many, that of them which the scorer gave who agrees best with the others over the night.
"""

from collections import Counter
from collections.abc import Sequence

from ...core.sleep import Hypnogram, Stage


def consensus(scorers: Sequence[Hypnogram]) -> Hypnogram:
    """What most say, epoch by epoch; unknown where fewer than half of the scorers said anything.

    The hypnograms have the same epochs. Raises ValueError where they have not.
    """
    if len({(each.start, len(each.stages)) for each in scorers}) != 1:
        raise ValueError("a consensus needs hypnograms of the same epochs")
    order = sorted(range(len(scorers)), key=lambda n: -soft_agreement(scorers, n))
    found = (
        _elected([stages[n] for n in order])
        for stages in zip(*(each.stages for each in scorers), strict=True)
    )
    return Hypnogram(scorers[0].start, tuple(found))


def soft_agreement(scorers: Sequence[Hypnogram], which: int) -> float:
    """How much the others support what one scorer says, 0 to 1, on average of the night.

    A stage's support is its share of the votes of the stage that has most of them. Epochs that
    the scorer or all the others left unscored do not count; 0 where none is left.
    """
    supports = []
    for stages in zip(*(each.stages for each in scorers), strict=True):
        others = Counter(s for n, s in enumerate(stages) if n != which and s is not None)
        said = stages[which]
        if said is not None and others:
            supports.append(others[said] / max(others.values()))
    return sum(supports) / len(supports) if supports else 0.0


def _elected(stages: Sequence[Stage | None]) -> Stage | None:
    """The winner of votes given in the order of how much a voter counts in a tie."""
    votes = Counter(stage for stage in stages if stage is not None)
    if 2 * votes.total() < len(stages):
        return None
    most = max(votes.values(), default=0)
    return next((stage for stage in stages if stage is not None and votes[stage] == most), None)

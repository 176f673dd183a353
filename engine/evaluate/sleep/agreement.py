"""Epoch by epoch: how far a device and the scorers of a night agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...core.sleep import Hypnogram, Stage
from ..report import Estimate
from . import bootstrap
from .matrices import Figure, Floats, collapsed, ratio
from .recordings.night import Subject

STAGES = tuple(Stage)
SLEEP_WAKE = ((0,), (1, 2, 3))
"""Groups of stages: awake, asleep."""
ASLEEP = 1
"""The class of sleep among SLEEP_WAKE."""
WAKE_REM_OTHER = ((0,), (1, 2), (3,))
"""Groups of stages: awake, non-REM, REM."""
ALL_STAGES = ((0,), (1,), (2,), (3,))

_CODES: Mapping[Stage | None, int] = {stage: n for n, stage in enumerate(STAGES)} | {
    None: len(STAGES)
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One night as a device staged it, beside the reference; both of the same epochs.

    Raises ValueError where they are not.
    """

    night: str
    subject: Subject
    reference: Hypnogram
    device: Hypnogram

    def __post_init__(self) -> None:
        here, there = self.reference, self.device
        if (here.start, len(here.stages)) != (there.start, len(there.stages)):
            raise ValueError(f"{self.night}: reference and device are not of the same epochs")


def confusion(reference: Hypnogram, device: Hypnogram) -> Floats:
    """The error matrix of a night: shape (4, 5).

    Rows are what the reference says and columns what the device says, in the order of STAGES;
    the last column counts the epochs for which the device says nothing. Epochs that the reference
    leaves unscored do not count.
    """
    codes = np.array([[_CODES[s] for s in each.stages] for each in (reference, device)], np.int_)
    counts = np.zeros((len(STAGES) + 1, len(STAGES) + 1))
    np.add.at(counts, tuple(codes), 1.0)
    return counts[:-1]


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """The error matrices of people: `counts` shape (people, 4, 5), see `confusion`."""

    people: tuple[Subject, ...]
    counts: Floats

    def matrices(self, groups: Sequence[tuple[int, ...]] = ALL_STAGES) -> Floats:
        """Each person's matrix, without the epochs that the device left out: (people, k, k)."""
        return collapsed(self.counts[:, :, :-1], tuple(groups))

    def each(self, figure: Figure, groups: Sequence[tuple[int, ...]] = ALL_STAGES) -> Floats:
        """A figure of every person, shape (people,)."""
        return figure(self.matrices(groups))

    def mean(self, figure: Figure, groups: Sequence[tuple[int, ...]] = ALL_STAGES) -> Estimate:
        """The mean of a figure over people."""
        return bootstrap.mean(self.each(figure, groups))

    def median(self, figure: Figure, groups: Sequence[tuple[int, ...]] = ALL_STAGES) -> Estimate:
        """The median of a figure over people."""
        return bootstrap.median(self.each(figure, groups))

    def pooled(self, figure: Figure, groups: Sequence[tuple[int, ...]] = ALL_STAGES) -> Estimate:
        """A figure of all epochs together."""
        return bootstrap.pooled(self.matrices(groups), figure)

    @property
    def coverage(self) -> Estimate:
        """The share of scored epochs for which the device says anything, of all together."""
        said = self.counts[:, :, :-1].sum((1, 2))
        both = np.stack([said, self.counts.sum((1, 2))], axis=-1)
        return bootstrap.pooled(both, lambda sums: ratio(sums[..., 0], sums[..., 1]))

    def fraction_bias(self, stage: Stage) -> Estimate:
        """How much more of the night the device gives to a stage than the reference does.

        In percentage points of the epochs for which both say something, mean over people.
        """
        matrices, which = self.matrices(), STAGES.index(stage)
        surplus = matrices.sum(-2)[:, which] - matrices.sum(-1)[:, which]
        epochs = matrices.sum((1, 2))
        return bootstrap.mean(100 * ratio(surplus, epochs))


def agreement(nights: Iterable[Judged]) -> Agreement:
    """People's matrices: the nights of one person are counted together."""
    found: dict[str, tuple[Subject, Floats]] = {}
    for night in nights:
        counts = confusion(night.reference, night.device)
        before = found.get(night.subject.id)
        found[night.subject.id] = night.subject, counts if before is None else before[1] + counts
    subjects = tuple(subject for subject, _ in found.values())
    empty = np.zeros((0, len(STAGES), len(STAGES) + 1))
    return Agreement(subjects, np.stack([c for _, c in found.values()]) if found else empty)


def paired(first: Agreement, second: Agreement, figure: Figure) -> Estimate:
    """How much more the first has than the second: the difference of medians, same people.

    Raises ValueError where they are of other people.
    """
    if first.people != second.people:
        raise ValueError("only agreement of the same people can be compared in pairs")
    here, there = first.each(figure), second.each(figure)
    drawn = bootstrap.draws(here.size)
    repeats = np.nanmedian(here[drawn], axis=1) - np.nanmedian(there[drawn], axis=1)
    value = float(np.nanmedian(here) - np.nanmedian(there))
    return Estimate(value, *bootstrap.interval(repeats))

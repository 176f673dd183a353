"""The figures that a night is summed up in, from its hypnogram.

Definitions follow the AASM manual for the scoring of sleep: latencies to the first epoch of a
stage, wake after sleep onset up to the end of the time in bed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ...core.sleep import EPOCH_S, Hypnogram, Stage

_EPOCH_MIN = EPOCH_S / 60


@dataclass(frozen=True, slots=True)
class Measures:
    """A night's figures; minutes unless said otherwise, None where they cannot be known.

    Totals count the epochs whose stage is known, and `unknown` is what they leave out. Nothing
    that begins with sleep onset is known of a night without sleep; nor is a latency where the
    epoch just before is unknown, because the stage may have begun earlier.
    """

    time_in_bed: float
    unknown: float
    total_sleep: float
    awake: float
    light: float
    deep: float
    rem: float
    efficiency: float | None
    """Sleep's share of what is known of the time in bed, 0 to 1."""
    onset_latency: float | None
    """From the start of the hypnogram to the first epoch of sleep."""
    wake_after_onset: float | None
    rem_latency: float | None
    """From sleep onset to the first epoch of REM."""
    awakenings: int | None
    """Stretches of wake, of at least one epoch, from which sleep was found again."""
    onset: float | None
    """When the first epoch of sleep begins, on the hypnogram's clock, in seconds."""
    offset: float | None
    """When the last epoch of sleep ends, in seconds: the final awakening."""


def measure(hypnogram: Hypnogram) -> Measures:
    """The figures of a night whose hypnogram spans the time in bed."""
    stages = hypnogram.stages
    minutes = {stage: stages.count(stage) * _EPOCH_MIN for stage in (*Stage, None)}
    asleep = [n for n, stage in enumerate(stages) if stage is not None and stage.is_sleep]
    total, awake = len(asleep) * _EPOCH_MIN, minutes[Stage.AWAKE]
    first = asleep[0] if asleep else None
    after = None if first is None else stages[first:]
    starts = first is not None and _is_sharp(stages, first)
    ends = bool(asleep) and (asleep[-1] + 1 == len(stages) or stages[asleep[-1] + 1] is not None)
    return Measures(
        time_in_bed=len(stages) * _EPOCH_MIN,
        unknown=minutes[None],
        total_sleep=total,
        awake=awake,
        light=minutes[Stage.LIGHT],
        deep=minutes[Stage.DEEP],
        rem=minutes[Stage.REM],
        efficiency=total / (total + awake) if total + awake else None,
        onset_latency=first * _EPOCH_MIN if first is not None and starts else None,
        wake_after_onset=None if after is None else after.count(Stage.AWAKE) * _EPOCH_MIN,
        rem_latency=_rem_latency(after) if after is not None and starts else None,
        awakenings=None if after is None else _awakenings(after),
        onset=hypnogram.time_of(first) if first is not None and starts else None,
        offset=hypnogram.time_of(asleep[-1] + 1) if ends else None,
    )


def _is_sharp(stages: Sequence[Stage | None], epoch: int) -> bool:
    """Whether what is found in an epoch cannot have begun before it, unseen."""
    return epoch == 0 or stages[epoch - 1] is not None


def _rem_latency(since_onset: Sequence[Stage | None]) -> float | None:
    if Stage.REM not in since_onset:
        return None
    first = since_onset.index(Stage.REM)
    return first * _EPOCH_MIN if _is_sharp(since_onset, first) else None


def _awakenings(since_onset: Sequence[Stage | None]) -> int:
    runs = [awake for awake, _ in groupby(s is Stage.AWAKE for s in since_onset if s is not None)]
    # The first run is sleep; a last one that is wake is the final awakening.
    return runs[:-1].count(True)

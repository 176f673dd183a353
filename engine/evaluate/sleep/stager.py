"""What is evaluated: something that stages a night as it goes by, knowing only what has been."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
import math
from typing import Protocol

from ...core.sleep import EPOCH_S, Hypnogram, Stage
from ...sense.sleep.epoch import Breathing, Movement
from .agreement import Judged
from .beats import RECENT_S
from .recordings.night import Night, Series


@dataclass(frozen=True, slots=True, eq=False)
class Epoch:
    """What was sensed in the thirty seconds from `start`; nothing sensed is an empty series."""

    start: float
    pulse: Series
    """Heart rate, beats per minute."""
    breathing: Breathing | None = None
    movement: Movement | None = None
    recent: Series | None = None
    """The heart rate up to the epoch's end, where it is that of single beats."""


class Stager(Protocol):
    """Stages one night, epoch by epoch."""

    def step(self, epoch: Epoch) -> Stage | None:
        """The stage of the epoch that has just ended; None where it cannot be told."""


type Makes = Callable[[], Stager]


def epochs(night: Night) -> Iterator[Epoch]:
    """A night as it went by: from the first epoch with a signal to the last that was scored.

    Signals from before the reference began are given too, as history; an epoch without a signal
    is given as such.
    """
    pulse = night.pulse
    if pulse is None:
        return
    start, count = night.reference.start, len(night.reference.stages)
    early = start - pulse.t[0] if pulse.t.size else 0.0
    first = -max(0, math.ceil(early / EPOCH_S))
    for n in range(first, count):
        at = start + n * EPOCH_S
        end = at + EPOCH_S
        recent = pulse.between(end - RECENT_S, end) if night.heart is None else None
        yield Epoch(at, pulse.between(at, end), recent=recent)


def emitted(make: Makes, given: Iterable[Epoch]) -> list[Stage | None]:
    """What a new stager says, as it says it: nothing is revised."""
    stager = make()
    return [stager.step(epoch) for epoch in given]


def judged(
    make: Makes, night: Night, before: Sequence[Epoch] = (), own: Sequence[Epoch] | None = None
) -> tuple[Judged, list[Stage | None]]:
    """A night as a new stager stages it, and what it says of what is put before the night.

    Only epochs of the reference are in the first; the night's own history is in neither. `own`
    are the night's epochs, where they were already made.
    """
    given = list(epochs(night)) if own is None else own
    said = emitted(make, (*before, *given))
    return as_judged(night, said if given else ()), said[: len(before)]


def as_judged(night: Night, said: Sequence[Stage | None]) -> Judged:
    """A night and what was said of its epochs; the last of them are those of the reference."""
    count = len(night.reference.stages)
    stages = tuple(said[-count:]) if said and count else (None,) * count
    device = Hypnogram(night.reference.start, stages)
    return Judged(night.id, night.subject, night.reference, device)


def wakeful(night: Night, minutes: float) -> list[Epoch]:
    """Real wake to put before a night: its own epochs that were scored awake, over and over.

    Recordings begin when the lights go off, so that a stager could pass for knowing sleep onset
    by counting. People lie awake before, for any time: this is that time, in front of the night's
    first epoch and in the order in which it was. Empty where the night has no wake with a signal.
    """
    own = list(epochs(night))
    wake = [e for e in own if night.reference.at(e.start) is Stage.AWAKE and e.pulse.t.size]
    count = round(minutes * 60 / EPOCH_S)
    if not wake:
        return []
    first = own[0].start - count * EPOCH_S
    return [_moved(wake[n % len(wake)], first + n * EPOCH_S) for n in range(count)]


def _moved(epoch: Epoch, start: float) -> Epoch:
    later = start - epoch.start
    recent = None if epoch.recent is None else _later(epoch.recent, later)
    return Epoch(start, _later(epoch.pulse, later), recent=recent)


def _later(series: Series, by: float) -> Series:
    return replace(series, t=series.t + by)

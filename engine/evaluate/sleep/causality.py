"""Whether what is said of an epoch depends on what came after it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from ...core.sleep import Stage
from .recordings.night import Night, Series

type Stages = Callable[[Night], Sequence[Stage | None]]
"""Stages a whole recording, from its raw signals: an epoch of the reference each."""

_SLOWEST, _FASTEST = 30.0, 180.0
"""Beats per minute."""


def leak(stages: Stages, night: Night, last: int, seed: int = 0) -> int | None:
    """The first epoch up to `last` whose stage the future changes; None where it changes none.

    What is tried is the future's absence, and others in its place: slow, fast and random ones. The
    recording itself is changed and not what a stager is given of it, so that features which are
    taken from all of a recording, such as its mean, are found out too.
    """
    told = stages(night)
    for other in _otherwise(night, night.reference.time_of(last + 1), seed):
        again = stages(other)
        for n in range(last + 1):
            if told[n] is not again[n]:
                return n
    return None


def _otherwise(night: Night, after: float, seed: int) -> Iterator[Night]:
    pulse = night.pulse
    if pulse is None:
        return
    before = pulse.t < after
    yield replace(night, heart=Series(pulse.t[before], pulse.values[before]))
    random = np.random.default_rng(seed).uniform(_SLOWEST, _FASTEST, pulse.t.size)
    for other in (_SLOWEST, _FASTEST, random):
        yield replace(night, heart=Series(pulse.t, np.where(before, pulse.values, other)))

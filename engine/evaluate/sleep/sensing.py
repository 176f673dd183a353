"""What a recording's signals come down to in an epoch: the same that a sleeper's sensors give."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
import math

import numpy as np
from numpy.typing import NDArray

from ...core.reading import Breath, BreathUnit
from ...core.sleep import EPOCH_S
from ...sense.sleep.breathing import Breaths
from ...sense.sleep.epoch import Breathing, Heart, Movement, SleepEpoch
from .beats import beats
from .recordings.night import Channel, Night, Series, Wave
from .stager import Epoch, epochs

_SLOWEST, _FASTEST = 30.0, 200.0
"""Beats per minute; what lies outside is a missed beat or an artefact."""
_ODD = 0.4
"""The same of what differs by more than this share from the epoch's median."""
_PIECE_S = 5.0
"""The spread of the heart rate is one of means over so long, which is how often wearables and
radars tell it: from beat to beat it would be another thing."""

_BELTS = (Channel.THORAX, Channel.EFFORT, Channel.ABDOMEN)
"""Waves that show the chest's displacement, best first."""
_WAVE_HZ = 10.0
"""What belts are thinned to: as much as a radar gives."""
_BEAT_WAVE_HZ = 4.0
"""How often the heart rate between beats is looked at: breathing shows below 0.6 Hz."""
_BEAT_KNOWN_S = 1.5
"""After so long the next beat has come; where it has not, nothing is said of the breath."""


def heart(pulse: Series) -> Heart | None:
    """The heart in an epoch; None where no plausible rate was told."""
    values = pulse.values
    known = (values >= _SLOWEST) & (values <= _FASTEST)
    if not known.any():
        return None
    middle = float(np.median(values[known]))
    known &= np.abs(values - middle) <= _ODD * middle
    pieces = np.floor(pulse.t[known] / _PIECE_S).astype(np.int_)
    _, places, counts = np.unique(pieces, return_inverse=True, return_counts=True)
    means = np.bincount(places, values[known]) / counts
    rate = float(means.mean())
    if means.size < 2:
        return Heart(rate)
    return Heart(rate, float(means.std()), float(means.max()), float(means.min()))


def sensed_epochs(night: Night) -> list[Epoch]:
    """A night's epochs with the breath, where that can be had."""
    own = list(epochs(night))
    breaths = _breath_epochs(night, [each.start + EPOCH_S for each in own])
    return [
        replace(each, breathing=breathing, movement=movement)
        for each, (breathing, movement) in zip(own, breaths, strict=True)
    ]


def sleep_epoch(epoch: Epoch) -> SleepEpoch:
    """An epoch as the engine's own stager is given it."""
    pulse = heart(epoch.pulse)
    if pulse is not None and epoch.recent is not None:
        pulse = replace(pulse, beats=beats(epoch.recent, epoch.start + EPOCH_S))
    return SleepEpoch(epoch.start, epoch.breathing, pulse, epoch.movement)


def _breath_epochs(
    night: Night, ends: Sequence[float]
) -> Iterator[tuple[Breathing | None, Movement | None]]:
    """Breath and movement in each epoch: from a belt, else from between the beats.

    The heart beats faster while one breathes in (respiratory sinus arrhythmia): what the beats
    say of the breath is its rate and how even it is, but not its depth, and no movement.
    """
    belt = next((w for kind in _BELTS for w in night.waves if w.channel is kind), None)
    if belt is not None:
        yield from _breaths(*_thinned(belt), ends)
    elif night.beats is not None and night.beats.size > 1:
        for breathing, _ in _breaths(*_between(night.beats), ends):
            yield None if breathing is None else replace(breathing, amplitude=None), None
    else:
        yield from ((None, None) for _ in ends)


def _breaths(
    t: NDArray[np.float64], values: NDArray[np.float64], ends: Sequence[float]
) -> Iterator[tuple[Breathing | None, Movement | None]]:
    """A waveform as a radar would send it, a second at a time."""
    breaths = Breaths()
    begun = 0
    for end in ends:
        for place in np.searchsorted(t, np.arange(end - EPOCH_S + 1.0, end + 0.5)).tolist():
            part = slice(begun, max(begun, place))
            begun = part.stop
            if part.stop > part.start:
                times, piece = tuple(t[part].tolist()), tuple(values[part].tolist())
                breaths.take(Breath(times, piece, BreathUnit.RELATIVE))
        yield breaths.epoch(end)


def _thinned(wave: Wave) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A wave as means of as many samples as come down to a radar's rate."""
    every = max(1, round(wave.rate / _WAVE_HZ))
    count = wave.values.size // every
    values = wave.values[: count * every].real.reshape(count, every).mean(1)
    t = np.asarray(wave.start + (np.arange(count) + 0.5) * (every / wave.rate), np.float64)
    return t, values.astype(np.float64)


def _between(
    beats: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The heart rate between beats on an even grid, where it is known by then.

    It is that of a little earlier, because between two beats the rate is known when the second
    has come.
    """
    t = np.arange(math.ceil(beats[1]), beats[-1], 1.0 / _BEAT_WAVE_HZ)
    rates = 60.0 / np.maximum(np.diff(beats), 60.0 / _FASTEST)
    following = np.minimum(np.searchsorted(beats, t - _BEAT_KNOWN_S), beats.size - 1)
    known = (beats[following] <= t) & (following > 1)
    return t[known], np.interp(t - _BEAT_KNOWN_S, beats[1:], rates)[known]

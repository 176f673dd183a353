"""Trials in which a canceller of music has nothing to cancel, or bad material to do it with."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

import numpy as np

from ...simulate.ultrasound import Confounder
from ...simulate.ultrasound.device import clip
from .music import MUSIC_S, Case, Samples, Trial, carriers_of, trial_of
from .rooms import confounded


class Harm(StrEnum):
    """What must not get worse by the canceller, or must not make it worse."""

    NOTHING = "nothing"
    DESK_FAN = "desk_fan"
    OSCILLATING_FAN = "oscillating_fan"
    CEILING_FAN = "ceiling_fan"
    CURTAIN = "curtain"
    VENTILATION = "ventilation"
    CLIPPED = "clipped"
    LOST = "lost"
    BLOCKED = "blocked"
    MISMATCHED = "mismatched"


_HARM = (0.1, -90.0)
"""Phase deviation and noise of an ordinary node at ordinary volume."""
_DROPPED = 0.05
_OVERDRIVEN = 1.05
_MISMATCH_DB = 6.0


def harming(case: Case, microphones: int, harm: Harm) -> Trial:
    """A trial in which something is wrong, from the beginning or once the canceller learned."""
    rng = np.random.default_rng((_HARM_STREAM, case.number))
    if harm.value in set(Confounder) or harm is Harm.NOTHING:
        home = case.home(_HARM[1])
        scene = replace(home, playback=case.music(_HARM[0], MUSIC_S))
        if harm is not Harm.NOTHING:
            scene = confounded(scene, Confounder(harm.value), case.number, 2 * MUSIC_S)
        empty, walked = (case.recording(scene, 2 * MUSIC_S, walker=each) for each in (False, True))
        split = round(MUSIC_S * home.device.rate)
        trial = Trial(empty[:split], empty[split:], walked[split:], home.device.rate)
        return trial.of(microphones)
    trial = trial_of(case, *_HARM).of(microphones)
    gains = np.ones(microphones, dtype=np.complex64)
    match harm:
        case Harm.CLIPPED:
            gains[:] = _OVERDRIVEN / carriers_of(trial.before)
            return _each(trial, lambda samples: clip(samples * gains))
        case Harm.LOST:
            chunk = round(0.05 * trial.rate)
            kept = np.repeat(rng.uniform(size=len(trial.before) // chunk) >= _DROPPED, chunk)
            return _each(trial, lambda samples: samples[kept])
        case Harm.BLOCKED:
            gains[0] = 0
            return replace(trial, empty=trial.empty * gains, walked=trial.walked * gains)
        case _:
            decibels = rng.uniform(-_MISMATCH_DB, _MISMATCH_DB, microphones)
            turns = np.exp(2j * np.pi * rng.uniform(size=microphones))
            gains[:] = 10 ** (decibels / 20) * turns
            return _each(trial, lambda samples: samples * gains)


_HARM_STREAM = 223


def _each(trial: Trial, change: Callable[[Samples], Samples]) -> Trial:
    before, empty, walked = (
        np.ascontiguousarray(change(each), dtype=np.complex64)
        for each in (trial.before, trial.empty, trial.walked)
    )
    return Trial(before, empty, walked, trial.rate)

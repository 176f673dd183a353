"""How much music the canceller takes away, and how much motion with it.

Every room is a held-out one of the simulator, with all four microphones of its device; "two
microphones" are its first two. Every song is judged by weights learned from another song. The
figure that counts is the score: by how many dB distortion and noise fall, less by how many the
echo of a person does.

The simulator's music moves a rigid cone and bends its force factor. Not modelled: break-up and
rub of the cone, its own frequency response within the band, the enclosure and what stands on it
shaking with the bass, microphones overloaded by it, and sound of the song itself near the tone.
What of this differs from microphone to microphone no canceller of this kind removes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
import time

import numpy as np
from numpy.typing import NDArray

from ...sense.ultrasound.canceller import Canceller
from ..statistics import clustered_interval
from .harm import Harm, harming
from .music import (
    MUSIC_S,
    Case,
    Method,
    Samples,
    Trial,
    always,
    carriers_of,
    cases_of,
    level,
    never,
    outcome_of,
    through,
    trial_of,
)
from .rooms import ROOMS
from .songs import excursion, songs

MICROPHONES = (2, 4)
BETAS = (0.05, 0.2)
"""Phase deviation at the loudest moment, radians."""
FLOORS = (-95.0, -85.0, -75.0)
"""Noise in dBc/Hz."""
LEARNING_S = (0.0, 1.5, 2.0, 3.0, 6.0, MUSIC_S)

_FROM_S = 15.0
"""Songs are quiet before."""
_REFERENCE = (0.2, -95.0)
"""Phase deviation and noise where a loud song meets a good microphone."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over rooms and songs with its 95 % interval (rooms drawn anew)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One condition. Levels are dBc, the others dB.

    `distortion` is music and noise without anybody, `removed` by how much they fell, `lost` by
    how much the echo of a walker fell, `score` the one less the other, `margin` how far the echo
    then is above what is left of the music and noise.
    """

    microphones: int
    method: Method
    beta: float
    floor: float
    distortion: Estimate
    removed: Estimate
    lost: Estimate
    score: Estimate
    margin: Estimate


@dataclass(frozen=True, slots=True)
class Online:
    """A walker comes and goes twice while songs change; dB removed in the empty room at the end.

    `undisturbed` if nobody had ever come, `told` if the detector says so 0.4 s late, `untold` if
    it never does; `score` is as in Row, while the walker is there and the detector says so.
    """

    microphones: int
    undisturbed: Estimate
    told: Estimate
    untold: Estimate
    score: Estimate


@dataclass(frozen=True, slots=True)
class Harmed:
    """A condition in which the canceller must do no harm, after it has learned.

    `floor` is by how many dB the empty room becomes louder (above 0) or quieter, `lost` by how
    much the echo of a walker falls, `active` the share of the walker's time in which anything is
    taken away.
    """

    microphones: int
    harm: Harm
    floor: Estimate
    lost: Estimate
    active: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of processor time a chunk of 50 ms: the mean and the most expensive of 100."""

    microphones: int
    frozen: float
    learning: float
    largest: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Everything measured; `curve` holds dB removed after seconds of learning, by microphones."""

    rows: tuple[Row, ...]
    curve: Mapping[int, tuple[tuple[float, Estimate], ...]]
    online: tuple[Online, ...]
    harmed: tuple[Harmed, ...]
    costs: tuple[Cost, ...]


def measure_canceller(
    data: Path,
    *,
    rooms: int = ROOMS,
    betas: Sequence[float] = BETAS,
    floors: Sequence[float] = FLOORS,
    told: Callable[[str], None] = lambda _: None,
) -> Cancelled:
    """Measure it in `rooms` rooms with the songs under `data`; `told` hears how far it is."""
    playlist = [excursion(each, _FROM_S, MUSIC_S) for each in songs(data)]
    homes = cases_of(rooms, playlist)
    rows = []
    for beta in betas:
        for floor in floors:
            told(f"music at beta {beta:g}, {floor:g} dBc/Hz")
            rows += _rows(homes, beta, floor)
    told("learning curve")
    curve = {each: _curve(homes, each) for each in MICROPHONES}
    told("people who come and go")
    online = tuple(_online(homes, each) for each in MICROPHONES)
    told("harm")
    harmed = tuple(_harmed(homes, each, harm) for each in MICROPHONES for harm in Harm)
    told("cost")
    return Cancelled(
        tuple(rows), curve, online, harmed, tuple(_cost(homes[0], each) for each in MICROPHONES)
    )


def _estimate(values: Iterable[float]) -> Estimate:
    """Of one value a room."""
    found = np.array(list(values))
    low, high = clustered_interval(
        [[index] for index in range(len(found))], lambda index: float(found[index].mean())
    )
    return Estimate(float(found.mean()), low, high)


def _rows(cases: Sequence[Case], beta: float, floor: float) -> list[Row]:
    trials = [trial_of(case, beta, floor) for case in cases]
    rows = []
    for microphones in MICROPHONES:
        for method in Method:
            found = [outcome_of(each.of(microphones), method) for each in trials]
            rows.append(
                Row(
                    microphones=microphones,
                    method=method,
                    beta=beta,
                    floor=floor,
                    distortion=_estimate(each.empty for each in found),
                    removed=_estimate(each.removed for each in found),
                    lost=_estimate(each.lost for each in found),
                    score=_estimate(each.score for each in found),
                    margin=_estimate(each.margin for each in found),
                )
            )
    return rows


def _curve(cases: Sequence[Case], microphones: int) -> tuple[tuple[float, Estimate], ...]:
    """What is removed from the next song after so many seconds of the first."""
    trials = [trial_of(case, *_REFERENCE).of(microphones) for case in cases]
    curve = []
    for seconds in LEARNING_S:
        removed = []
        for trial in trials:
            canceller = Canceller(microphones, trial.rate)
            learning = partial(_from, MUSIC_S - seconds)
            through(canceller, trial.before, trial.rate, learning)
            after = through(canceller, trial.empty, trial.rate, never)
            carriers = carriers_of(trial.before)
            removed.append(
                level(trial.empty, carriers, trial.rate) - level(after, carriers, trial.rate)
            )
        curve.append((seconds, _estimate(removed)))
    return tuple(curve)


def _from(start: float, t: float) -> bool:
    return t >= start


_VISITS_S = ((15.0, 25.0), (38.0, 46.0))
"""When the walker is there."""
_LATE_S = 0.4
"""How late the detector says so, and how long it then goes on."""
_HELD_S = 1.0
_END_S = (48.0, 60.0)


def _online(cases: Sequence[Case], microphones: int) -> Online:
    found = np.array([_visited(case, microphones) for case in cases])
    return Online(microphones, *(_estimate(column) for column in found.T))


def _visited(case: Case, microphones: int) -> tuple[float, float, float, float]:
    """What is removed at the end: undisturbed, told, untold; and the score of a visit."""
    home = case.home(_REFERENCE[1])
    scene, rate = replace(home, playback=case.music(_REFERENCE[0])), home.device.rate
    seconds = _END_S[1]
    empty = case.recording(scene, seconds)[:, :microphones]
    echo = case.recording(scene, seconds, walker=True)[:, :microphones] - empty
    t = np.arange(len(empty)) / rate
    there = np.any([(t >= start) & (t < end) for start, end in _VISITS_S], axis=0)
    mixed = (empty + there[:, None] * echo).astype(np.complex64)
    carriers = carriers_of(empty)
    last = slice(round(_END_S[0] * rate), None)

    def removed(samples: Samples, adapt: Callable[[float], bool]) -> float:
        after = through(Canceller(microphones, rate), samples, rate, adapt)
        return level(samples[last], carriers, rate) - level(after[last], carriers, rate)

    first, until = (round(at * rate) for at in _VISITS_S[0])
    visit = Trial(empty[:first], empty[first:until], mixed[first:until], rate)
    return (
        removed(empty, always),
        removed(mixed, _unless_told),
        removed(mixed, always),
        outcome_of(visit, Method.LEARNED).score,
    )


def _unless_told(t: float) -> bool:
    return not any(start + _LATE_S <= t < end + _HELD_S for start, end in _VISITS_S)


def _harmed(cases: Sequence[Case], microphones: int, harm: Harm) -> Harmed:
    found = [outcome_of(harming(case, microphones, harm), Method.LEARNED) for case in cases]
    return Harmed(
        microphones,
        harm,
        floor=_estimate(-each.removed for each in found),
        lost=_estimate(each.lost for each in found),
        active=float(np.mean([each.active for each in found])),
    )


def _cost(case: Case, microphones: int) -> Cost:
    trial = trial_of(case, *_REFERENCE).of(microphones)
    frozen, learning = (_spent(trial, microphones, each) for each in (never, always))
    return Cost(
        microphones=microphones,
        frozen=float(frozen.mean()),
        learning=float(learning.mean()),
        largest=float(np.percentile(learning, 99)),
    )


def _spent(trial: Trial, microphones: int, adapt: Callable[[float], bool]) -> NDArray[np.float64]:
    """Microseconds of each chunk."""
    canceller, size = Canceller(microphones, trial.rate), round(0.05 * trial.rate)
    spent = []
    for start in range(0, len(trial.before), size):
        began = time.thread_time_ns()
        canceller.step(trial.before[start : start + size], adapt=adapt(0.0))
        spent.append((time.thread_time_ns() - began) / 1000)
    return np.array(spent)

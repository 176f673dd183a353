"""What is heard of a grid, whatever judges it: frames, and what the baselines make of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
import math
from pathlib import Path

import numpy as np

from ...core.snapshot import Json
from . import keeping
from .baselines import BASELINES, Baseline
from .ear import Ear, Heard
from .grid_scenes import CALM_S, LEARNING_S, MAIN_BAND, MUSICAL, Clean, GridTask, clean_rooms
from .rooms import Noise
from .scorers import Samples, Scores, Signal
from .trials import WITHIN_S
from .work import Result

_NOISE_STREAM = 104


@dataclass(frozen=True, slots=True, eq=False)
class GridHeard:
    """What was heard of a task.

    `learning` and `calm` are of the quiet room, one after the other, and `before` of each of what
    runs in it; `told` holds the place, and lists of what is known of every trial, see _told.
    Trials are frames, of a node that heard the quiet room before (`learned`) and of one that did
    not (`cold`), or, where frames are not all that counts, their `signals`.
    """

    told: Result
    learning: Signal
    calm: Signal
    before: list[Signal]
    learned: list[Heard] = field(default_factory=list)
    cold: list[Heard] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)


def heard_of(task: GridTask, folder: Path | None) -> GridHeard:
    """What is heard of a task, as it is kept in a folder, or else rendered, and then kept."""
    path = None if folder is None else folder / f"{task.key}.npz"
    if path is not None and path.is_file():
        return _read(path)
    heard = _rendered(task)
    if path is not None and not heard.signals:
        _write(path, heard)
    return heard


def _rendered(task: GridTask) -> GridHeard:
    rooms = clean_rooms(replace(task, noise=MAIN_BAND))
    rng = np.random.default_rng((_NOISE_STREAM, task.room, task.batch))
    noise = Noise(rooms.home.device, LEARNING_S + CALM_S, rng)

    def noisy(iq: Samples) -> Signal:
        return replace(noise.over(iq, task.noise), playback=task.running in MUSICAL)

    whole = noisy(rooms.calm)
    count = round(LEARNING_S * whole.rate)
    learning, calm = replace(whole, iq=whole.iq[:count]), replace(whole, iq=whole.iq[count:])
    before = [noisy(each) for each in rooms.before]
    trials = [noisy(each) for each in rooms.trials]
    told = _told(task, rooms, learning, calm, trials)
    if task.framed:
        fresh = Ear.of(learning)
        learned, cold = (
            _frames([ear.after(each) for each in before], rooms.draws, trials)
            for ear in (fresh.after(learning), fresh)
        )
        if len(learned) == len(cold) == len(trials):
            return GridHeard(told, learning, calm, before, learned, cold)
    return GridHeard(told, learning, calm, before, signals=trials)


def _frames(ears: Sequence[Ear], draws: Sequence[int], trials: Sequence[Signal]) -> list[Heard]:
    heard = (ears[draw].hear(trial) for draw, trial in zip(draws, trials, strict=True))
    return [each for each in heard if each is not None]


def _told(
    task: GridTask, rooms: Clean, learning: Signal, calm: Signal, trials: Sequence[Signal]
) -> Result:
    """The place; of every trial its draw, its onset and which part of it was radial.

    And by baseline its threshold (`limits`) and its highest score in each trial (`peaks`).
    """
    baselines = [each() for each in BASELINES]
    for each in baselines:
        each.learn(learning)
    ends = [onset + WITHIN_S[task.motion] for onset in rooms.onsets]
    return {
        "place": rooms.place,
        "draws": list(rooms.draws),
        "onsets": list(rooms.onsets),
        "radial": list(rooms.radial),
        "limits": {each.name: limit(each.score(calm)) for each in baselines},
        "peaks": {each.name: _peaks(each, trials, rooms.onsets, ends) for each in baselines},
    }


def limit(scores: Scores) -> float:
    """What the score of a quiet room never exceeds, once its windows are full."""
    return float(scores.value[scores.t > 1.0].max())


def peak(scores: Scores, onset: float, end: float) -> float:
    """The highest score while motion is to be found."""
    return round(float(scores.within(onset, end).max(initial=-math.inf)), 4)


def _peaks(
    baseline: Baseline, trials: Sequence[Signal], onsets: Sequence[float], ends: Sequence[float]
) -> list[Json]:
    spans = zip(trials, onsets, ends, strict=True)
    return [peak(baseline.score(trial), onset, end) for trial, onset, end in spans]


def _write(path: Path, heard: GridHeard) -> None:
    parts = {"learned": heard.learned, "cold": heard.cold}
    signals = [heard.learning, heard.calm, *heard.before]
    keeping.write(path, heard.told, parts, signals)


def _read(path: Path) -> GridHeard:
    told, parts, (learning, calm, *before) = keeping.read(path)
    return GridHeard(told, learning, calm, before, parts["learned"], parts["cold"])

"""Where in a room motion is found: the grid of NEMA WD 7, in simulated held-out rooms.

Before the trials the detector learns the quiet room for a minute, as a user lets it, and hears
what runs there for twenty seconds. Beside it stands another that learned nothing.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
import math

import numpy as np

from ...simulate.ultrasound import Confounder, Scene
from .baselines import BASELINES
from .detectors import NAME, RANK_OF, Ours, Said
from .rooms import (
    ROOMS,
    Noise,
    blended,
    cells,
    clean,
    confounded,
    held_out_home,
    playing,
    quiet,
    room_name,
)
from .scorers import Samples, Scores, Signal
from .songs import Song
from .trials import LENGTH_S, WITHIN_S, Motion, onset_of, radial_part, trial_scene
from .work import Result

BANDS = (-75.0, -80.0, -85.0, -90.0, -95.0, -100.0)
"""Noise floors of devices, dBc/Hz."""
MAIN_BAND = -90.0

BATCH = 10
"""Trials of a cell that are played at once; more trials are more batches."""

COLD = f"{NAME}, not calibrated"
RULED = f"{NAME}, by its score"
"""The detector's score under the rule by which the baselines are judged."""


class Running(StrEnum):
    """What else goes on in the room, and with how many microphones it is heard."""

    QUIET = "quiet"
    DESK_FAN = "desk_fan"
    CURTAIN = "curtain"
    VENTILATION = "ventilation"
    MUSIC_2 = "music_2"
    MUSIC_2_PLAIN = "music_2_plain"
    MUSIC_4 = "music_4"
    MUSIC_4_PLAIN = "music_4_plain"


MUSICAL = {
    Running.MUSIC_2: (2, True),
    Running.MUSIC_2_PLAIN: (2, False),
    Running.MUSIC_4: (4, True),
    Running.MUSIC_4_PLAIN: (4, False),
}
"""Music from the node itself: how many microphones hear it, and whether it is cancelled."""

_LEARNING_S = 62.0
_JUDGING_S = 120.0
"""Quiet in which a score's threshold is exceeded once: thirty false alarms an hour."""
_HEARING_S = 20.0
_START_S = 3.0
"""As long as a fan takes to start."""
_SETTLED_S = 5.0
_FADE_S = 0.5
_DRAWS = 4
"""How many fans (curtains, songs) the trials of a room are shared among."""
_MUSIC_BETA = 0.06
"""Radians at the peak: a third of a millimetre at 20 kHz, music at the loudness of speech."""

_TRIAL_STREAM, _NOISE_STREAM = 103, 104


@dataclass(frozen=True, slots=True)
class GridTask:
    """The grid of one room with one kind of motion; called, it gives its result.

    `noise` is the device's floor in dBc/Hz. A batch holds `trials` of every cell, or only of
    every so manieth (`every`).
    """

    room: int
    motion: Motion
    running: Running = Running.QUIET
    noise: float = MAIN_BAND
    batch: int = 0
    trials: int = BATCH
    carrier: float | None = None
    songs: tuple[Song, ...] = ()
    every: int = 1

    @property
    def key(self) -> str:
        """What its result is kept under."""
        carrier = "" if self.carrier is None else f"_{self.carrier:.0f}_hz"
        sample = "" if self.every == 1 else f"_every_{self.every}"
        name = f"{self.running}_{self.motion}_{-self.noise:.0f}_by_{self.trials}{carrier}{sample}"
        return f"grid/{name}/{self.room:02d}_{self.batch}"

    def __call__(self) -> Result:
        """Play every trial and count."""
        room = _Room(self)
        judges = _Judges(room)
        for cell, number in np.ndindex(len(room.cells), self.trials):
            judges.play(cell, self.batch * self.trials + number)
        place: Result = {
            "room": room_name(self.room),
            "carrier": room.home.device.carrier,
            "size": list(room.home.room.size),
            "device": list(room.home.device.position),
            "cells": [[*cell.middle, *cell.size, cell.distance] for cell in room.cells],
        }
        return place | judges.told()


@dataclass(frozen=True, slots=True, eq=False)
class _Draw:
    """One thing that runs in the room: `before` is its clean baseband before the trials.

    It is a little longer than `_HEARING_S`, so that a trial can be faded in over it.
    """

    scene: Scene
    before: Samples


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """What was heard, when its motion began, and how much of it was towards the device."""

    signal: Signal
    onset: float
    radial: float


class _Room:
    """A room and what runs in it: signals of its device."""

    def __init__(self, task: GridTask) -> None:
        self.task = task
        microphones, self.cancel = MUSICAL.get(task.running, (2, True))
        self.home = held_out_home(task.room, microphones=microphones, carrier=task.carrier)
        self.cells = cells(self.home)[:: task.every]
        rng = np.random.default_rng((_NOISE_STREAM, task.room, task.batch))
        self._noise = Noise(self.home.device, _LEARNING_S + _JUDGING_S, rng)
        calm = clean(quiet(self.home), _LEARNING_S + _JUDGING_S, task.room)
        self.calm = self._noisy(calm)
        self.draws = [self._draw(scene, calm) for scene in self._scenes()]

    def _draw(self, scene: Scene, calm: Samples) -> _Draw:
        before = clean(scene, _HEARING_S + 2 * _FADE_S, self.task.room)
        return _Draw(scene, blended(calm, before, scene.device.rate, _START_S))

    def _scenes(self) -> list[Scene]:
        task = self.task
        draws = min(_DRAWS, task.trials)
        if task.running is Running.QUIET:
            return [self.home]
        if task.running in MUSICAL:
            found = [task.songs[(task.room + n) % len(task.songs)] for n in range(draws)]
            return [playing(self.home, song, _MUSIC_BETA) for song in found]
        # Whatever stands in a cell, and also if nobody does, it is this fan.
        seeds = [n * ROOMS + task.room for n in range(draws)]
        what = Confounder(task.running)
        return [confounded(self.home, what, seed, _HEARING_S) for seed in seeds]

    def _noisy(self, iq: Samples) -> Signal:
        signal = self._noise.over(iq, self.task.noise)
        return replace(signal, playback=self.task.running in MUSICAL)

    def heard(self) -> list[Signal]:
        """What runs in each draw, before the trials."""
        count = round(_HEARING_S * self.home.device.rate)
        return [self._noisy(draw.before[:count]) for draw in self.draws]

    def trial(self, cell: int, number: int) -> _Trial:
        """A trial of a cell."""
        task = self.task
        rng = np.random.default_rng((_TRIAL_STREAM, task.room, cell, number))
        draw = self.draws[number % len(self.draws)]
        scene = trial_scene(draw.scene, task.motion, self.cells[cell], rng)
        rate = scene.device.rate
        iq = clean(scene, LENGTH_S[task.motion], task.room)
        before = draw.before[round(_HEARING_S * rate) :]
        faded = blended(before, iq, rate, _FADE_S)
        motion = task.motion
        return _Trial(self._noisy(faded), onset_of(scene, motion), radial_part(scene, motion))


class _Judges:
    """Everybody who judges the trials of a room, and how they do."""

    def __init__(self, room: _Room) -> None:
        self._room, self._motion = room, room.task.motion
        calm = room.calm
        count = round(_LEARNING_S * calm.rate)
        learning, judging = replace(calm, iq=calm.iq[:count]), replace(calm, iq=calm.iq[count:])
        ours, cold = Ours(cancel=room.cancel), Ours(cancel=room.cancel)
        ours.learn(learning)
        self._thresholds = {RULED: _limit(self._scores(ours.judge(judging)))}
        self._baselines = [baseline() for baseline in BASELINES]
        for each in self._baselines:
            each.learn(learning)
            self._thresholds[each.name] = _limit(each.score(judging))
        self._nobody = [0, 0]
        heard = room.heard()
        for signal in heard:
            self._count_nobody(ours.judge(signal, occupied=self._motion is Motion.MINOR))
        self._judges = {
            NAME: [ours.after(signal) for signal in heard],
            COLD: [cold.after(signal) for signal in heard],
        }
        self._hits = {name: [0] * len(room.cells) for name in (NAME, COLD, *self._thresholds)}
        self._peaks: dict[str, list[float]] = {name: [] for name in self._thresholds}
        self._delays: list[float] = []
        self._ways: list[list[float]] = []
        self._early = 0

    def _scores(self, said: Said) -> Scores:
        """Of the motion that is looked for."""
        return said.major if self._motion is Motion.MAJOR else said.scores

    def _count_nobody(self, said: Said) -> None:
        """In how many windows as long as a trial's it says so of what runs without anybody."""
        window = WITHIN_S[self._motion]
        for number in range(round((_HEARING_S - _SETTLED_S) / window)):
            start = _SETTLED_S + number * window
            found = said.reached(RANK_OF[self._motion], start, start + window)
            self._nobody[0] += found is not None
            self._nobody[1] += 1

    def play(self, cell: int, number: int) -> None:
        """One trial of a cell."""
        motion = self._motion
        trial = self._room.trial(cell, number)
        signal, onset = trial.signal, trial.onset
        draw, end = number % len(self._room.draws), onset + WITHIN_S[motion]
        occupied = motion is Motion.MINOR
        said = {
            name: judges[draw].judge(signal, occupied=occupied)
            for name, judges in self._judges.items()
        }
        for name, each in said.items():
            self._hits[name][cell] += each.reached(RANK_OF[motion], onset, end) is not None
        self._note(said[NAME], trial, end)
        scored = {RULED: self._scores(said[NAME])}
        scored |= {each.name: each.score(signal) for each in self._baselines}
        for name, scores in scored.items():
            peak = float(scores.within(onset, end).max(initial=-math.inf))
            self._peaks[name].append(round(peak, 4))
            self._hits[name][cell] += peak > self._thresholds[name]

    def _note(self, said: Said, trial: _Trial, end: float) -> None:
        """Whether and how late it was found, unless it was on already."""
        rank, onset = RANK_OF[self._motion], trial.onset
        when = said.reached(rank, onset, end)
        if self._motion is Motion.MAJOR:
            self._ways.append([round(trial.radial, 3), float(when is not None)])
        if said.at(onset) >= rank:
            self._early += 1
        elif when is not None:
            self._delays.append(round(when - onset, 3))

    def told(self) -> Result:
        """The counts as JSON."""
        return {
            "hits": {name: list(each) for name, each in self._hits.items()},
            "peaks": {name: list(each) for name, each in self._peaks.items()},
            "thresholds": dict(self._thresholds),
            "delays": list(self._delays),
            "ways": [list(each) for each in self._ways],
            "early": self._early,
            "nobody": list(self._nobody),
        }


def _limit(scores: Scores) -> float:
    """What the score of a quiet room never exceeds, once its windows are full."""
    return float(scores.value[scores.t > 1.0].max())

"""The grid of NEMA WD 7 in simulated held-out rooms: what is asked, and how the rooms sound.

The node hears its quiet room for three minutes, then what runs there for twenty seconds, then
trial after trial, each as if it followed on that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from ...simulate.ultrasound import Confounder, Scene
from .rooms import (
    ROOMS,
    Cell,
    blended,
    cells,
    clean,
    confounded,
    held_out_home,
    playing,
    quiet,
    room_name,
)
from .scorers import Samples
from .songs import Song
from .trials import LENGTH_S, Motion, onset_of, radial_part, trial_scene
from .work import Result

BANDS = (-75.0, -80.0, -85.0, -90.0, -95.0, -100.0)
"""Noise floors of devices, dBc/Hz."""
MAIN_BAND = -90.0

BATCH = 10
"""Trials of a cell that are played at once; more trials are more batches."""


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

LEARNING_S = 62.0
CALM_S = 120.0
"""Quiet in which a score's threshold is exceeded once: thirty false alarms an hour."""
HEARING_S = 20.0
_START_S = 3.0
"""As long as a fan takes to start."""
_FADE_S = 0.5
_DRAWS = 4
"""How many fans (curtains, songs) the trials of a room are shared among."""
_MUSIC_BETA = 0.06
"""Radians at the peak: a third of a millimetre at 20 kHz, music at the loudness of speech."""

_TRIAL_STREAM = 103


@dataclass(frozen=True, slots=True)
class GridTask:
    """The grid of one room with one kind of motion.

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

    @property
    def cancels(self) -> bool:
        """Whether what the node plays is cancelled, if it plays anything."""
        return MUSICAL.get(self.running, (2, True))[1]

    @property
    def framed(self) -> bool:
        """Whether frames are all that counts of what is heard.

        Music is cancelled sample by sample, and that is learned when a detector says that nobody
        moves.
        """
        return self.running not in MUSICAL or not self.cancels


@dataclass(frozen=True, slots=True, eq=False)
class Clean:
    """What a node without noise would hear of a task.

    First of the quiet room (`calm`), then of each thing that runs in it (`before`), then of trial
    after trial, cell by cell: in which of these `draws` it was, when its motion began (`onsets`,
    seconds), and how much of it was towards the device (`radial`).
    """

    home: Scene
    place: Result
    calm: Samples
    before: list[Samples]
    trials: list[Samples]
    draws: list[int]
    onsets: list[float]
    radial: list[float]


@lru_cache(maxsize=1)
def clean_rooms(task: GridTask) -> Clean:
    """The clean renderings of a task: the last ones are kept, because other floors follow."""
    microphones, _ = MUSICAL.get(task.running, (2, True))
    home = held_out_home(task.room, microphones=microphones, carrier=task.carrier)
    rate, places = home.device.rate, cells(home)[:: task.every]
    calm = clean(quiet(home), LEARNING_S + CALM_S, task.room)
    scenes = _scenes(task, home)
    longer = HEARING_S + 2 * _FADE_S
    heard = [blended(calm, clean(each, longer, task.room), rate, _START_S) for each in scenes]
    count = round(HEARING_S * rate)
    trials, draws, onsets, radial = list[Samples](), list[int](), list[float](), list[float]()
    for cell, number in np.ndindex(len(places), task.trials):
        whole = task.batch * task.trials + number
        rng = np.random.default_rng((_TRIAL_STREAM, task.room, cell, whole))
        draw = whole % len(scenes)
        scene = trial_scene(scenes[draw], task.motion, places[cell], rng)
        iq = clean(scene, LENGTH_S[task.motion], task.room)
        trials.append(blended(heard[draw][count:], iq, rate, _FADE_S))
        draws.append(draw)
        onsets.append(onset_of(scene, task.motion))
        radial.append(radial_part(scene, task.motion))
    return Clean(
        home,
        _place(home, task.room, places),
        calm,
        [each[:count] for each in heard],
        trials,
        draws,
        onsets,
        radial,
    )


def _place(home: Scene, room: int, places: Sequence[Cell]) -> Result:
    return {
        "room": room_name(room),
        "carrier": home.device.carrier,
        "size": list(home.room.size),
        "device": list(home.device.position),
        "cells": [[*cell.middle, *cell.size, cell.distance] for cell in places],
    }


def _scenes(task: GridTask, home: Scene) -> list[Scene]:
    draws = min(_DRAWS, task.trials)
    if task.running is Running.QUIET:
        return [home]
    if task.running in MUSICAL:
        found = [task.songs[(task.room + n) % len(task.songs)] for n in range(draws)]
        return [playing(home, song, _MUSIC_BETA) for song in found]
    # Whatever stands in a cell, and also if nobody does, it is this fan.
    seeds = [n * ROOMS + task.room for n in range(draws)]
    what = Confounder(task.running)
    return [confounded(home, what, seed, HEARING_S) for seed in seeds]

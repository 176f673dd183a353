"""Rooms without anybody: what goes on in them, and what is heard of it, whatever judges it.

An hour is six scenes of ten minutes, each another room, another device and another fan (curtain,
pet, song …), so that many hours are many rooms rather than one for long. In every other scene
what runs is switched on and perhaps off again in between. Each scene begins with a quiet minute
to learn from, which is not counted.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
import math
from pathlib import Path

import numpy as np

from ...simulate.ultrasound import Confounder, Scene, render
from . import keeping
from .baselines import BASELINES
from .ear import Ear, Heard
from .rooms import ROOMS, blended, confounded, held_out_home, playing, quiet, room_name
from .scorers import Scores, Signal
from .songs import Song
from .work import Result


class Condition(StrEnum):
    """What goes on in a room without anybody."""

    QUIET = "quiet"
    DESK_FAN = "desk_fan"
    OSCILLATING_FAN = "oscillating_fan"
    CEILING_FAN = "ceiling_fan"
    CURTAIN = "curtain"
    VENTILATION = "ventilation"
    MUSIC_SOFT = "music_soft"
    MUSIC_MEDIUM = "music_medium"
    MUSIC_LOUD = "music_loud"
    TRANSIENTS = "transients"
    PET = "pet"
    NEIGHBOUR_CLOSED = "neighbour_closed"
    NEIGHBOUR_OPEN = "neighbour_open"


ALIKE = frozenset({Condition.PET, Condition.NEIGHBOUR_OPEN})
"""What moves as people do, and is seen by its movement alone: no threshold tells it from them."""

MUSIC_BETA = {
    Condition.MUSIC_SOFT: 0.02,
    Condition.MUSIC_MEDIUM: 0.06,
    Condition.MUSIC_LOUD: 0.2,
}
"""Radians at the peak and at 20 kHz: excursions of 0.05, 0.16 and 0.55 mm."""

SCENES_AN_HOUR = 6
SCENE_S = 3600.0 / SCENES_AN_HOUR
_LEARNING_S = 62.0
_FADE_S = 3.0
"""As long as a fan takes to start."""

WINDOW_S = 10.0
"""Scores are kept as their highest value in windows of this length, for rates at any threshold."""

_MIX = 8
_ULTRASONIC_HZ = {3: 33_000.0, 7: 36_000.0}
"""One scene in four is above 32 kHz, the others from 19 to 21.6 kHz."""

_DRAW = 1000


@dataclass(frozen=True, slots=True)
class HourTask:
    """One hour of empty rooms."""

    condition: Condition
    hour: int
    songs: tuple[Song, ...] = ()
    scenes: int = SCENES_AN_HOUR
    seconds: float = SCENE_S

    @property
    def key(self) -> str:
        """What its result is kept under."""
        whole = (self.scenes, self.seconds) == (SCENES_AN_HOUR, SCENE_S)
        part = "" if whole else f"_{self.scenes}_by_{self.seconds:.0f}_s"
        return f"empty/{self.condition}{part}/{self.hour:04d}"

    @property
    def framed(self) -> bool:
        """Whether frames are all that counts of what is heard; see GridTask.framed."""
        return self.condition not in MUSIC_BETA


@dataclass(frozen=True, slots=True, eq=False)
class SceneHeard:
    """What was heard of a scene.

    First the quiet room (`learning`), then the scene: its `frames`, or, where these are not all
    that counts, its `signal`. `told` holds the place, and of every baseline the highest score in
    each window.
    """

    told: Result
    learning: Signal
    frames: Heard | None
    signal: Signal | None = None


def scene_heard(task: HourTask, number: int, folder: Path | None) -> SceneHeard:
    """What is heard of a scene, as it is kept in a folder, or else rendered, and then kept."""
    path = None if folder is None else folder / f"{task.key}_{number}.npz"
    if path is not None and path.is_file():
        told, parts, (learning,) = keeping.read(path)
        return SceneHeard(told, learning, parts["frames"][0])
    heard = _rendered(task, number)
    if path is not None and heard.frames is not None:
        keeping.write(path, heard.told, {"frames": [heard.frames]}, [heard.learning])
    return heard


def scene_signals(task: HourTask, number: int) -> tuple[Signal, Signal, Result]:
    """A scene rendered: the quiet room, the scene that follows on it, and what its place is."""
    place = task.hour * task.scenes + number
    carrier = _ULTRASONIC_HZ.get(place % _MIX)
    home = held_out_home(place, draw=_DRAW + place, carrier=carrier)
    scene = _with(task.condition, home, place, task.seconds, task.songs)
    device, seed = home.device, place
    calm = render(quiet(home), _LEARNING_S + _FADE_S, seed).iq
    count = round(_LEARNING_S * device.rate)
    iq = blended(calm[count:], render(scene, task.seconds, seed).iq, device.rate, _FADE_S)
    learning = Signal(calm[:count], device.rate, device.carrier, device.level)
    signal = replace(learning, iq=iq, playback=task.condition in MUSIC_BETA)
    told: Result = {
        "room": room_name(place),
        "carrier": device.carrier,
        "seconds": task.seconds,
        "noise": round(device.noise, 1),
    }
    return learning, signal, told


def _rendered(task: HourTask, number: int) -> SceneHeard:
    learning, signal, place = scene_signals(task, number)
    frames = Ear.of(learning).after(learning).hear(signal) if task.framed else None
    told = place | {"peaks": _baseline_peaks(learning, signal)}
    return SceneHeard(told, learning, frames, signal if frames is None else None)


def _with(
    condition: Condition, home: Scene, place: int, seconds: float, songs: tuple[Song, ...]
) -> Scene:
    if condition is Condition.QUIET:
        return home
    if condition in MUSIC_BETA:
        return playing(home, songs[place % len(songs)], MUSIC_BETA[condition])
    always = place // ROOMS % 2 == 0
    return confounded(home, Confounder(condition), place, seconds, always=always)


def _baseline_peaks(learning: Signal, signal: Signal) -> Result:
    found: Result = {}
    for baseline in (each() for each in BASELINES):
        baseline.learn(learning)
        found[baseline.name] = list(window_peaks(baseline.score(signal), signal.seconds))
    return found


def window_peaks(scores: Scores, seconds: float) -> list[float]:
    """The highest score in each window."""
    windows = np.arange(math.ceil(seconds / WINDOW_S)) * WINDOW_S
    found = [scores.within(start, start + WINDOW_S).max(initial=-math.inf) for start in windows]
    return [round(float(each), 4) for each in found if math.isfinite(each)]

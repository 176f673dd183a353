"""How often a room that nobody is in is called occupied, in simulated held-out rooms.

An hour is six scenes of ten minutes, each another room, another device and another fan (curtain,
pet, song …), so that many hours are many rooms rather than one for long. In every other scene
what runs is switched on and perhaps off again in between. Each scene begins with a quiet minute
to learn from, which is not counted.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
import math

import numpy as np

from ...simulate.ultrasound import Confounder, Scene, render
from .baselines import BASELINES
from .detectors import MAJOR, MINOR, NAME, Ours
from .rooms import (
    ROOMS,
    blended,
    confounded,
    held_out_home,
    playing,
    quiet,
    room_name,
)
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

APART_S = 10.0
"""Alarms closer than this are one."""
WINDOW_S = 10.0
"""Scores are kept as their highest value in windows of this length, for rates at any threshold."""

_MIX = 8
_ULTRASONIC_HZ = {3: 33_000.0, 7: 36_000.0}
"""One scene in four is above 32 kHz, the others from 19 to 21.6 kHz."""

_DRAW = 1000


@dataclass(frozen=True, slots=True)
class HourTask:
    """One hour of empty rooms; called, it gives its result."""

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

    def __call__(self) -> Result:
        """Play the scenes and count."""
        return {"scenes": [self._scene(number) for number in range(self.scenes)]}

    def _scene(self, number: int) -> Result:
        place = self.hour * self.scenes + number
        carrier = _ULTRASONIC_HZ.get(place % _MIX)
        home = held_out_home(place, draw=_DRAW + place, carrier=carrier)
        scene = _with(self.condition, home, place, self.seconds, self.songs)
        device, seed = home.device, place
        calm = render(quiet(home), _LEARNING_S + _FADE_S, seed).iq
        count = round(_LEARNING_S * device.rate)
        iq = blended(calm[count:], render(scene, self.seconds, seed).iq, device.rate, _FADE_S)
        learning = Signal(calm[:count], device.rate, device.carrier, device.level)
        signal = replace(learning, iq=iq, playback=self.condition in MUSIC_BETA)
        return _counted(learning, signal) | {
            "room": room_name(place),
            "carrier": device.carrier,
            "seconds": self.seconds,
            "noise": round(device.noise, 1),
        }


def _with(
    condition: Condition, home: Scene, place: int, seconds: float, songs: tuple[Song, ...]
) -> Scene:
    if condition is Condition.QUIET:
        return home
    if condition in MUSIC_BETA:
        return playing(home, songs[place % len(songs)], MUSIC_BETA[condition])
    always = place // ROOMS % 2 == 0
    return confounded(home, Confounder(condition), place, seconds, always=always)


def _counted(learning: Signal, signal: Signal) -> Result:
    ours = Ours()
    ours.learn(learning)
    said = ours.judge(signal)
    peaks = {NAME: _peaks(said.major, signal.seconds)}
    for baseline in (each() for each in BASELINES):
        baseline.learn(learning)
        peaks[baseline.name] = _peaks(baseline.score(signal), signal.seconds)
    step = float(np.median(np.diff(said.t)))
    return {
        "learned": ours.learned,
        "alarms": [round(t, 2) for t in said.starts(MAJOR, APART_S)],
        "major_s": round(step * float((said.level == MAJOR).sum()), 2),
        "minor_s": round(step * float((said.level == MINOR).sum()), 2),
        "blind_s": round(step * float(said.blind.sum()), 2),
        "peaks": {name: list(each) for name, each in peaks.items()},
    }


def _peaks(scores: Scores, seconds: float) -> list[float]:
    windows = np.arange(math.ceil(seconds / WINDOW_S)) * WINDOW_S
    found = [scores.within(start, start + WINDOW_S).max(initial=-math.inf) for start in windows]
    return [round(float(each), 4) for each in found if math.isfinite(each)]

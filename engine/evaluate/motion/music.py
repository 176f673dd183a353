"""Rooms with music and a walker, and what a canceller makes of them.

What is motion and what is music is told apart by rendering the same seconds with and without the
person: noise and music are the same in both. Levels are of 20 to 300 Hz on both sides of the
tone, where people and bass are, relative to the carriers, mean over the microphones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
import math

import numpy as np
from numpy.typing import NDArray

from ...sense.ultrasound.canceller import Canceller
from ...simulate.ultrasound import FAMILIES, Activity, Playback, Scene, add_person, render
from .rooms import ROOMS, held_out_home
from .songs import RATE_HZ

type Samples = NDArray[np.complex64]

MOST_MICROPHONES = 4
MUSIC_S = 12.0
"""Of each song: one is learned from, the next is judged."""

_CHUNK_S = 0.05
_BAND_HZ = (20.0, 300.0)
_WALKER_STREAM = 211


class Method(StrEnum):
    """What is compared."""

    NONE = "none"
    FIXED = "fixed"
    """One tap, not learned: each microphone less the mean of the others."""
    LEARNED = "learned"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A room and two songs: one to learn from, then another to be judged with."""

    number: int
    learned: NDArray[np.float32]
    judged: NDArray[np.float32]

    def home(self, floor: float) -> Scene:
        """The quiet room."""
        draw = self.number // ROOMS
        return held_out_home(self.number, draw=draw, microphones=MOST_MICROPHONES, noise=floor)

    def music(self, beta: float, end: float = math.inf) -> Playback:
        """Both songs in turn, over and over, until `end` seconds."""
        return Playback(np.concatenate([self.learned, self.judged]), RATE_HZ, beta=beta, end=end)

    def recording(self, scene: Scene, seconds: float, *, walker: bool = False) -> Samples:
        """What the microphones hear of a scene; noise is the same with and without the walker."""
        if walker:
            rng = np.random.default_rng((_WALKER_STREAM, self.number))
            scene = add_person(scene, Activity.WALK, rng, FAMILIES["test"], seconds)
        return render(scene, seconds, self.number).iq


def cases_of(rooms: int, playlist: Sequence[NDArray[np.float32]]) -> list[Case]:
    """Every song is judged in turn, and never by weights that it taught."""
    count = len(playlist)
    if count < 2:
        raise ValueError("one song to learn from and another to judge by are needed")
    pairs = [(n % count, (n + 1 + n // count % (count - 1)) % count) for n in range(rooms)]
    return [Case(n, playlist[a], playlist[b]) for n, (a, b) in enumerate(pairs)]


def level(samples: Samples, carriers: Samples, rate: float) -> float:
    """The mean power over microphones in the band, dBc."""
    spectrum = np.fft.fft(samples / carriers * np.hanning(len(samples))[:, None], axis=0)
    hz = np.abs(np.fft.fftfreq(len(samples), 1 / rate))
    inside = (hz > _BAND_HZ[0]) & (hz < _BAND_HZ[1])
    power = np.square(np.abs(spectrum[inside])).sum(axis=0).mean()
    return float(10 * np.log10(power / np.square(np.hanning(len(samples))).sum() / len(samples)))


def carriers_of(samples: Samples) -> Samples:
    """The size of the tone at each microphone; it is far above everything else."""
    power = np.mean(np.square(np.abs(samples)), axis=0)
    return np.asarray(np.sqrt(power), dtype=np.complex64)


def through(
    canceller: Canceller, samples: Samples, rate: float, adapt: Callable[[float], bool]
) -> Samples:
    """A recording chunk by chunk; `adapt` says of each second whether it is known as quiet."""
    size = round(_CHUNK_S * rate)
    return np.concatenate(
        [
            canceller.step(samples[start : start + size], adapt=adapt(start / rate))
            for start in range(0, len(samples), size)
        ]
    )


def always(_: float) -> bool:
    """Learn all the time."""
    return True


def never(_: float) -> bool:
    """Keep what was learned."""
    return False


def copy_of(canceller: Canceller, microphones: int, rate: float) -> Canceller:
    """Another canceller in the same state."""
    copy = Canceller(microphones, rate)
    copy.restore(canceller.snapshot())
    return copy


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """The same seconds without and with the walker, and what was heard before."""

    before: Samples
    empty: Samples
    walked: Samples
    rate: float

    def of(self, microphones: int) -> Trial:
        """With the first microphones only."""
        before, empty, walked = (
            np.ascontiguousarray(each[:, :microphones])
            for each in (self.before, self.empty, self.walked)
        )
        return Trial(before, empty, walked, self.rate)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Levels in dBc: without and with the canceller, of the empty room and of the walker.

    `active` is the share of the walker's time in which anything was taken away.
    """

    empty: float
    empty_after: float
    echo: float
    echo_after: float
    active: float

    @property
    def removed(self) -> float:
        """Decibels by which music and noise fell."""
        return self.empty - self.empty_after

    @property
    def lost(self) -> float:
        """Decibels by which the walker's echo fell."""
        return self.echo - self.echo_after

    @property
    def score(self) -> float:
        """Decibels by which the echo rose out of music and noise."""
        return self.removed - self.lost

    @property
    def margin(self) -> float:
        """Decibels by which the echo is above what is left of music and noise."""
        return self.echo_after - self.empty_after


def outcome_of(trial: Trial, method: Method) -> Outcome:
    """What a method makes of a trial, with weights that do not change during it."""
    carriers, rate = carriers_of(trial.before), trial.rate
    empty, walked, active = trial.empty, trial.walked, 0.0
    if method is not Method.NONE:
        microphones = empty.shape[1]
        learned = Canceller(microphones, rate)
        through(learned, trial.before, rate, never if method is Method.FIXED else always)
        empty = through(copy_of(learned, microphones, rate), empty, rate, never)
        watched = copy_of(learned, microphones, rate)
        states: list[bool] = []

        def note(_: float) -> bool:
            states.append(watched.active)
            return False

        walked = through(watched, walked, rate, note)
        active = float(np.mean(states))
    return Outcome(
        empty=level(trial.empty, carriers, rate),
        empty_after=level(empty, carriers, rate),
        echo=level(trial.walked - trial.empty, carriers, rate),
        echo_after=level(walked - empty, carriers, rate),
        active=active,
    )


def trial_of(case: Case, beta: float, floor: float) -> Trial:
    """One song and then the other; the walker is there from the second on."""
    home = case.home(floor)
    scene = replace(home, playback=case.music(beta))
    empty = case.recording(scene, 2 * MUSIC_S)
    walked = case.recording(scene, 2 * MUSIC_S, walker=True)
    split = round(MUSIC_S * home.device.rate)
    return Trial(empty[:split], empty[split:], walked[split:], home.device.rate)

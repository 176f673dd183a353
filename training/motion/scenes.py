"""Scenes to learn from: what goes on in simulated rooms of the train family, by number.

Everything follows from the number: the home, who is in it, what else runs, and the music. Nothing
of the test family is ever drawn. Numbers from VALIDATION on are other homes, which no weights are
fitted to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from halcyon.evaluate.motion.songs import RATE_HZ, Song, excursion
from halcyon.simulate.ultrasound import (
    FAMILIES,
    Activity,
    Confounder,
    Playback,
    Scene,
    add_cell_arm,
    add_confounder,
    add_person,
    draw_home,
)
from halcyon.simulate.ultrasound.choreography import Choreographer
from halcyon.simulate.ultrasound.device import Device
from halcyon.simulate.ultrasound.family import Family
from halcyon.simulate.ultrasound.person import draw_person

from .gaits import reflecting, varied
from .sounds import burst

VALIDATION = 10_000_000
"""Scenes from this number on are for choosing thresholds and judging epochs only."""
MINING = 1_000_000
"""Scenes from this number on are empty rooms in which a model looks for what fools it."""

SECONDS = 40.0

TRAINING_SONGS = (
    "Feelings",
    "Metal madness",
    "Hungarian_Dance_number_5_-_Allegro_in_F_sharp_minor_(string_orchestra).hq",
    "Kevin_MacLeod_-_Vibe_Ace.hq",
)
"""The other half of the songs is left out, so that music can be judged on songs never heard."""

_FAMILY = FAMILIES["train"]
_SILENT = -250.0


class Story(StrEnum):
    """What people do in a scene."""

    NOBODY = "nobody"
    WALK = "walk"
    CROSS = "cross"
    STEPS = "steps"
    """Stands, and now and then walks a cell of 3 feet: the standard's walk, many times."""
    ACROSS = "across"
    """The same, across the line of sight: the way that changes the length of the path least."""
    DESK = "desk"
    STILL = "still"
    RISE = "rise"
    ARM = "arm"
    """The standard's arm for minor motion."""


_STORIES: Mapping[Story, float] = {
    Story.NOBODY: 0.36,
    Story.WALK: 0.12,
    Story.CROSS: 0.05,
    Story.STEPS: 0.13,
    Story.ACROSS: 0.13,
    Story.DESK: 0.09,
    Story.STILL: 0.04,
    Story.RISE: 0.05,
    Story.ARM: 0.07,
}
_CONFOUNDERS_EMPTY = (0.08, 0.57, 0.23, 0.12)
_CONFOUNDERS_PEOPLE = (0.45, 0.33, 0.15, 0.07)
"""How often a scene has no, one, two and three of them (chosen: empty rooms are to be hard)."""
_MUSIC_SHARE = 0.14
_CHILD_SHARE = 0.1
_SOUNDS_SHARE = 0.25
_SOUNDS_A_MINUTE = 8.0
"""How often sounds of a household are heard in a scene, and how many of them."""
_ACROSS = math.radians(25)
"""A way so near to a right angle with the line of sight goes across it."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A scene with what it is called."""

    scene: Scene
    story: Story
    confounders: tuple[Confounder, ...]
    music: bool

    @property
    def name(self) -> str:
        """For tables: the story and everything else that goes on."""
        return "+".join([self.story, *sorted(self.confounders), *["music"][: self.music]])


def draw(
    number: int,
    songs: list[Song],
    *,
    seconds: float = SECONDS,
    story: Story | None = None,
    sounds: Path | None = None,
    confounders: tuple[Confounder, ...] | None = None,
    music: bool | None = None,
) -> Drawn:
    """Scene `number`; what is None is drawn. The device has no noise, that is added later.

    `sounds` is the folder of recorded ones; without it none are heard.
    """
    rng = np.random.default_rng((1, number))
    told = _chosen(rng, _STORIES) if story is None else story
    shares = _CONFOUNDERS_EMPTY if told is Story.NOBODY else _CONFOUNDERS_PEOPLE
    count = int(rng.choice(len(shares), p=shares))
    kinds = list(Confounder)
    found = tuple(kinds[int(each)] for each in rng.choice(len(kinds), count, replace=False))
    running = found if confounders is None else confounders
    plays = bool(songs) and rng.uniform() < _MUSIC_SHARE if music is None else music
    microphones = int(rng.choice((1, 2, 4), p=(0.3, 0.6, 0.1)))
    scene = draw_home(number, "train", microphones=microphones)
    scene = replace(scene, device=replace(scene.device, noise=_SILENT, bits=24))
    family = replace(_FAMILY, gait=varied(_FAMILY.gait, rng))
    for what in running:
        scene = add_confounder(scene, what, rng, family, seconds)
    scene = _peopled(scene, told, rng, family, seconds)
    if told not in {Story.NOBODY, Story.ARM} and rng.uniform() < 0.12:
        scene = add_person(scene, Activity.DESK, rng, family, seconds)
    scene = reflecting(scene, rng)
    if sounds is not None and rng.uniform() < _SOUNDS_SHARE:
        count = 1 + int(rng.poisson(_SOUNDS_A_MINUTE * seconds / 60))
        heard = tuple(burst(sounds, rng, seconds) for _ in range(count))
        scene = replace(scene, bursts=(*scene.bursts, *heard))
    if plays:
        scene = replace(scene, playback=_music(rng, songs, scene.device, seconds))
    return Drawn(scene, told, running, plays)


def _chosen(rng: np.random.Generator, shares: Mapping[Story, float]) -> Story:
    weights = np.array(list(shares.values()))
    return list(shares)[int(rng.choice(len(weights), p=weights / weights.sum()))]


def _peopled(
    scene: Scene, story: Story, rng: np.random.Generator, family: Family, seconds: float
) -> Scene:
    match story:
        case Story.NOBODY:
            return scene
        case Story.ARM:
            return add_cell_arm(scene, _spot(scene, rng), rng, rng.uniform(0.05, 0.6) * seconds)
        case Story.STEPS | Story.ACROSS:
            return _stepping(scene, rng, family, seconds, across=story is Story.ACROSS)
        case _:
            child = rng.uniform() < _CHILD_SHARE
            return add_person(scene, Activity(story), rng, family, seconds, child=child)


def _spot(scene: Scene, rng: np.random.Generator) -> tuple[float, float]:
    width, depth, _ = scene.room.size
    x, y, _ = scene.device.position
    for _ in range(30):
        at = (float(rng.uniform(0.4, width - 0.4)), float(rng.uniform(0.4, depth - 0.4)))
        if math.hypot(at[0] - x, at[1] - y) > 0.6:
            return at
    return (width / 2, depth / 2)


def _stepping(
    scene: Scene, rng: np.random.Generator, family: Family, seconds: float, *, across: bool
) -> Scene:
    width, depth, _ = scene.room.size
    x, y, _ = scene.device.position
    here = _spot(scene, rng)
    written = Choreographer(rng, family.law, here, heading=rng.uniform(0, 2 * math.pi))
    while written.now < seconds:
        written.wait(float(rng.exponential(2.5)))
        for _ in range(20):
            angle = rng.uniform(0, 2 * math.pi)
            if across:
                sight = math.atan2(written.at[1] - y, written.at[0] - x)
                angle = sight + rng.choice((-1, 1)) * math.pi / 2 + rng.uniform(-_ACROSS, _ACROSS)
            length = rng.uniform(0.6, 2.5) if across else rng.uniform(0.6, 1.4)
            to_x = written.at[0] + length * math.cos(angle)
            to_y = written.at[1] + length * math.sin(angle)
            if 0.3 < to_x < width - 0.3 and 0.3 < to_y < depth - 0.3:
                written.walk((float(to_x), float(to_y)), rng.uniform(0.6, 1.7))
                break
    height = rng.uniform(0.9, 1.35) if rng.uniform() < _CHILD_SHARE else rng.uniform(1.5, 1.9)
    person = draw_person(rng, family.gait, written, float(height))
    return replace(scene, movers=(*scene.movers, person))


@cache
def _moved(song: Song, start: float) -> NDArray[np.float32]:
    return excursion(song, start, 30.0)


def _music(rng: np.random.Generator, songs: list[Song], device: Device, seconds: float) -> Playback:
    song = songs[int(rng.integers(len(songs)))]
    moved = _moved(song, 5.0 * int(rng.integers(5)))
    beta = 10 ** rng.uniform(math.log10(0.01), math.log10(0.3)) * device.carrier / 20_000
    start = -math.inf if rng.uniform() < 0.6 else float(rng.uniform(0, 0.5) * seconds)
    return Playback(
        moved,
        RATE_HZ,
        beta=beta,
        am=float(rng.uniform(0, 0.02)),
        square=float(rng.uniform(0, 0.01)),
        start=0.0 if math.isinf(start) else start,
        end=math.inf if rng.uniform() < 0.7 else seconds * float(rng.uniform(0.5, 1.0)),
    )

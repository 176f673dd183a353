"""Empty rooms to choose thresholds with: one thing runs at a time, as it does in homes.

The rooms that are mined are worse on purpose, with two or three at once. Claps and keys of the
simulator are heard beside recorded sounds of a household (ESC-10).
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from halcyon.simulate.ultrasound import Confounder

from .example import Example, read, save
from .render import Sources, heard
from .scenes import VALIDATION, Story, draw
from .sounds import burst

QUIET, MUSIC = "quiet", "music"
_RUNNING = (
    QUIET,
    MUSIC,
    Confounder.DESK_FAN,
    Confounder.OSCILLATING_FAN,
    Confounder.CEILING_FAN,
    Confounder.CURTAIN,
    Confounder.VENTILATION,
    Confounder.NEIGHBOUR_CLOSED,
    Confounder.TRANSIENTS,
)
_HOMES = 6
_SECONDS = 90.0
_SOUNDS = 20
"""Recorded sounds in each room with transients."""
_FIRST = VALIDATION + 700_000


def vacancies(folder: Path, sources: Sources) -> list[Example]:
    """Empty rooms, each as heard by a node that learned it and one that did not; kept."""
    path = folder / f"vacancies_{_HOMES}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        save(path, [each for what in _RUNNING for each in _with(what, sources)])
    return list(read(path))


def _with(what: str, sources: Sources) -> Iterator[Example]:
    alone = () if what in {QUIET, MUSIC} else (Confounder(what),)
    for home in range(_HOMES):
        number = _FIRST + 100 * _RUNNING.index(what) + home
        drawn = draw(
            number,
            sources.songs(),
            seconds=_SECONDS,
            story=Story.NOBODY,
            confounders=alone,
            music=what == MUSIC,
        )
        if what is Confounder.TRANSIENTS:
            rng = np.random.default_rng((9, number))
            recorded = tuple(burst(sources.sounds, rng, _SECONDS) for _ in range(_SOUNDS))
            scene = replace(drawn.scene, bursts=(*drawn.scene.bursts, *recorded))
            drawn = replace(drawn, scene=scene)
        for each in heard(drawn, number, sources, seconds=_SECONDS, clips=0):
            if each.hops == 1:
                yield each

"""What was going on in a scene: labels every 50 ms, and how far away the nearest person was."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Floats, Kinds
from .scene import Scene

LABEL_S = 0.05
"""As long as a chunk, so that every chunk has one label."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """One entry every LABEL_S: `kinds` the Kind flags, `distance` metres or NaN for nobody."""

    kinds: Kinds
    distance: Floats


def truth_of(scene: Scene, start: float, seconds: float) -> Truth:
    """The labels from `start` on; an entry tells of the middle of its 50 ms."""
    t = start + (np.arange(round(seconds / LABEL_S)) + 0.5) * LABEL_S
    kinds = np.zeros(len(t), dtype=np.int_)
    for each in scene.labelled:
        kinds |= each.kinds(t)
    distance: Floats = np.full(len(t), np.nan)
    for person in scene.people:
        away = np.linalg.norm(person.centre(t) - np.array(scene.device.position)[:, None], axis=0)
        distance = np.fmin(distance, away)
    return Truth(kinds, distance)


def join(parts: Sequence[Truth], count: int) -> Truth:
    """Several stretches as one, cut to `count` entries."""
    return Truth(
        np.concatenate([each.kinds for each in parts])[:count],
        np.concatenate([each.distance for each in parts])[:count],
    )

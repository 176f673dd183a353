"""Whole scenes at random, from a seed.

Home, confounders and people come from streams of their own: the same seed gives the same home
and the same fan, with and without a person.
"""

from collections.abc import Collection

import numpy as np

from .confounders import Confounder, add_confounder
from .family import FAMILIES, FamilyName
from .people import Activity, add_person
from .scene import Scene

_HOME, _PEOPLE, _COUNTS, _CONFOUNDERS = range(4)

_CONFOUNDED = (0.35, 0.35, 0.2, 0.1)
"""How often a scene has no, one, two and three confounders (chosen)."""
_PEOPLE_SHARE = (0.4, 0.45, 0.15)
"""How often it has nobody, one and two people (chosen)."""
_CHILDREN = 0.2


def draw_home(
    seed: int,
    family: FamilyName = "train",
    *,
    microphones: int = 2,
    carrier: float | None = None,
    noise: float | None = None,
) -> Scene:
    """A quiet room with a device; `carrier` in Hz and `noise` in dBc/Hz are drawn if None."""
    rng = _stream(family, seed, _HOME)
    return FAMILIES[family].home(rng, microphones, carrier, noise)


def draw_scene(
    seed: int,
    family: FamilyName = "train",
    *,
    seconds: float = 20.0,
    people: Collection[Activity] | None = None,
    confounders: Collection[Confounder] | None = None,
    microphones: int = 2,
    carrier: float | None = None,
    noise: float | None = None,
) -> Scene:
    """A scene to be looked at for `seconds`.

    `people` and `confounders` are drawn if None; an empty collection is nobody and nothing.
    """
    made = FAMILIES[family]
    scene = draw_home(seed, family, microphones=microphones, carrier=carrier, noise=noise)
    rng = _stream(family, seed, _COUNTS)
    drawn_people, drawn_confounders = _drawn(rng)
    always = confounders is not None
    for what in drawn_confounders if confounders is None else confounders:
        stream = _stream(family, seed, _CONFOUNDERS, list(Confounder).index(what))
        scene = add_confounder(scene, what, stream, made, seconds, always=always)
    for number, activity in enumerate(drawn_people if people is None else people):
        stream = _stream(family, seed, _PEOPLE, number)
        child = people is None and stream.uniform() < _CHILDREN
        scene = add_person(scene, activity, stream, made, seconds, child=child)
    return scene


def _drawn(rng: np.random.Generator) -> tuple[list[Activity], list[Confounder]]:
    heads = int(rng.choice(len(_PEOPLE_SHARE), p=_PEOPLE_SHARE))
    kinds = int(rng.choice(len(_CONFOUNDED), p=_CONFOUNDED))
    activities, confounders = list(Activity), list(Confounder)
    return (
        [activities[int(rng.integers(len(activities)))] for _ in range(heads)],
        [confounders[int(each)] for each in rng.choice(len(confounders), kinds, replace=False)],
    )


def _stream(family: FamilyName, *key: int) -> np.random.Generator:
    return np.random.default_rng((list(FAMILIES).index(family), *key))

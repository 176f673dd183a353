"""Looks for what fools a model: long stretches of rooms without people, scored and clustered.

A seed model learns from little; then it listens to empty rooms that it never heard. Whatever it
takes for a person is gathered, put into clusters of what looks alike to the network, and the next
model learns from as much of each cluster, so that what is rare counts as much as what is common.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from halcyon.sense.network import Network, Structure
from halcyon.sense.ultrasound.baseband import HOP_S
from halcyon.sense.ultrasound.verdict import KINDS
from halcyon.simulate.ultrasound import Kind

from .corpus import Floats, Lesson, sequences
from .example import Example, read, save
from .fitting import run
from .judging import alarms
from .render import Sources, heard
from .scenes import MINING, Story, draw

MINING_S = 120.0
"""How long each empty scene is."""
SCENES_A_ROUND = 80
_SUSPICIOUS = 0.2
"""A score of major motion in an empty room from which a stretch is worth learning from."""
_AROUND = 300
"""Frames before a mistake that are learned with it, and as many after."""
CLUSTERS = 12
_PER_CLUSTER = 12
_GRU = 4
"""The place of the layer whose units say what a stretch looks like."""

_MAJOR = KINDS.index("major")


@dataclass(frozen=True, slots=True)
class Report:
    """What a round found: hours listened to, false alarms, and by scene what they were.

    `alike_hours` and `alike_alarms` are those of scenes in which a pet, a neighbour or a door
    moves, which look like people; they are in the others too.
    """

    hours: float
    false_alarms: int
    alike_hours: float
    alike_alarms: int
    suspicious: int
    kinds: dict[str, int]

    @property
    def rate(self) -> float:
        """False alarms an hour."""
        return self.false_alarms / self.hours


def empties(folder: Path, number: int, sources: Sources, scenes: int) -> list[Example]:
    """The empty rooms of a round, rendered once and kept."""
    path = folder / f"empty_{number:02d}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        found = []
        for index in range(scenes):
            place = MINING + number * 10_000 + index
            drawn = draw(
                place,
                sources.songs(),
                seconds=MINING_S,
                story=Story.NOBODY,
                sounds=sources.sounds,
            )
            found += list(heard(drawn, place, sources, seconds=MINING_S, clips=0))
        save(path, found)
    return list(read(path))


def mine(network: Network, examples: Sequence[Example]) -> tuple[list[Example], Report]:
    """What fools a network in rooms without people, as much of each kind, and how often."""
    lessons = sequences(examples)
    said = run(network, lessons)
    hours, alike_hours, false_alarms, alike_alarms = 0.0, 0.0, 0, 0
    kinds = dict[str, int]()
    suspects: list[tuple[Lesson, int]] = []
    for lesson, scores in zip(lessons, said, strict=True):
        lasts = len(lesson.x) * lesson.hops * HOP_S / 3600
        found = len(alarms(scores))
        # Pets, neighbours behind open doors and doors are known to look like people.
        alike = (lesson.example.kinds & int(Kind.PET | Kind.NEIGHBOUR | Kind.THING)) != 0
        hours, false_alarms = hours + lasts, false_alarms + found
        if alike.any():
            alike_hours, alike_alarms = alike_hours + lasts, alike_alarms + found
        if found:
            kinds[lesson.name] = kinds.get(lesson.name, 0) + found
        suspects += [(lesson, peak) for peak in _peaks(np.where(alike, 0, scores[:, _MAJOR]))]
    report = Report(hours, false_alarms, alike_hours, alike_alarms, len(suspects), kinds)
    if not suspects:
        return [], report
    looks = np.stack([_look(network, lesson, peak) for lesson, peak in suspects])
    labels = clustered(looks, CLUSTERS)
    rng = np.random.default_rng(len(suspects))
    chosen: list[Example] = []
    for label in range(CLUSTERS):
        members = np.flatnonzero(labels == label)
        if len(members):
            picked = rng.choice(members, min(_PER_CLUSTER, len(members)), replace=False)
            chosen += [_around(*suspects[index]) for index in picked]
    return chosen, report


def _peaks(scores: Floats) -> list[int]:
    """The highest score of each half minute, if it is suspicious."""
    size = 2 * _AROUND
    found = []
    for start in range(0, len(scores), size):
        part = scores[start : start + size]
        if part.max() > _SUSPICIOUS:
            found.append(start + int(part.argmax()))
    return found


def _around(lesson: Lesson, peak: int) -> Example:
    return lesson.example.part(max(0, peak - _AROUND), peak + _AROUND)


def _look(network: Network, lesson: Lesson, peak: int) -> Floats:
    """What the recurrent units hold at a frame: how the stretch looks to the network."""
    layers = network.structure.layers[: _GRU + 1]
    cut = Structure(network.structure.inputs, layers)
    part = Network(cut, {name: network.weights[name] for name in cut.weights})
    x = lesson.x[max(0, peak - _AROUND) : peak + 1].astype(np.float32)
    y, _ = part.run(x)
    last: Floats = y[-1]
    return last


def clustered(points: Floats, count: int, rounds: int = 20) -> np.ndarray:
    """K-means from well separated seeds (Arthur & Vassilvitskii, 2007): a label for each point."""
    rng = np.random.default_rng(0)
    centres = points[[int(rng.integers(len(points)))]]
    while len(centres) < min(count, len(points)):
        away = np.min(((points[:, None] - centres) ** 2).sum(axis=2), axis=1)
        total = away.sum()
        if total <= 0:
            break
        centres = np.concatenate([centres, points[[int(rng.choice(len(points), p=away / total))]]])
    labels = np.zeros(len(points), dtype=np.int_)
    for _ in range(rounds):
        labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for index in range(len(centres)):
            if (labels == index).any():
                centres[index] = points[labels == index].mean(axis=0)
    return labels

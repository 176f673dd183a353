"""Examples as arrays that a network is trained with: features, targets and what counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.ultrasound.baseband import HOP_S
from halcyon.sense.ultrasound.doppler import BANDS
from halcyon.sense.ultrasound.features import WIDTH
from halcyon.sense.ultrasound.verdict import KINDS
from halcyon.simulate.ultrasound import Kind

from .example import QUIET, UNKNOWN, Example, stacked
from .vary import after_longer_quiet, varied

type Halves = NDArray[np.float16]
type Floats = NDArray[np.float32]

_FLAGS = (Kind.MAJOR, Kind.MINOR, Kind.MACHINE, Kind.AIR, Kind.TRANSIENT)
_MAJOR, _MINOR = KINDS.index("major"), KINDS.index("minor")
_EDGE = 3
"""Frames on either side of a change in which nobody can say what is seen: half a window."""
_EDGE_WEIGHT = 0.2
_WEIGHTS = np.array([1.0, 0.7, 0.2, 0.2, 0.2], dtype=np.float32)
"""People matter most; the other kinds are there to explain what is not one."""
_ALIKE_WEIGHT = 0.25
"""Pets, a neighbour behind an open door, and a door, which somebody opens, look so much like
people that they would make the network unsure of everybody."""

_SOON_S, _SOON_WEIGHT = 1.0, 2.5
"""How soon somebody who begins to walk is to be found, and how much these frames count."""
_STILL_S = 1.0
"""For so long nobody walked before somebody begins to."""

_LENGTHENED = 0.5
"""How often something begins after longer quiet than it did."""

_TOGETHER = 64
LONG, SHORT = 600, 240
"""Frames of a batch's sequences: thirty seconds, or a clip; shorter ones are filled up."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """One example: `x` (n, WIDTH), targets `y` and `weight` (n, KINDS)."""

    x: Halves
    y: NDArray[np.bool]
    weight: Halves
    example: Example

    @property
    def name(self) -> str:
        """What the example is called."""
        return self.example.name

    @property
    def hops(self) -> int:
        """How many hops frames lie apart."""
        return self.example.hops


def targets(example: Example) -> tuple[NDArray[np.bool], Floats]:
    """What the network should say in each frame (n, KINDS), and how much it counts."""
    kinds = example.kinds
    known = kinds != UNKNOWN
    flags = np.where(known, kinds, 0)
    y = np.stack([(flags & int(each)) != 0 for each in _FLAGS], axis=1)
    weight = np.where(known[:, None], _WEIGHTS, np.float32(0))
    person = flags & int(Kind.MAJOR | Kind.MINOR)
    for change in np.flatnonzero(np.diff(person)) + 1:
        near = slice(max(0, change - _EDGE), change + _EDGE)
        weight[near, : _MINOR + 1] *= _EDGE_WEIGHT
    soon, still = (max(1, round(each / HOP_S / example.hops)) for each in (_SOON_S, _STILL_S))
    major = y[:, _MAJOR] & known
    for start in np.flatnonzero(major[1:] & ~major[:-1]) + 1:
        if start >= still and not major[start - still : start].any():
            weight[start : start + soon, _MAJOR] *= _SOON_WEIGHT
    # Somebody who walks may do anything with the hands.
    weight[y[:, _MAJOR] & ~y[:, _MINOR], _MINOR] = 0
    alike = (flags & int(Kind.PET | Kind.NEIGHBOUR | Kind.THING)) != 0
    weight[alike & ~y[:, _MAJOR], _MAJOR] *= _ALIKE_WEIGHT
    if example.real:
        weight[y[:, _MINOR], _MAJOR] = 0
        weight[:, _MINOR + 1 :] = 0
    return y, weight


def sequences(examples: Iterable[Example]) -> list[Lesson]:
    """The features and targets of examples."""
    found: dict[tuple[int, int], list[Example]] = defaultdict(list)
    done: list[Lesson] = []
    for example in examples:
        group = found[len(example), example.hops]
        group.append(example)
        if len(group) == _TOGETHER:
            done += _made(group)
            group.clear()
    # What is left of each length goes together with what is a little longer.
    rest = sorted((each for group in found.values() for each in group), key=len)
    for hops in sorted({each.hops for each in rest}):
        same = [each for each in rest if each.hops == hops]
        for start in range(0, len(same), _TOGETHER):
            done += _padded(same[start : start + _TOGETHER])
    return done


def _made(group: Sequence[Example]) -> list[Lesson]:
    x = stacked(group).astype(np.float16)
    return [_one(each, x[index]) for index, each in enumerate(group)]


def _padded(group: Sequence[Example]) -> list[Lesson]:
    """Examples of different lengths: the last frame of each goes on until all are over."""
    longest = max(len(each) for each in group)
    x = stacked([each.lasting(longest) for each in group]).astype(np.float16)
    return [_one(each, x[index, : len(each)]) for index, each in enumerate(group)]


def _one(example: Example, x: Halves) -> Lesson:
    y, weight = targets(example)
    return Lesson(x, y, weight.astype(np.float16), example)


_FLIPPED = np.concatenate(
    [
        np.arange(BANDS)[::-1],
        BANDS + np.arange(BANDS)[::-1],
        np.arange(2 * BANDS, WIDTH),
    ]
)
"""The features of the same motion the other way: towards the device instead of away from it."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Sequences of equal length: `x` (batch, frames, WIDTH), `y` and `weight` likewise."""

    x: Floats
    y: Floats
    weight: Floats

    def tree(self) -> tuple[Floats, Floats, Floats]:
        """The arrays alone, as JAX takes them."""
        return self.x, self.y, self.weight


class Corpus:
    """Draws batches; `shares` says how often each group of sequences is drawn from."""

    def __init__(self, groups: dict[str, list[Lesson]], shares: dict[str, float]) -> None:
        self._groups = {name: each for name, each in groups.items() if each}
        weights = np.array([shares[name] for name in self._groups])
        self._shares = weights / weights.sum()
        self._long = {
            name: [each for each in group if len(each.x) > SHORT]
            for name, group in self._groups.items()
        }
        self._short = {
            name: [each for each in group if len(each.x) <= SHORT]
            for name, group in self._groups.items()
        }

    def draw(self, rng: np.random.Generator) -> Batch:
        """A batch of long sequences, or twice as many short ones."""
        if rng.uniform() < 0.6:
            return self._batch(rng, self._long, LONG, 32)
        return self._batch(rng, self._short, SHORT, 64)

    def _batch(
        self, rng: np.random.Generator, groups: dict[str, list[Lesson]], frames: int, size: int
    ) -> Batch:
        names = [name for name, group in groups.items() if group]
        shares = np.array([self._shares[list(self._groups).index(name)] for name in names])
        chosen = rng.choice(len(names), size, p=shares / shares.sum())
        picked = [
            groups[names[index]][int(rng.integers(len(groups[names[index]])))] for index in chosen
        ]
        return collated(picked, frames, rng)


def collated(picked: Sequence[Lesson], frames: int, rng: np.random.Generator | None) -> Batch:
    """Sequences cut to some of their frames, or filled up with what does not count."""
    x = np.zeros((len(picked), frames, WIDTH), dtype=np.float32)
    y = np.zeros((len(picked), frames, len(KINDS)), dtype=np.float32)
    weight = np.zeros_like(y)
    for index, each in enumerate(picked):
        order = _ordered(each, frames, rng)
        values = each.x[order].astype(np.float32)
        if rng is not None:
            values = varied(values, rng)
            if rng.uniform() < 0.5:
                values = values[:, _FLIPPED]
        part = slice(len(order))
        x[index, part], y[index, part] = values, each.y[order]
        weight[index, part] = each.weight[order]
    return Batch(x, y, weight)


def _ordered(lesson: Lesson, frames: int, rng: np.random.Generator | None) -> NDArray[np.int_]:
    """Which frames of a lesson to take, at most so many: from the first on, or drawn."""
    count = len(lesson.x)
    if rng is None:
        return np.arange(min(frames, count))
    start = 0
    if count > frames and rng.uniform() < 0.7:
        start = int(rng.integers(count - frames + 1))
    if rng.uniform() < _LENGTHENED:
        return after_longer_quiet(lesson.example.kinds == QUIET, frames, rng)[:frames]
    return np.arange(start, min(start + frames, count))

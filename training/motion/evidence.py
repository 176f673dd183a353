"""What the state machine sums up in an empty room, for many rooms and any thresholds at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.network import Network
from halcyon.sense.ultrasound.knocks import Knocks
from halcyon.sense.ultrasound.verdict import SPARE, KindScores, coming, log_odds

from .corpus import Floats, Lesson, sequences
from .example import Example
from .fitting import run


@dataclass(frozen=True, slots=True)
class Choice:
    """Thresholds: the log-odds that count, the sum that is needed, and a frame's part of it."""

    start: float
    needed: float
    one_frame: float


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """The log-odds (n,) that somebody comes in, and where (n,) a knock rings."""

    odds: Floats
    knocked: NDArray[np.bool]


def said_of(scores: Floats, x: Floats) -> Said:
    """What the state machine is told of scores (n, KINDS) of features (n, WIDTH), of whole rate."""
    values = [log_odds(coming(KindScores(*each))) for each in scores.astype(np.float64).tolist()]
    knocks = Knocks()
    knocked = [bool(knocks.step(each)) for each in x]
    return Said(np.array(values, dtype=np.float32), np.array(knocked))


def crossed(said: Said, choice: Choice) -> np.ndarray:
    """In which frames the sum of log-odds (…, n) beyond `start` reaches what is needed."""
    total = np.zeros(said.odds.shape[:-1])
    reached = np.zeros(said.odds.shape, dtype=np.bool)
    for index in range(said.odds.shape[-1]):
        most = np.where(said.knocked[..., index], 0.0, choice.one_frame * choice.needed)
        gained = np.minimum(said.odds[..., index] - choice.start, most)
        total = np.clip(total + gained, 0.0, choice.needed + SPARE)
        reached[..., index] = total >= choice.needed
    return reached


def same_order(found: Sequence[Lesson], wanted: Sequence[Example]) -> list[Lesson]:
    """Lessons in the order of the examples that they were made of."""
    by_example = {id(lesson.example): lesson for lesson in found}
    return [by_example[id(each)] for each in wanted]


def heard(network: Network, examples: Sequence[Example]) -> list[Said]:
    """What a network says of each example."""
    lessons = same_order(sequences(examples), examples)
    scores = run(network, lessons)
    return [
        said_of(each, lesson.x.astype(np.float32))
        for each, lesson in zip(scores, lessons, strict=True)
    ]


def together(said: Sequence[Said]) -> Said:
    """As one, (len(said), n): the shorter are filled up with frames that say no."""
    longest = max(len(each.odds) for each in said)
    odds = np.full((len(said), longest), log_odds(0.0), dtype=np.float32)
    knocked = np.zeros(odds.shape, dtype=np.bool)
    for index, each in enumerate(said):
        odds[index, : len(each.odds)], knocked[index, : len(each.odds)] = each.odds, each.knocked
    return Said(odds, knocked)

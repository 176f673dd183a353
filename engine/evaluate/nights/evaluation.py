"""The whole evaluation of simulated nights: what is played, what was aimed at, what came out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..motion.targets import Target, table_of
from ..report import Table
from ..statistics import Share
from . import tables
from .counting import stages_table
from .hypnograms import recorded
from .scores import FOUND_WITHIN_S
from .trials import Empty, Trial, alone, changed, empty_nights, pairs

type Told = Callable[[str], None]
"""Hears what is done next."""

_ENOUGH_EMPTY = 200
_APART_FROM_M = 0.4
_ONSET_MIN = 10.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many nights of each kind, and how long they are in hours."""

    empty: int = 200
    empty_hours: float = 8.0
    pairs: int = 10
    pair_hours: float = 2.0
    alone: int = 15
    each_change: int = 1
    change_hours: float = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """All results; `stages` holds drawn hypnograms against recorded ones."""

    empties: tuple[Empty, ...]
    pairs: tuple[Trial, ...]
    alone: tuple[Trial, ...]
    changed: tuple[Trial, ...]
    stages: Table


def sizes(nights: int, hours: float) -> Sizes:
    """What to play where so many empty nights of so many hours are asked for.

    Everything else is in proportion to their number.
    """
    full = Sizes()
    share = nights / full.empty
    return Sizes(
        empty=nights,
        empty_hours=hours,
        pairs=max(1, round(share * full.pairs)),
        alone=max(1, round(share * full.alone)),
        each_change=max(1, round(share * full.each_change)),
    )


def gather(data: Path, wanted: Sizes, told: Told) -> Found:
    """Play everything. Without recordings nothing is said of when people fell asleep."""
    empties, two, one, other = list[Empty](), list[Trial](), list[Trial](), list[Trial]()
    for night in empty_nights(wanted.empty, wanted.empty_hours):
        empties.append(night)
        told(f"empty nights: {len(empties)} of {wanted.empty}")
    for trial in pairs(wanted.pairs, wanted.pair_hours):
        two.append(trial)
        told(f"two people: {len(two)} of {2 * wanted.pairs}")
    hypnograms = recorded(data)
    for trial in alone(hypnograms, wanted.alone):
        one.append(trial)
        told(f"recorded hypnograms: {len(one)} of {min(wanted.alone, len(hypnograms))}")
    for trial in changed(wanted.each_change, wanted.change_hours):
        other.append(trial)
        told(f"one thing changed: {trial.what}")
    return Found(tuple(empties), tuple(two), tuple(one), tuple(other), stages_table(data))


def report(found: Found) -> Iterator[Table]:
    """The tables of what was found."""
    yield table_of(list(aims(found)))
    yield tables.empty_table(found.empties)
    yield tables.found_table(found.pairs + found.alone)
    yield tables.following_table(found.pairs)
    yield tables.sessions_table(found.pairs + found.alone)
    if found.alone:
        yield tables.times_table(found.alone)
        yield tables.intent_table(found.alone)
    yield tables.sensitivity_table(found.changed)
    yield found.stages


def aims(found: Found) -> Iterator[Target]:
    """What was aimed at."""
    nights = found.empties
    wrong = Share(sum(night.sessions > 0 for night in nights), len(nights))
    yield Target(
        "nights of nobody with a session",
        f"0 of {_ENOUGH_EMPTY}",
        wrong,
        met=False if wrong.hits else len(nights) >= _ENOUGH_EMPTY or None,
    )
    scores = [trial.score for trial in found.pairs + found.alone]
    for what, delays in (
        ("the room occupied within 60 s", [each for score in scores for each in score.noticed]),
        ("somebody in bed told within 60 s", [each for score in scores for each in score.found]),
    ):
        soon = Share(sum(e is not None and e <= FOUND_WITHIN_S for e in delays), len(delays))
        yield Target(what, "always", soon, met=soon.hits == soon.trials)
    far = [t for t in found.pairs if t.apart is not None and t.apart >= _APART_FROM_M]
    all_of = [trial.score.following for trial in far]
    own, kept = sum(each.own for each in all_of), sum(each.held for each in all_of)
    if own:
        yield Target(
            "owner held, two people at 0.4 m and more",
            "≥ 95 % of the time",
            tables.held(all_of),
            met=kept >= 0.95 * own,
        )
    onset = tables.minutes_off(trial.score.onset for trial in found.alone)
    if onset:
        middle = float(np.median(np.abs(onset)))
        yield Target(
            "onset on recorded hypnograms, median error, min",
            f"≤ {_ONSET_MIN:g}",
            middle,
            met=middle <= _ONSET_MIN,
        )

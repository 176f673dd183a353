"""How somebody spends a night: what they do before they try to sleep, trips, and getting up."""

from dataclasses import dataclass
import math

import numpy as np

from ...core.sleep import EPOCH_S, Hypnogram, Stage
from .course import STAGES, Course, Doing, Spent

_WALK_S = (4.0, 9.0)
"""From the door into bed, or out."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Ranges that an evening is drawn from: minutes, and chances 0-1."""

    reading: float
    watching: float
    activity_min: tuple[float, float]
    lingering_min: tuple[float, float]
    """Lying awake in the morning before getting up."""
    trip: float
    """Chance of a trip in a night; as often again of a second."""
    trip_min: tuple[float, float]


def spend(
    rng: np.random.Generator,
    hypnogram: Hypnogram,
    bed: float,
    habits: Habits,
    *,
    activity: Doing | None = None,
    trips: int | None = None,
) -> Spent:
    """A night from `bed` seconds after its beginning, with a hypnogram that begins at lights off.

    What is before lights off and how many trips there are is drawn where it is None; LYING is no
    activity.
    """
    steps: list[tuple[float, Doing]] = [(0.0, Doing.AWAY)]
    walk = float(rng.uniform(*_WALK_S))
    steps.append((bed - walk, Doing.WALKING))
    if activity is None:
        activity = _activity(rng, habits)
    t = bed
    if activity is not Doing.LYING:
        steps.append((t, activity))
        t += 60.0 * _between(rng, habits.activity_min)
    tried = t
    lengths = _with_trips(rng, hypnogram, habits, trips)
    asleep = woke = None
    out: list[tuple[float, float]] = []
    for doing, seconds in lengths:
        steps.append((t, doing))
        if doing >= Doing.LIGHT:
            asleep = t if asleep is None else asleep
            woke = t + seconds
        if doing is Doing.AWAY:
            # The ways there and back are no time in bed either.
            steps[-1:] = [
                (t, Doing.WALKING),
                (t + 6.0, Doing.AWAY),
                (t + seconds - 6.0, Doing.WALKING),
            ]
            out.append((t, t + seconds))
        t += seconds
    up = max(t, (woke or t) + 60.0 * _between(rng, habits.lingering_min))
    steps += [(t, Doing.LYING), (up, Doing.WALKING), (up + walk, Doing.AWAY)]
    return Spent(Course(steps, up + walk), bed, tried, asleep, woke, up, tuple(out))


def _activity(rng: np.random.Generator, habits: Habits) -> Doing:
    drawn = rng.uniform()
    if drawn < habits.reading:
        return Doing.READING
    return Doing.WATCHING if drawn < habits.reading + habits.watching else Doing.LYING


def _with_trips(
    rng: np.random.Generator, hypnogram: Hypnogram, habits: Habits, trips: int | None
) -> list[tuple[Doing, float]]:
    """The stretches of a hypnogram, with trips put into times awake after the first hour."""
    doings = [STAGES[stage or Stage.AWAKE] for stage in hypnogram.stages]
    if trips is None:
        trips = int(rng.uniform() < habits.trip) + int(rng.uniform() < habits.trip**2)
    onset = next((n for n, doing in enumerate(doings) if doing >= Doing.LIGHT), len(doings))
    first = onset + math.ceil(3600 / EPOCH_S)
    last = max((n for n, doing in enumerate(doings) if doing >= Doing.LIGHT), default=0)
    awake = [n for n in range(first, last) if doings[n] is Doing.LYING]
    chosen = {int(each) for each in rng.permutation(awake)[:trips]} if awake else set[int]()
    stretches: list[tuple[Doing, float]] = []
    for n, doing in enumerate(doings):
        if stretches and stretches[-1][0] is doing:
            stretches[-1] = (doing, stretches[-1][1] + EPOCH_S)
        else:
            stretches.append((doing, EPOCH_S))
        if n in chosen:
            minutes = _between(rng, habits.trip_min)
            stretches += [(Doing.AWAY, 60.0 * minutes), (Doing.LYING, EPOCH_S)]
    return stretches


def _between(rng: np.random.Generator, bounds: tuple[float, float]) -> float:
    return float(rng.uniform(*bounds))

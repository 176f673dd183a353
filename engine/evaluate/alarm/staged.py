"""Nights as stagers tell them who never saw these people, and how such a stager errs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import Stage
from ...decide.alarm.hearsay import Hearsay, said_of
from ...sense.sleep.stager import Stager
from ..repository import training
from ..sleep.network import Weights
from ..sleep.recordings.catalogue import SETS
from ..sleep.recordings.night import MissingError, Night
from ..sleep.sensing import sensed_epochs, sleep_epoch
from .frontier import Point, point
from .outcome import Outcome, Stops, outcome
from .people import Others, Person
from .rules import Said, first_light, fixed, our_stops

type Floats = NDArray[np.float64]

SIGNALS = ("sleep_accel", "slpdb")
"""The data sets with signals of which there are cross-validated networks."""

SEED = 1
"""Which of the cross-validations is looked at: how people are dealt out to folds."""

_FOLDS = 5

_WEIGHTS = (0.1, 0.2, 0.4)
_INSIGHTS = (0.0, 0.3)
_LEANINGS = (0.1, 0.3)
"""What may be assumed of a stager: the weight of an epoch, what will be known, and the power of a
stage's share of the night with which the stager follows it."""

_TRIED = (75.0, 150.0, 300.0)
"""Patiences by which assumptions are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One night of somebody, as people scored it and as it was told at the time."""

    person: Person
    stages: tuple[Stage | None, ...]
    said: tuple[Said, ...]


def told_nights(
    name: str, people: Sequence[Person], data: Path, work: Path, told: Callable[[str], None]
) -> list[Told]:
    """A data set's nights, told by networks that never saw these people.

    They are trained where `work` does not keep them. Raises NoTrainingError where that cannot be.
    """
    trainer = training("sleep.crossing")
    networks, _ = trainer.crossed(data, work, SEED, told)
    known = {person.id: person for person in people}
    found = []
    try:
        for night in SETS[name].nights(data):
            if night.subject.id in known and night.subject.id in networks:
                told(f"{night.id}: staging")
                stages, said = _told(night, networks[night.subject.id])
                if outcome(fixed(said), stages) is not None:
                    found.append(Told(known[night.subject.id], stages, said))
    except MissingError:
        return []
    return found


def _told(night: Night, weights: Weights) -> tuple[tuple[Stage | None, ...], tuple[Said, ...]]:
    stager, said = Stager(*weights), list[Said]()
    for epoch in sensed_epochs(night):
        one = stager.step(sleep_epoch(epoch))
        said.append((one.stage, said_of(one.stage, one.confidence, one.probabilities)))
    stages = night.reference.stages
    scored = [n for n, stage in enumerate(stages) if stage is not None]
    if not scored or len(said) < len(stages):
        return (), ()
    span = slice(scored[0], scored[-1] + 1)
    return stages[span], tuple(said[-len(stages) :][span])


def candidates(shares: Floats) -> list[Hearsay]:
    """What may be assumed of a stager; `shares` are those of the stages in people's nights."""
    return [
        Hearsay(tuple(float(p) for p in shares**leaning), weight, insight)
        for weight, insight, leaning in product(_WEIGHTS, _INSIGHTS, _LEANINGS)
    ]


def over(
    rule: str, nights: Sequence[Told], stops: Iterable[Stops], patience: float | None = None
) -> Point:
    """The point of a rule that rings so in each of the nights."""
    found: dict[str, list[Outcome]] = {}
    for night, own in zip(nights, stops, strict=True):
        one = outcome(own, night.stages)
        found.setdefault(night.person.id, []).extend([] if one is None else [one])
    return point(rule, patience, found.values())


def best(
    nights: Sequence[Told], others: Others, told: Callable[[str], None]
) -> tuple[Hearsay, dict[str, Hearsay]]:
    """What is assumed of the stager: by everybody here, and for each by those of other folds.

    Of all assumptions it is the one that rings furthest above the coin.
    """
    assumptions = candidates(others.shares())
    people = list(dict.fromkeys(night.person.id for night in nights))
    low = over("", nights, (fixed(night.said) for night in nights)).people
    high = over("", nights, (first_light(night.said) for night in nights)).people
    rows = []
    for n, hearsay in enumerate(assumptions):
        told(f"assumption {n + 1} of {len(assumptions)}")
        ours = [
            our_stops(night.said, others.chances(night.person), hearsay, _TRIED) for night in nights
        ]
        tried = [over("", nights, stops).people for stops in zip(*ours, strict=True)]
        rows.append(np.mean(tried, axis=0))
    found = np.array(rows)

    def chosen(mask: NDArray[np.bool_]) -> Hearsay:
        slope = (high - low)[mask].mean(0)
        gains = (found - low)[:, mask, 0].mean(1) - found[:, mask, 1].mean(1) * slope[0] / slope[1]
        return assumptions[int(np.argmax(gains))]

    fold = np.arange(len(people)) % _FOLDS
    by_person = {name: chosen(fold != fold[n]) for n, name in enumerate(people)}
    return chosen(np.ones(len(people), bool)), by_person

"""The whole evaluation of the alarm: what its choice of the moment gains, and what that costs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...core.sleep import Stage
from ...decide.alarm.hearsay import TRUTH, Hearsay
from ..report import Estimate, Table
from .frontier import Point, above_chord, at_most
from .outcome import outcome
from .people import NAMES, Others, Person, people, scored
from .rules import first_light, fixed, markov, our_stops
from .staged import SIGNALS, Told, best, over, told_nights

PATIENCES = (20.0, 40.0, 60.0, 75.0, 100.0, 150.0, 200.0, 240.0, 300.0, 400.0)
"""Minutes of sleep that it is worth to be woken from light sleep; what is compared."""

TARGETS = ((17.0, 0.93), (6.0, 0.82))
"""At no more minutes lost, at least this share is to be rung in light sleep or wake."""

FIXED, FIRST, MARKOV, OURS = "fixed alarm", "first light", "stage after stage", "Halcyon"

BY_PEOPLE = "scored by people"
_FEWEST = 2
"""People: somebody must be left to know sleep from."""


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """All rules on the same nights. Each person has a row in every point, in the same order."""

    stages: str
    people: tuple[Person, ...]
    fixed: Point
    first: Point
    markov: tuple[Point, ...]
    ours: tuple[Point, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """Every point."""
        return self.fixed, self.first, *self.markov, *self.ours

    def of(self, source: str) -> Frontier:
        """That of the people of one data set."""
        rows = [n for n, person in enumerate(self.people) if person.source == source]

        def some(each: Point) -> Point:
            return Point(each.rule, each.patience, each.people[rows])

        return Frontier(
            NAMES[source],
            tuple(self.people[n] for n in rows),
            some(self.fixed),
            some(self.first),
            tuple(map(some, self.markov)),
            tuple(map(some, self.ours)),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """All results. `missing` are the data sets that are not there."""

    frontiers: tuple[Frontier, ...]
    missing: tuple[str, ...]


def gather(data: Path, told: Callable[[str], None], work: Path | None = None) -> Found:
    """Ring at every deadline of every night that is there, by every rule.

    With a `work` folder also by what stagers tell that never saw these people. Raises
    NoTrainingError where there are none and none can be trained.
    """
    everybody, missing = people(data)
    known = [person for person in everybody if any(map(_is_long, person.nights))]
    if len(known) < _FEWEST:
        return Found((), missing)
    others = Others(known)
    nights = [
        Told(person, stages, tuple(scored(stages)))
        for person in known
        for stages in person.nights
        if _is_long(stages)
    ]
    frontiers = [_frontier(BY_PEOPLE, nights, others, None, told)]
    for name in SIGNALS:
        own = [] if work is None else told_nights(name, known, data, work, told)
        if own:
            _, assumed = best(own, others, told)
            stages = f"told from {NAMES[name]}'s heartbeats"
            frontiers.append(_frontier(stages, own, others, assumed, told))
    return Found(tuple(frontiers), missing)


def report(found: Found) -> Iterator[Table]:
    """The tables of what was found."""
    for frontier in found.frontiers:
        if frontier.stages == BY_PEOPLE:
            yield _targets(frontier)
        yield _rules(frontier)
        if frontier.stages == BY_PEOPLE:
            yield _sources(frontier)


def _frontier(
    stages: str,
    nights: Sequence[Told],
    others: Others,
    assumed: Mapping[str, Hearsay] | None,
    told: Callable[[str], None],
) -> Frontier:
    """Every rule on the same nights; `assumed` of the stager for each person, None of no errors."""
    ours = []
    for n, night in enumerate(nights):
        told(f"{stages}: night {n + 1} of {len(nights)}")
        hearsay = TRUTH if assumed is None else assumed[night.person.id]
        ours.append(our_stops(night.said, others.chances(night.person), hearsay, PATIENCES))
    pairs = [(night.said, others.follows(night.person)) for night in nights]
    markovs = [
        over(MARKOV, nights, (markov(*pair, patience) for pair in pairs), patience)
        for patience in PATIENCES
    ]
    own = [
        over(OURS, nights, stops, patience)
        for patience, stops in zip(PATIENCES, zip(*ours, strict=True), strict=True)
    ]
    return Frontier(
        stages,
        tuple({night.person.id: night.person for night in nights}.values()),
        over(FIXED, nights, (fixed(night.said) for night in nights)),
        over(FIRST, nights, (first_light(night.said) for night in nights)),
        tuple(markovs),
        tuple(own),
    )


def _is_long(stages: Sequence[Stage | None]) -> bool:
    """Whether a night has a deadline at all."""
    return outcome(fixed(scored(stages)), stages) is not None


def _targets(found: Frontier) -> Table:
    rows = []
    fixed_share, first_share = found.fixed.light.value, found.first.light.value
    for minutes, aim in TARGETS:
        light, lost = at_most(found.ours, minutes)
        plain, _ = at_most(found.markov, minutes)
        coin = fixed_share + minutes / found.first.lost.value * (first_share - fixed_share)
        rows.append(
            (
                f"at most {minutes:g} min lost",
                f"≥ {100 * aim:g}",
                float(100 * light),
                float(lost),
                float(100 * plain),
                float(100 * coin),
                "yes" if light >= aim else "**no**",
            )
        )
    return Table(
        "alarm_targets",
        f"Stages {found.stages}: rung in light sleep or wake, %, {len(found.people)} people",
        ("bound", "aim", OURS, "minutes lost", MARKOV, "coin", "met"),
        tuple(rows),
    )


def _rules(found: Frontier) -> Table:
    return Table(
        "alarm_rules",
        f"Stages {found.stages}: every rule, {len(found.people)} people; 95 % intervals by drawing "
        "people anew",
        (
            "rule",
            "patience, min",
            "rung in light sleep or wake, %",
            "minutes lost",
            "above the coin",
        ),
        tuple(
            (
                each.rule,
                each.patience,
                _percent(each.light),
                each.lost,
                None
                if each.patience is None
                else _percent(above_chord(each, found.fixed, found.first)),
            )
            for each in found.points
        ),
    )


def _sources(found: Frontier) -> Table:
    rows: list[tuple[str | float, ...]] = []
    for source in dict.fromkeys(person.source for person in found.people):
        own = found.of(source)
        for minutes, _ in TARGETS:
            shares = [at_most(points, minutes)[0] for points in (own.ours, own.markov)]
            shares += [own.fixed.light.value, own.first.light.value]
            rows.append(
                (
                    NAMES[source],
                    float(len(own.people)),
                    minutes,
                    *(float(100 * share) for share in shares),
                )
            )
    return Table(
        "alarm_sources",
        f"Stages {found.stages}: rung in light sleep or wake, %, by data set",
        ("people of", "how many", "at most, min", OURS, MARKOV, FIXED, FIRST),
        tuple(rows),
    )


def _percent(share: Estimate) -> Estimate:
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high)

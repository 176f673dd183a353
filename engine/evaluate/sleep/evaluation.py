"""The whole evaluation of sleep: which nights are staged by what, and the tables they give."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...sense.sleep.people import LEARNED_FROM
from ..report import Table
from . import cross_tables, epoch_tables, night_tables
from .baselines import BASELINES
from .ceiling import against_others, in_pairs
from .crossing import COARSE, LOOKED_BACK, OURS, Crossed, crossed
from .network import staged
from .recordings import dreem
from .recordings.catalogue import SETS
from .recordings.night import MissingError, Night
from .sensing import sensed_epochs
from .stager import Epoch, judged, wakeful
from .staging import Staging, Waking

_SOURCES = {
    "sleep_accel": "Sleep-Accel (watch heart rate, not radar)",
    "slpdb": "slpdb (heart beats, not radar)",
}
"""The data sets with signals that a stager here can use."""
_GROUPS = {"dodh": "Dreem, healthy", "dodo": "Dreem, apnea"}
WAKE_BEFORE_MIN = (0.0, 30.0, 60.0, 120.0)
REFERENCE_METHOD = "all light"
SEEN, UNSEEN = "Halcyon, people seen in training", "Halcyon, people never seen"
"""The shipped weights."""
REVISED = ", looked back"
CROSS_SEEDS = (1, 2, 3, 4, 5)

type Told = Callable[[str], None]
"""Hears what is done next."""


@dataclass(frozen=True, slots=True)
class Found:
    """All results; what has no data is empty."""

    pairs: tuple[Staging, ...]
    """Scorers against one another, both ways, so that there is no bias to look for; and each scorer
    by themselves against the consensus of the others."""
    people: tuple[Staging, ...]
    """Scorers against the consensus of the others."""
    methods: tuple[Staging, ...]
    wakings: tuple[Waking, ...]
    missing: tuple[str, ...]
    """The data sets that are not there."""
    crossed: tuple[Crossed, ...] = ()

    @property
    def validated(self) -> tuple[Staging, ...]:
        """The nights as networks staged them that never saw these people, of the first seed."""
        return tuple(
            stagings[0]
            for each in self.crossed
            for method, stagings in each.methods.items()
            if not method.startswith(COARSE)
        )

    @property
    def examples(self) -> Iterator[tuple[Staging, Staging]]:
        """Of each data set the nights live and looked back: cross-validated where they were."""
        if self.crossed:
            for each in self.crossed:
                yield each.methods[OURS][0], each.methods[LOOKED_BACK][0]
            return
        by_name = {(each.source, each.method): each for each in self.methods}
        for (source, method), live in by_name.items():
            if (source, method + REVISED) in by_name:
                yield live, by_name[source, method + REVISED]


def gather(data: Path, told: Told, work: Path | None = None, seeds: Sequence[int] = ()) -> Found:
    """Stage every night that is there, by every method.

    With `seeds` networks are trained in cross-validation, one for each, and kept in `work`;
    raises NoTrainingError where that cannot be.
    """
    missing: list[str] = []

    def nights(name: str) -> tuple[Night, ...]:
        told(name)
        try:
            return tuple(SETS[name].nights(data))
        except MissingError:
            missing.append(name)
            return ()

    scored = _groups(nights("dreem"))
    pairs = [Staging(name, "a person, another", tuple(in_pairs(own))) for name, own in scored]
    people: list[Staging] = []
    for name, own in scored:
        others = list(against_others(own))
        people.append(Staging(name, "a person, four others", tuple(one for _, one in others)))
        for scorer in sorted({n for n, _ in others}):
            alone = tuple(one for n, one in others if n == scorer)
            pairs.append(Staging(name, f"scorer {scorer + 1}, four others", alone))
    methods: list[Staging] = []
    wakings: list[Waking] = []
    validated: list[Crossed] = []
    for name, source in _SOURCES.items():
        own = nights(name)
        for method in BASELINES if own else ():
            told(f"{name}: {method}")
            found = [_after_wake(own, source, method, minutes) for minutes in WAKE_BEFORE_MIN]
            methods.append(found[0].staging)
            wakings += found
        for method, those in _by_acquaintance(own):
            told(f"{name}: {method}")
            sensed = [sensed_epochs(night) for night in those]
            found, revised = _ours(those, sensed, source, method)
            methods += (found[0].staging, revised)
            wakings += found
        if own and seeds:
            validated.append(crossed(name, source, own, data, work, seeds, told))
    return Found(
        tuple(pairs),
        tuple(people),
        tuple(methods),
        tuple(wakings),
        tuple(missing),
        tuple(validated),
    )


def report(found: Found) -> Iterator[Table]:
    """The tables of what was found."""
    every = found.people + found.methods + found.validated
    if every:
        yield epoch_tables.agreement_table(found.pairs + every)
        yield epoch_tables.stages_table(every)
        yield epoch_tables.matrix_table(every)
        yield night_tables.nights_table(every)
    if found.methods:
        yield epoch_tables.paired_table(found.methods, REFERENCE_METHOD)
        yield night_tables.waking_table(found.wakings)
    if found.crossed:
        yield cross_tables.crossed_table(found.crossed)
        yield cross_tables.ahead_table(found.crossed)
    if found.methods:
        strata = epoch_tables.strata_table(found.methods)
        if strata.rows:
            yield strata


def _groups(nights: tuple[Night, ...]) -> list[tuple[str, tuple[Night, ...]]]:
    found = []
    for group in dreem.GROUPS:
        own = tuple(night for night in nights if night.id.startswith(f"dreem/{group}/"))
        if own:
            found.append((_GROUPS[group], own))
    return found


def _after_wake(nights: tuple[Night, ...], source: str, method: str, minutes: float) -> Waking:
    """Nights that have wake to put before them; all of them where none is to be put."""
    before = [(night, wakeful(night, minutes)) for night in nights]
    pairs = [
        judged(BASELINES[method], night, wake) for night, wake in before if wake or not minutes
    ]
    staging = Staging(source, method, tuple(one for one, _ in pairs))
    return Waking(minutes, staging, tuple(tuple(said) for _, said in pairs))


def _by_acquaintance(nights: Sequence[Night]) -> Iterator[tuple[str, list[Night]]]:
    """The nights of people that the shipped network learned from, and of others."""
    for method, is_seen in ((SEEN, True), (UNSEEN, False)):
        those = [night for night in nights if (night.subject.id in LEARNED_FROM) is is_seen]
        if those:
            yield method, those


def _ours(
    nights: Sequence[Night], sensed: Sequence[list[Epoch]], source: str, method: str
) -> tuple[list[Waking], Staging]:
    """By the shipped weights: live after each stretch of wake, and looked back on."""
    wakings: list[Waking] = []
    revised = Staging(source, method + REVISED, ())
    for minutes in WAKE_BEFORE_MIN:
        before = [wakeful(night, minutes) for night in nights]
        found = [
            staged(night, own, wake)
            for night, own, wake in zip(nights, sensed, before, strict=True)
            if wake or not minutes
        ]
        staging = Staging(source, method, tuple(each.live for each in found))
        wakings.append(Waking(minutes, staging, tuple(each.said for each in found)))
        if not minutes:
            revised = Staging(source, method + REVISED, tuple(each.revised for each in found))
    return wakings, revised

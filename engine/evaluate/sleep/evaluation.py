"""The whole evaluation of sleep: which nights are staged by what, and the tables they give."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..motion.report import Table
from . import epoch_tables, night_tables
from .baselines import BASELINES
from .ceiling import against_others, in_pairs
from .recordings import dreem
from .recordings.catalogue import SETS
from .recordings.night import MissingError, Night
from .stager import judged, wakeful
from .staging import Staging, Waking

_SOURCES = {
    "sleep_accel": "Sleep-Accel (watch heart rate, not radar)",
    "slpdb": "slpdb (heart beats, not radar)",
}
"""The data sets with signals that a stager here can use."""
_GROUPS = {"dodh": "Dreem, healthy", "dodo": "Dreem, apnea"}
WAKE_BEFORE_MIN = (0.0, 30.0, 60.0, 120.0)
REFERENCE_METHOD = "all light"

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


def gather(data: Path, told: Told) -> Found:
    """Stage every night that is there, by every method."""
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
    for name, source in _SOURCES.items():
        own = nights(name)
        for method in BASELINES if own else ():
            told(f"{name}: {method}")
            found = [_after_wake(own, source, method, minutes) for minutes in WAKE_BEFORE_MIN]
            methods.append(found[0].staging)
            wakings += found
    return Found(tuple(pairs), tuple(people), tuple(methods), tuple(wakings), tuple(missing))


def report(found: Found) -> Iterator[Table]:
    """The tables of what was found."""
    every = found.people + found.methods
    if every:
        yield epoch_tables.agreement_table(found.pairs + every)
        yield epoch_tables.stages_table(every)
        yield epoch_tables.matrix_table(every)
        yield night_tables.nights_table(every)
    if found.methods:
        yield epoch_tables.paired_table(found.methods, REFERENCE_METHOD)
        yield night_tables.waking_table(found.wakings)
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

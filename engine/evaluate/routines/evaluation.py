"""How many routines are missed or run twice, over random streams of events."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from ...core.output import RoutineEvent
from ..report import Table
from .home import Engine
from .model import expected
from .streams import events, routines

_EVERY = 100
"""Streams after which it is said how far it is."""


@dataclass(slots=True)
class Tally:
    """What was compared, and what differed. `seeds` are of the streams that did."""

    streams: int = 0
    routines: int = 0
    runs: int = 0
    actions: int = 0
    skipped: int = 0
    restarts: int = 0
    missed: int = 0
    twice: int = 0
    otherwise: int = 0
    seeds: list[int] = field(default_factory=list)


def compare(streams: int, first: int, told: Callable[[str], None]) -> Tally:
    """Run so many streams, of seeds from `first` on, through the engine and the model."""
    tally = Tally()
    for seed in range(first, first + streams):
        one(seed, tally)
        if tally.streams % _EVERY == 0:
            told(f"{tally.streams} of {streams} streams")
    return tally


def one(seed: int, tally: Tally) -> None:
    """Add one stream to a tally."""
    rng = Random(seed)  # noqa: S311 - seeded randomness is the point
    documents, stream = routines(rng), events(rng)
    wanted = Counter(expected(documents, stream))
    found = Counter(Engine(documents, rng).run(stream))
    tally.streams += 1
    tally.routines += len(documents)
    tally.restarts += sum(event.kind == "restart" for event in stream)
    known = {str(event) for event in RoutineEvent}
    for (_, _, what), count in wanted.items():
        tally.runs += count * (what == RoutineEvent.STARTED)
        tally.skipped += count * (what == RoutineEvent.SKIPPED)
        tally.actions += count * (what not in known)
    if wanted == found:
        return
    tally.seeds.append(seed)
    for (_, _, what), count in (wanted - found).items():
        if what == RoutineEvent.STARTED:
            tally.missed += count
        else:
            tally.otherwise += count
    for (_, _, what), count in (found - wanted).items():
        if what == RoutineEvent.STARTED:
            tally.twice += count
        else:
            tally.otherwise += count


def report(tally: Tally) -> list[Table]:
    """The tally as a table."""
    columns = (
        "streams",
        "routines",
        "restarts",
        "runs",
        "actions",
        "not run, with a reason",
        "missed",
        "twice or unwanted",
        "otherwise different",
    )
    row = (
        float(tally.streams),
        float(tally.routines),
        float(tally.restarts),
        float(tally.runs),
        float(tally.actions),
        float(tally.skipped),
        float(tally.missed),
        float(tally.twice),
        float(tally.otherwise),
    )
    title = "Routines against a model that counts seconds, random streams of events"
    return [Table("routines", title, columns, (row,))]

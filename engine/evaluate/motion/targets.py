"""What was aimed at, and whether the results are enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..report import Entry, Table
from .detectors import NAME
from .empty_heard import Condition
from .grid_scenes import BANDS, MAIN_BAND, Running
from .recorded import LEARNED, Judgements, behind
from .summaries import Grids, Hours, alarms_of, cell_counts, chosen, within, worst
from .tables import BESIDE_M, REACH_M, cell_text
from .trials import Motion

_ENOUGH_H = 72.0


@dataclass(frozen=True, slots=True)
class Target:
    """What was aimed at, what came out of it, and whether that is enough."""

    what: str
    aim: str
    found: Entry
    met: bool | None


def table_of(targets: Sequence[Target]) -> Table:
    """Aims and outcomes."""
    words = {True: "yes", False: "**no**", None: "not yet known"}
    rows = tuple((each.what, each.aim, each.found, words[each.met]) for each in targets)
    return Table("targets", "What was aimed at", ("what", "aim", "found", "met"), rows)


def aims(grids: Grids, hours: Hours) -> Iterable[Target]:
    """The aims of grids and empty rooms."""
    for noise in (band for band in BANDS if band <= MAIN_BAND):
        floor = f"{noise:.0f} dBc/Hz"
        for motion, aim in ((Motion.MAJOR, 0.99), (Motion.MINOR, 0.90)):
            counts = cell_counts(chosen(grids, Running.QUIET, motion, noise), NAME)
            if counts:
                share = within(counts, 0, REACH_M[motion])
                what = f"{motion} motion to {REACH_M[motion]:g} m, {floor}"
                yield Target(what, f"≥ {100 * aim:.0f} %", share, share.value >= aim)
        counts = cell_counts(chosen(grids, Running.QUIET, Motion.MAJOR, noise), NAME)
        cell = worst(counts, REACH_M[Motion.MAJOR])
        if cell is not None:
            what = f"the worst cell for major motion to 4 m, {floor}"
            yield Target(what, "≥ 90 %", cell_text(cell), cell.share.value >= 0.9)
    for running in Running:
        counts = cell_counts(chosen(grids, running, Motion.MAJOR), NAME)
        if counts and running is not Running.QUIET:
            share = within(counts, 0, BESIDE_M)
            what = f"major motion to 3 m beside {running}"
            yield Target(what, "≥ 95 %", share, share.value >= 0.95)
    for condition in Condition:
        found = alarms_of(hours, condition)
        if found.hours:
            outcome = f"{found.alarms} in {found.hours:g} h"
            yield Target(
                f"false alarms, {condition}",
                f"0 in ≥ {_ENOUGH_H:g} h",
                outcome,
                met=False if found.alarms else found.hours >= _ENOUGH_H or None,
            )


def real_aims(judgements: Judgements) -> Iterable[Target]:
    """The aims of the recordings, on people never seen."""
    for learn, word in LEARNED.items() if judgements else ():
        where = [
            f"{name} at {min(shares):.3f} to {max(shares):.3f}"
            for name, shares in behind(judgements, learn=learn).items()
            if shares
        ]
        yield Target(
            f"real gestures ahead of each simpler method, quiet room learned: {word}",
            "at every share of false positives",
            f"not of {', '.join(where)}" if where else "at every share",
            met=not where,
        )


def speed_aim(table: Table) -> Target:
    """What a frame may cost."""
    slowest = max(float(str(row[3])) for row in table.rows)
    return Target("a frame on one core, 95 %, ms", "< 2", slowest, met=slowest < 2)

"""The canceller's figures as a piece of work that is kept, and as tables."""

from dataclasses import asdict, dataclass
import json
from pathlib import Path
from typing import Any, cast

from ..report import Entry, Estimate, Table
from .canceller import BETAS, FLOORS, measure_canceller
from .rooms import ROOMS
from .work import Result

DECIBELS = "mean dB and 95 % interval, rooms drawn anew"


@dataclass(frozen=True, slots=True)
class CancellerTask:
    """Everything about the canceller with the songs of a folder; called, it gives its result."""

    music: Path
    rooms: int = ROOMS
    betas: tuple[float, ...] = BETAS
    floors: tuple[float, ...] = FLOORS

    @property
    def key(self) -> str:
        """What its result is kept under."""
        return f"canceller/{self.rooms}_rooms_{len(self.betas)}_by_{len(self.floors)}"

    def __call__(self) -> Result:
        """Measure it."""
        found = measure_canceller(
            self.music, rooms=self.rooms, betas=self.betas, floors=self.floors
        )
        return cast("Result", json.loads(json.dumps(asdict(found))))


def tables_of(result: Result) -> list[Table]:
    """The tables of a result."""
    return [_removed(result), _visits(result), _harms(result), _costs(result)]


def _removed(result: Result) -> Table:
    rows = tuple(
        (
            each["microphones"],
            each["method"],
            each["beta"],
            f"{each['floor']:.0f}",
            *(_estimate(each[key]) for key in ("distortion", "removed", "lost", "score", "margin")),
        )
        for each in _rows(result, "rows")
    )
    return Table(
        "canceller",
        f"Simulated: music removed and motion lost with it, {DECIBELS}",
        (
            "microphones",
            "method",
            "beta, rad",
            "floor, dBc/Hz",
            "distortion, dBc",
            "removed",
            "motion lost",
            "removed less lost",
            "motion over the rest",
        ),
        rows,
    )


def _visits(result: Result) -> Table:
    keys = ("undisturbed", "told", "untold", "score")
    rows = tuple(
        (each["microphones"], *(_estimate(each[key]) for key in keys))
        for each in _rows(result, "online")
    )
    return Table(
        "canceller_visits",
        f"Simulated: music removed while a walker comes and goes, {DECIBELS}",
        ("microphones", "nobody came", "told of it", "not told", "removed less lost, meanwhile"),
        rows,
    )


def _harms(result: Result) -> Table:
    rows = tuple(
        (
            each["microphones"],
            each["harm"],
            _estimate(each["floor"]),
            _estimate(each["lost"]),
            100 * each["active"],
        )
        for each in _rows(result, "harmed")
    )
    return Table(
        "canceller_harm",
        f"Simulated: what the canceller does where it should do nothing, {DECIBELS}",
        ("microphones", "beside", "floor rises by", "motion lost", "active, % of the time"),
        rows,
    )


def _costs(result: Result) -> Table:
    rows = tuple(
        (each["microphones"], *(each[key] / 1000 for key in ("frozen", "learning", "largest")))
        for each in _rows(result, "costs")
    )
    return Table(
        "canceller_cost",
        "Computing of the canceller, milliseconds of one core a chunk of 50 ms",
        ("microphones", "frozen", "learning", "learning, 99 %"),
        rows,
    )


def _rows(result: Result, key: str) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", result[key])


def _estimate(found: dict[str, float]) -> Entry:
    return Estimate(found["mean"], found["low"], found["high"])

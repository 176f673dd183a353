"""Pictures of simulated nights, as SVG files that are the same for the same figures."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...simulate.nights import Doing, Night, Order, draw_night
from ..drawing import picture
from .playing import Heard, by_second, hear
from .tables import minutes_off
from .trials import FAMILY, Trial

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SEED = 20_003
_HOURS = 6.0
_THIN = 10
_DOING = {
    Doing.AWAY: "away",
    Doing.READING: "reads",
    Doing.WATCHING: "watches",
    Doing.LYING: "awake",
    Doing.REM: "REM",
    Doing.LIGHT: "light",
    Doing.DEEP: "deep",
}


def draw(alone: tuple[Trial, ...], folder: Path) -> list[Path]:
    """One night as it was and as it was told, and the errors of all; gives the files.

    Raises ModuleNotFoundError where matplotlib is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    order = Order(module="mr60bha2", apart=0.5, hours=_HOURS, activity=Doing.READING, trips=1)
    night = draw_night(_SEED, FAMILY, order)
    with picture(folder / "night.svg", drawn) as figure:
        _night(figure, night, hear(night))
    if alone:
        with picture(folder / "errors.svg", drawn) as figure:
            _errors(figure, alone)
    return drawn


def _night(figure: Figure, night: Night, heard: Heard) -> None:
    figure.set_size_inches(9.0, 5.2)
    upper, middle, lower = figure.subplots(3, sharex=True)
    # Every tenth second is more than a picture shows.
    thin = slice(None, None, _THIN)
    hours = np.arange(night.seconds)[thin] / 3600
    spent = night.owner
    if spent is not None:
        whole = np.arange(night.seconds, dtype=np.float64)
        _course(upper, hours, spent.course.at(whole)[thin])
    upper.set_title("Simulated: what the owner does; shaded is what was told as in bed")
    upper.fill_between(
        hours, 0, len(_DOING) - 1, where=heard.lies()[thin], color="crimson", alpha=0.12
    )
    middle.plot(hours, night.told.distance[thin], color="black", linewidth=0.6)
    middle.set(ylabel="distance, m", title="What the radar measures: owner or partner")
    lower.plot(hours, by_second(night.seconds, heard.intents)[thin], color="crimson", linewidth=0.9)
    lower.set(ylabel="intent", ylim=(0, 1), xlabel="hours", title="Intent as it was told")


def _course(axes: Axes, hours: np.ndarray, doing: np.ndarray) -> None:
    rows = {int(each): row for row, each in enumerate(_DOING)}
    height = [rows.get(int(each), 0) for each in doing]
    axes.step(hours, height, color="black", linewidth=0.8)
    axes.set_yticks(range(len(_DOING)), list(_DOING.values()))
    axes.invert_yaxis()


def _errors(figure: Figure, trials: tuple[Trial, ...]) -> None:
    figure.set_size_inches(6.0, 3.0)
    axes = figure.subplots()
    for name, errors in (
        ("tried to sleep", [trial.score.tried for trial in trials]),
        ("fell asleep", [trial.score.onset for trial in trials]),
        ("woke for good", [trial.score.woke for trial in trials]),
    ):
        off = np.sort(np.abs(minutes_off(errors)))
        if off.size:
            axes.step(off, np.arange(1, off.size + 1) / len(trials), where="post", label=name)
    axes.set(xlabel="error, min", ylabel="of the nights", xlim=(0, 60), ylim=(0, 1))
    axes.set_title("Simulated nights by recorded hypnograms")
    axes.legend(frameon=False)

"""The frontier of the alarm: what is gained against what it costs, as SVG files."""

from collections.abc import Iterable, Sequence
from pathlib import Path
import re
from typing import TYPE_CHECKING

import numpy as np

from ..drawing import picture
from .evaluation import MARKOV, OURS, Frontier
from .frontier import Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(frontiers: Iterable[Frontier], folder: Path) -> list[Path]:
    """For each frontier its picture; gives the files.

    Raises ModuleNotFoundError where matplotlib is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for each in frontiers:
        name = re.sub(r"[^a-z0-9]+", "_", each.stages.lower()).strip("_")
        with picture(folder / f"frontier_{name}.svg", drawn) as figure:
            figure.set_size_inches(5.6, 3.8)
            _frontier(figure.subplots(), each)
    return drawn


def _frontier(axes: Axes, found: Frontier) -> None:
    ends = [found.fixed.people.mean(0), found.first.people.mean(0)]
    axes.plot(*_across(ends), color="grey", linestyle=":", label="coin between the two")
    for point in (found.fixed, found.first):
        light, lost = point.people.mean(0)
        axes.plot(lost, light, "o", color="black", markersize=4)
        axes.annotate(point.rule, (lost, light), xytext=(6, -3), textcoords="offset points")
    _line(axes, found.markov, "steelblue", MARKOV)
    _line(axes, found.ours, "crimson", OURS)
    for point in found.ours:
        light, lost = point.people.mean(0)
        axes.plot([lost, lost], [point.light.low, point.light.high], color="crimson", alpha=0.35)
    axes.set(
        xlabel="minutes from the ring to the deadline, mean",
        ylabel="rung in light sleep or wake",
        title=f"Stages {found.stages}, {len(found.people)} people never seen",
    )
    axes.legend(loc="lower right", frameon=False)


def _line(axes: Axes, points: Sequence[Point], colour: str, name: str) -> None:
    means = sorted((each.people.mean(0) for each in points), key=lambda mean: mean[1])
    axes.plot(*_across(means), ".-", color=colour, label=name, linewidth=1.2)


def _across(means: Sequence[np.ndarray]) -> tuple[list[float], list[float]]:
    """Minutes lost and share, for an axis each."""
    return [float(mean[1]) for mean in means], [float(mean[0]) for mean in means]

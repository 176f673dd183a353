"""A night as people scored it, as it was told live, and as it was seen when it was over."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...core.sleep import EPOCH_S, Hypnogram, Stage
from ..drawing import picture
from .agreement import Judged, agreement
from .matrices import kappa
from .staging import Staging

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ORDER = (Stage.DEEP, Stage.LIGHT, Stage.REM, Stage.AWAKE)
"""From the bottom up, as hypnograms are drawn."""


def draw_example(live: Staging, revised: Staging, folder: Path) -> list[Path]:
    """The night with the middle kappa of a data set; gives the files, none without nights.

    Raises ModuleNotFoundError where matplotlib is missing.
    """
    found = _middle(live.nights)
    if found is None:
        return []
    looked_back = next(each for each in revised.nights if each.night == found.night)
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    with picture(folder / f"hypnogram_{found.night.split('/')[0]}.svg", drawn) as figure:
        figure.set_size_inches(9.0, 4.2)
        figure.suptitle(f"{live.source}: the night with the middle kappa")
        places = figure.subplots(3, 1, sharex=True)
        for axes, (title, hypnogram, colour) in zip(
            places,
            (
                ("scored by people", found.reference, "black"),
                (live.method, found.device, "crimson"),
                (revised.method, looked_back.device, "darkorange"),
            ),
            strict=True,
        ):
            _steps(axes, hypnogram, colour)
            axes.set_title(title, loc="left")
        places[-1].set_xlabel("hours")
    return drawn


def _middle(nights: Sequence[Judged]) -> Judged | None:
    """By kappa; of an even number the better one."""
    each = [(float(kappa(agreement([night]).matrices())[0]), night) for night in nights]
    known = sorted((pair for pair in each if np.isfinite(pair[0])), key=lambda pair: pair[0])
    return known[len(known) // 2][1] if known else None


def _steps(axes: Axes, hypnogram: Hypnogram, colour: str) -> None:
    hours = np.arange(len(hypnogram.stages) + 1) * EPOCH_S / 3600
    levels = [np.nan if s is None else float(_ORDER.index(s)) for s in hypnogram.stages]
    axes.stairs(levels, hours, baseline=None, color=colour, linewidth=0.9)
    axes.set_yticks(range(len(_ORDER)), [stage.partition("_")[0] for stage in _ORDER])

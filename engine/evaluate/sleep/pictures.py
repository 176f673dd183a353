"""Bland-Altman plots and error matrices, as SVG files that are the same for the same figures."""

from collections.abc import Iterable
from pathlib import Path
import re
from typing import TYPE_CHECKING

import numpy as np

from ..drawing import picture
from .agreement import STAGES
from .discrepancies import Discrepancies, bias, discrepancies, limits
from .matrices import rates
from .quantities import QUANTITIES
from .staging import Staging

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 5
_COLOURS = "viridis"
_DARK = 0.6
"""Above this share a field is light, and its number dark."""


def draw(stagings: Iterable[Staging], folder: Path) -> list[Path]:
    """For each staging its matrix and the plots of its nights; gives the files.

    Raises ModuleNotFoundError where matplotlib is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for each in stagings:
        name = re.sub(r"[^a-z0-9]+", "_", f"{each.source} {each.method}".lower()).strip("_")
        with picture(folder / f"matrix_{name}.svg", drawn) as figure:
            _matrix(figure, each)
        with picture(folder / f"nights_{name}.svg", drawn) as figure:
            _nights(figure, each)
    return drawn


def _matrix(figure: Figure, staging: Staging) -> None:
    """What becomes of each stage: the mean over people, in percent."""
    figure.set_size_inches(3.6, 3.4)
    axes = figure.subplots()
    people = rates(staging.agreement.matrices())
    known = np.isfinite(people)
    shares = np.where(known, people, 0.0).sum(0) / np.maximum(known.sum(0), 1)
    axes.imshow(shares, cmap=_COLOURS, vmin=0.0, vmax=1.0)
    for row, column in np.ndindex(shares.shape):
        share = float(shares[row, column])
        colour = "black" if share > _DARK else "white"
        axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=colour)
    names = [stage.partition("_")[0] for stage in STAGES]
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set(
        xlabel=f"staged by: {staging.method}",
        ylabel="reference",
        title=f"{staging.source}\n% of each stage, mean over people",
    )


def _nights(figure: Figure, staging: Staging) -> None:
    """A plot for each figure of a night; dashed are the limits of agreement."""
    figure.set_size_inches(11.0, 4.6)
    figure.suptitle(f"{staging.source}, {staging.method}: device minus reference")
    places = figure.subplots(-(-len(QUANTITIES) // _COLUMNS), _COLUMNS).ravel()
    for axes, quantity in zip(places, QUANTITIES, strict=True):
        _bland_altman(axes, discrepancies(staging.nights, quantity))


def _bland_altman(axes: Axes, given: Discrepancies) -> None:
    unit = f", {given.quantity.unit}" if given.quantity.unit else ""
    axes.set(title=f"{given.quantity.name}{unit}", xlabel="reference")
    axes.axhline(0.0, color="lightgrey", linewidth=0.8)
    axes.plot(given.reference, given.differences, ".", color="black", markersize=3, alpha=0.6)
    if given.reference.size < 2:
        return
    sizes = np.linspace(given.reference.min(), given.reference.max(), 2)
    lower, middle, upper = limits(given, bias(given), sizes)
    axes.plot(sizes, middle, color="crimson")
    for line in (lower, upper):
        axes.plot(sizes, line, color="crimson", linestyle="--", linewidth=0.9)

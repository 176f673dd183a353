"""Maps and curves of the evaluation, as SVG files that are the same for the same figures."""

from collections.abc import Mapping, Sequence
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..drawing import picture
from ..statistics import Floats
from .detectors import NAME
from .grid import RULED
from .grid_scenes import BANDS, MAIN_BAND, Running
from .recorded import LEARNED, Judgements, curves
from .rooms import room_name
from .summaries import CellCount, Grids, Hours, alarm_curve, cell_counts, chosen
from .tables import moving_trials, quiet_windows
from .trials import WITHIN_S, Motion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 4
_RING_M = 1.0
_FARTHEST_M = 6.0
_COLOURS = "viridis"


def draw(grids: Grids, hours: Hours, judgements: Judgements, folder: Path) -> list[Path]:
    """Every picture that there are results for; gives the files.

    Raises ModuleNotFoundError where matplotlib is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for motion in Motion:
        for noise in BANDS:
            here = chosen(grids, Running.QUIET, motion, noise)
            counts = cell_counts(here, NAME)
            if counts:
                title = (
                    f"Simulated: {motion} motion found within {WITHIN_S[motion]:.0f} s, "
                    f"{noise:.0f} dBc/Hz"
                )
                with picture(folder / f"map_{motion}_{-noise:.0f}.svg", drawn) as figure:
                    _map(figure, counts, _devices(here), title)
    if grids:
        with picture(folder / "distance.svg", drawn) as figure:
            _distances(figure, grids)
    if grids and hours:
        with picture(folder / "alarms.svg", drawn) as figure:
            _alarms(figure, grids, hours)
    if judgements:
        with picture(folder / "recordings.svg", drawn) as figure:
            _recordings(figure, judgements)
    return drawn


def _devices(grids: Grids) -> dict[int, tuple[float, float]]:
    found = {}
    for task, result in grids:
        place = result["device"]
        if isinstance(place, list):
            found[task.room] = (float(str(place[0])), float(str(place[1])))
    return found


def _map(
    figure: Figure,
    counts: Sequence[CellCount],
    devices: Mapping[int, tuple[float, float]],
    title: str,
) -> None:
    """The rooms side by side, to scale; a triangle is the device."""
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    rooms = sorted({each.room for each in counts})
    rows = math.ceil(len(rooms) / _COLUMNS)
    figure.set_size_inches(8.0, 2.3 * rows + 0.4)
    figure.suptitle(title)
    colours = colormaps[_COLOURS]
    places = figure.subplots(rows, min(_COLUMNS, len(rooms)), squeeze=False).ravel()
    for axes in places:
        axes.set_axis_off()
        axes.set_aspect("equal")
    for axes, room in zip(places, rooms, strict=False):
        for each in (count for count in counts if count.room == room):
            (x, y), (width, depth), share = each.middle, each.size, each.share.value
            corner = (x - width / 2, y - depth / 2)
            axes.add_patch(
                Rectangle(corner, width, depth, facecolor=colours(share), edgecolor="white")
            )
            axes.text(
                x, y, f"{100 * share:.0f}", ha="center", va="center", fontsize=6,
                color="black" if share > 0.6 else "white",
            )  # fmt: skip
        axes.plot(*devices[room], marker="^", color="crimson", markersize=6)
        axes.set_title(room_name(room), fontsize=8)
        axes.autoscale_view()


def _distances(figure: Figure, grids: Grids) -> None:
    from matplotlib import colormaps

    shades = colormaps[_COLOURS](np.linspace(0.9, 0.0, len(BANDS)))
    played = {task.motion for task, _ in grids}
    motions = [motion for motion in Motion if motion in played]
    figure.set_size_inches(4.0 * len(motions), 3.0)
    panels = figure.subplots(1, len(motions), sharey=True, squeeze=False)[0]
    for axes, motion in zip(panels, motions, strict=True):
        for noise, shade in zip(BANDS, shades, strict=True):
            here = chosen(grids, Running.QUIET, motion, noise)
            middles, shares = _by_distance(cell_counts(here, NAME))
            if middles:
                axes.plot(middles, shares, color=shade, marker=".", label=f"{noise:.0f} dBc/Hz")
        axes.set(xlabel="distance, m", ylim=(0, 102), title=f"{motion}, simulated quiet rooms")
    figure.axes[0].set_ylabel("found in time, %")
    figure.axes[0].legend(title="noise floor")


def _by_distance(counts: Sequence[CellCount]) -> tuple[list[float], list[float]]:
    middles, shares = [], []
    for near in np.arange(0.0, _FARTHEST_M, _RING_M):
        ring = [each.share for each in counts if near < each.distance <= near + _RING_M]
        trials = sum(share.trials for share in ring)
        if trials:
            middles.append(float(near) + _RING_M / 2)
            shares.append(100 * sum(share.hits for share in ring) / trials)
    return middles, shares


def _alarms(figure: Figure, grids: Grids, hours: Hours) -> None:
    figure.set_size_inches(5.5, 3.6)
    axes = figure.subplots()
    for method, moving in moving_trials(grids).items():
        empty = quiet_windows(hours, method)
        if moving.size and empty:
            rates, found = alarm_curve(moving, empty)
            seen = rates > 0
            axes.step(rates[seen], 100 * found[seen], where="post", label=method)
    axes.set(
        xscale="log",
        xlabel="false alarms in 24 h, all conditions alike",
        ylabel="major motion to 3 m found within 1 s, %",
        ylim=(0, 102),
        title=f"Simulated, {MAIN_BAND:.0f} dBc/Hz, by each method's score",
    )
    axes.legend()


def _recordings(figure: Figure, judgements: Judgements) -> None:
    figure.set_size_inches(8.0, 3.4)
    for axes, learn in zip(figure.subplots(1, 2, sharey=True), LEARNED, strict=True):
        for name, (false, true) in curves(judgements, learn=learn).items():
            _roc(axes, name, false, true)
        words = "a quiet minute learned" if learn else "nothing learned"
        axes.set(
            xscale="log",
            xlim=(0.002, 1),
            ylim=(0, 102),
            xlabel="quiet frames taken for motion, %",
            title=f"Real gestures, {words}",
        )
        axes.set_xticks([0.01, 0.05, 0.2, 1.0], ["1", "5", "20", "100"])
    figure.axes[0].set_ylabel("frames of motion found, %")
    figure.axes[1].legend(loc="lower right")


_MOST_POINTS = 300


def _roc(axes: Axes, name: str, false: Floats, true: Floats) -> None:
    keep = np.unique(np.linspace(0, false.size - 1, _MOST_POINTS).astype(np.int_))
    width = 2.0 if name in {NAME, RULED} else 1.2
    axes.step(false[keep], 100 * true[keep], where="post", label=name, linewidth=width)

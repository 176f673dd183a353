"""Rates through an hour, errors of the marked minutes, and a radar's clips, as SVG files."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...sense.sleep.cycles import cycles, smoothed
from ...sense.sleep.interferometry import Interferometer
from ..drawing import picture
from .acconeer import WAVELENGTH_MM, Clip, clips
from .counters import HALCYON, Counted
from .errors import by_minutes
from .evaluation import Found

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HOUR_S = 3600.0
_GRID_HZ = 8.0
_PERIOD_S = 3.0
"""Of somebody who sits, roughly: how far the clips are smoothed before their breaths are found."""

_COLOURS = ("crimson", "steelblue", "darkorange", "seagreen")


def draw(found: Found, data: Path, folder: Path) -> list[Path]:
    """The pictures; gives the files. Raises ModuleNotFoundError without matplotlib or h5py."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    with picture(folder / "respiration_hour.svg", drawn) as figure:
        _hour(figure, found)
    with picture(folder / "respiration_marked.svg", drawn) as figure:
        _marked(figure, found)
    shown = list(clips(data))
    if shown:
        with picture(folder / "respiration_radar.svg", drawn) as figure:
            _radar(figure, shown)
    return drawn


def _hour(figure: Figure, found: Found) -> None:
    """The second hour of the longest session: every method and the device."""
    figure.set_size_inches(9.0, 3.0)
    axes = figure.subplots()
    longest = max(found.counters[HALCYON], key=lambda each: each.length)
    start = longest.session.flow.start + _HOUR_S
    device = longest.session.told
    if device is not None:
        told = device.between(start, start + _HOUR_S)
        times = np.arange(len(told)) / device.rate / 60.0
        axes.plot(times, told, color="lightgrey", linewidth=2.5, label="the device")
    for (name, counted), colour in zip(found.counters.items(), _COLOURS, strict=False):
        own = next(each for each in counted if each.session is longest.session)
        _steps(axes, own, start, colour, name)
    axes.set(xlabel="minutes", ylabel="breaths a minute", title="an hour of airflow")
    axes.legend(frameon=False, ncols=5)


def _steps(axes: Axes, counted: Counted, start: float, colour: str, name: str) -> None:
    inside = (counted.ends > start) & (counted.ends <= start + _HOUR_S)
    minutes = (counted.ends[inside] - start) / 60.0
    axes.plot(minutes, counted.rates[inside], ".-", color=colour, lw=0.7, ms=3, label=name)


def _marked(figure: Figure, found: Found) -> None:
    """Errors over rates of the marked minutes, a panel a method."""
    figure.set_size_inches(9.0, 2.8)
    panels = figure.subplots(1, len(found.counters), sharex=True, sharey=True, squeeze=False)[0]
    for axes, (name, counted) in zip(panels, found.counters.items(), strict=True):
        compared = by_minutes(counted, found.marked)
        axes.axhline(0.0, color="lightgrey", linewidth=0.8)
        for grade, colour in (("clear", "black"), ("disturbed", "crimson")):
            some = compared.where([each == grade for each in compared.grades])
            errors = some.rates - some.references
            axes.plot(some.references, errors, ".", color=colour, label=grade)
        axes.set(title=name, xlabel="marked, breaths a minute")
    panels[0].set_ylabel("error, breaths a minute")
    panels[0].legend(frameon=False)


def _radar(figure: Figure, shown: list[Clip]) -> None:
    """Displacement of the chest, with the breaths that are found."""
    figure.set_size_inches(9.0, 1.9 * len(shown))
    panels = figure.subplots(len(shown), 1, squeeze=False)[:, 0]
    for axes, clip in zip(panels, shown, strict=True):
        radar = Interferometer()
        told = [radar.take(t, frame) for t, frame in zip(clip.times, clip.frames, strict=True)]
        times = np.array([each.times[0] for each in told if each is not None])
        phase = np.array([each.values[0] for each in told if each is not None])
        grid = np.arange(times[0], times[-1], 1.0 / _GRID_HZ)
        wave = np.interp(grid, times, phase) * WAVELENGTH_MM / (4.0 * np.pi)
        course = smoothed(wave, _PERIOD_S)
        (breaths,) = cycles([(0, wave)], _PERIOD_S)
        axes.plot(grid, wave - wave.mean(), color="lightgrey", linewidth=0.9)
        axes.plot(grid, course, color="steelblue")
        for rise in breaths.rises:
            axes.axvline(times[0] + rise / _GRID_HZ, color="crimson", linewidth=0.7)
        rate = 60.0 * _GRID_HZ / float(np.diff(breaths.rises).mean())
        place = clip.ranges[radar.bin or 0]
        axes.set(title=f"{clip.name}: {place:.2f} m away, {rate:.1f} breaths a minute")
        axes.set_ylabel("mm")
    panels[-1].set_xlabel("s")

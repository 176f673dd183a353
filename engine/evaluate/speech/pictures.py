"""Pictures of how speech is understood."""

from pathlib import Path

import numpy as np

from ..drawing import picture
from ..statistics import curve
from .commands import Trials
from .tables import confidences_by_kind


def draw(home: Trials, folder: Path) -> list[Path]:
    """What passes for a command against which commands do, by kind; returns the files."""
    drawn: list[Path] = []
    good, bad = confidences_by_kind(home)
    with picture(folder / "speech_rejection.svg", drawn) as figure:
        figure.set_size_inches(4.2, 3.0)
        axes = figure.subplots()
        for kind, confidences in bad.items():
            false, true = curve(good, confidences)
            axes.plot(100 * np.asarray(false), 100 * np.asarray(true), label=kind, lw=1.2)
        axes.axhline(95, color="0.7", lw=0.6)
        axes.set(
            xlabel="pass for a command, %",
            ylabel="commands accepted, %",
            xlim=(0, 40),
            ylim=(60, 100.5),
        )
        axes.legend(loc="lower right")
    return drawn

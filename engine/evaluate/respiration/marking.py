"""Draws the minutes of airflow that were marked by hand, as they were drawn for the marking.

python -m halcyon.evaluate.respiration.marking DATA FOLDER
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
import sys

import numpy as np

from .airflow import Session, sessions
from .marks import LENGTH_S

A_NIGHT = 14
_SEED = 20261120
_AROUND = 8.0
"""Seconds that are shown before and after a minute."""
_SPARE = 10.0
"""Seconds of flow that a minute has on either side."""


def sample(every: Sequence[Session]) -> Iterator[tuple[Session, float]]:
    """The sessions and starts of the minutes: as many of each night, drawn from all it has."""
    rng = np.random.default_rng(_SEED)
    for _, night in groupby(every, key=lambda session: session.night):
        whole = [
            (session, minute * LENGTH_S)
            for session in night
            for minute in range(
                int(np.ceil((session.flow.start + _SPARE) / LENGTH_S)),
                int((session.flow.end - LENGTH_S - _SPARE) // LENGTH_S) + 1,
            )
        ]
        for place in sorted(rng.choice(len(whole), A_NIGHT, replace=False)):
            yield whole[place]


def draw(data: Path, folder: Path) -> None:
    """A picture of each minute, named after its night and start."""
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    for session, start in sample(list(sessions(data))):
        flow = session.flow
        values = flow.between(start - _AROUND, start + LENGTH_S + _AROUND)
        figure = Figure(figsize=(20.0, 4.1), layout="constrained")
        axes = figure.subplots()
        axes.plot(np.arange(len(values)) / flow.rate - _AROUND, values, "k", linewidth=1.0)
        axes.axhline(0.0, color="red", linewidth=0.6)
        for edge in (0.0, LENGTH_S):
            axes.axvline(edge, color="blue", linewidth=1.0)
        axes.set_xticks(np.arange(-_AROUND, LENGTH_S + _AROUND + 1, 2))
        axes.set_xticks(np.arange(-_AROUND, LENGTH_S + _AROUND + 1), minor=True)
        axes.set_xlim(-_AROUND, LENGTH_S + _AROUND)
        axes.grid(which="both", linewidth=0.5, color="lightgrey")
        figure.savefig(folder / f"{session.night}_{start:.0f}.png", dpi=78)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))

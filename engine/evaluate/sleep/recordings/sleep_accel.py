"""Sleep-Accel: an Apple Watch's heart rate beside polysomnography, healthy adults.

Walch et al., Sleep 42(12), 2019; PhysioNet sleep-accel 1.0.0, ODC-BY 1.0. Times count from the
start of the polysomnography. Heart rates begin days before it and end after it, in some files out
of order and twice; only what lies from half an hour before to its end is given.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ....core.sleep import Stage
from .night import Night, Subject, files, series, staged

BEFORE_S = 1800.0
"""How much earlier than the polysomnography the heart rate may be used: the watch was worn for a
week, but sensed densely only from about then."""

_STAGES = {
    "0": Stage.AWAKE,
    "1": Stage.LIGHT,
    "2": Stage.LIGHT,
    "3": Stage.DEEP,
    "4": Stage.DEEP,
    "5": Stage.REM,
}


def nights(folder: Path) -> Iterator[Night]:
    """Every person's one night; ages and sexes are not told."""
    for scored in files(folder / "Sleep", "*_labeled_sleep.txt"):
        name = scored.name.partition("_")[0]
        marks = [line.replace(",", " ").split() for line in scored.read_text().splitlines()]
        reference = staged(0.0, ((float(at), code) for at, code in marks), _STAGES)
        t, rate = np.loadtxt(
            folder / "HR" / f"{name}_heartrate.txt", delimiter=",", ndmin=2, unpack=True
        )
        heart = series(t, rate).between(reference.start - BEFORE_S, reference.end)
        yield Night(
            id=f"sleep_accel/{name}",
            subject=Subject(f"sleep_accel/{name}"),
            dated=False,
            reference=reference,
            heart=heart,
        )

"""Sleep Bioradiolocation Database: nights of a 4 GHz radar beside polysomnography's stages.

Tataraidze et al., PhysioNet sleepbrl 1.0.0. Eight carriers give a pair of signals each, at 50 Hz.
It is the only open set with a radar's signal and stages: never train on it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import edf_files, wfdb_files
from .night import RECHTSCHAFFEN, Channel, Night, Subject, Wave, files
from .people import people

if TYPE_CHECKING:
    from edfio import Edf

_PAIRS = 8
_ANNOTATOR = "atr"


def nights(folder: Path) -> Iterator[Night]:
    """Every person's one night."""
    subjects = people(folder / "subjects.xlsx", ("subject", "id", "record", "name"), "sleepbrl")
    for found in files(folder, "*.edf"):
        name, recording = found.stem, edf_files.opened(found)
        start, radar = edf_files.start_of(recording), recording.signals[0]
        marked = wfdb_files.marks(found, _ANNOTATOR, float(radar.sampling_frequency))
        yield Night(
            id=f"sleepbrl/{name}",
            subject=subjects.get(name.lower(), Subject(f"sleepbrl/{name}")),
            dated=True,
            reference=wfdb_files.hypnogram(start, marked, RECHTSCHAFFEN),
            waves=tuple(_waves(recording, start)),
        )


def _waves(recording: Edf, start: float) -> Iterator[Wave]:
    by_label = {signal.label.strip(): signal for signal in recording.signals}
    for pair in range(_PAIRS):
        names = f"S{2 * pair + 1}", f"S{2 * pair + 2}"
        if all(name in by_label for name in names):
            in_phase, quadrature = (by_label[name] for name in names)
            values = (in_phase.data + 1j * quadrature.data).astype(np.complex64)
            rate = float(in_phase.sampling_frequency)
            yield Wave(Channel.RADAR, "/".join(names), start, rate, values)

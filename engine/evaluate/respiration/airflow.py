"""Nights of airflow, as therapy devices store them, with the rate that the device shows.

ResMed devices write a session as EDF (European Data Format) files: `BRP` holds the flow at 25 Hz,
`PLD` a respiratory rate every two seconds, smoothed by the device. The nights of `cpap_flow` are
test data of the CPAP-Exporter project, MIT; whose they are is not told. The breathing is supported
by pressure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..sleep.recordings import edf_files
from ..sleep.recordings.night import MissingError

if TYPE_CHECKING:
    from edfio import Edf

FOLDER = "sleep/cpap_flow"
_FLOW, _RATE = "BRP", "PLD"
_FLOW_LABEL, _RATE_LABEL = "Flow", "RespRate"
_TOGETHER = 10.0
"""Seconds by which the files of one session begin apart, at most."""

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Even:
    """Even samples: `start` unix seconds of the first, `rate` Hz, `values` shape (n,)."""

    start: float
    rate: float
    values: Floats

    @property
    def end(self) -> float:
        """When the last sample ends."""
        return self.start + len(self.values) / self.rate

    def between(self, start: float, end: float) -> Floats:
        """The samples from start to end, empty where they are not all there."""
        first = round((start - self.start) * self.rate)
        last = round((end - self.start) * self.rate)
        return self.values[first:last] if first >= 0 and last <= len(self.values) else np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A stretch of one night: flow in L/s, above 0 in; `told` is the device's rate per minute.

    Times are of the device's clock, read as UTC.
    """

    night: str
    flow: Even
    told: Even | None


def sessions(data: Path) -> Iterator[Session]:
    """Every session, in the order of nights and time. Raises MissingError where there is none."""
    found = sorted((data / FOLDER).rglob(f"*_{_FLOW}.edf"), key=lambda path: path.name)
    if not found:
        raise MissingError(f"no airflow in {data / FOLDER}: *_{_FLOW}.edf finds nothing")
    for path in found:
        flow = _signal(edf_files.opened(path), _FLOW_LABEL)
        if flow is not None:
            yield Session(path.parent.name, flow, _told(path.parent, flow.start))


def _told(folder: Path, start: float) -> Even | None:
    """The rate of the session that began at a time."""
    for path in sorted(folder.glob(f"*_{_RATE}.edf")):
        recording = edf_files.opened(path)
        if abs(edf_files.start_of(recording) - start) < _TOGETHER:
            return _signal(recording, _RATE_LABEL)
    return None


def _signal(recording: Edf, label: str) -> Even | None:
    for signal in recording.signals:
        if signal.label.startswith(label):
            values = np.asarray(signal.data, dtype=np.float64)
            return Even(edf_files.start_of(recording), float(signal.sampling_frequency), values)
    return None

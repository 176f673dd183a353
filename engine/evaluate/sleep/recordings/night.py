"""One night of one person, in the form that all recordings are given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....core.sleep import EPOCH_S, Hypnogram, Stage


class Sex(StrEnum):
    """As the data set says."""

    FEMALE = "female"
    MALE = "male"


class Channel(StrEnum):
    """What a wave is of."""

    THORAX = "thorax"
    ABDOMEN = "abdomen"
    EFFORT = "effort"
    """Breathing movement, of which part of the body is not said."""
    FLOW = "flow"
    """Air through nose and mouth, by temperature, pressure or flow."""
    ECG = "ecg"
    RADAR = "radar"
    """Complex: I + jQ."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, whose nights must stay together; `age` in years."""

    id: str
    age: float | None = None
    sex: Sex | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Values at uneven times: `t` in seconds, rising strictly, and `values`, shape (n,) both."""

    t: NDArray[np.float64]
    values: NDArray[np.float64]

    def between(self, start: float, end: float) -> Series:
        """What lies in the half-open stretch from start to end."""
        first, last = np.searchsorted(self.t, (start, end))
        return Series(self.t[first:last], self.values[first:last])


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """Even samples from `start` (s) at `rate` (Hz): `values` shape (n,), complex of a radar."""

    channel: Channel
    name: str
    start: float
    rate: float
    values: NDArray[np.float32] | NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a scorer marked, by the data set's own name; times in seconds."""

    kind: str
    start: float
    duration: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Night:
    """What was recorded of a person in one night, and what was scored.

    All times are on one clock: unix seconds (of the laboratory's wall clock, read as UTC) where
    `dated`, else seconds from an origin that means nothing. What a data set lacks is None or
    empty.
    """

    id: str
    subject: Subject
    dated: bool
    reference: Hypnogram
    scorers: tuple[Hypnogram, ...] = ()
    """Where several people scored the night: each of them, for the same epochs as `reference`."""
    heart: Series | None = None
    """Beats per minute."""
    beats: NDArray[np.float64] | None = None
    """When the heart beat, in rising seconds, shape (n,)."""
    waves: tuple[Wave, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def pulse(self) -> Series | None:
        """Heart rate in beats per minute: as recorded, else from one beat to the next.

        A rate between two beats stands at the later one, when it is first known.
        """
        if self.heart is not None or self.beats is None:
            return self.heart
        return Series(self.beats[1:], 60.0 / np.diff(self.beats))


class MissingError(FileNotFoundError):
    """A data set is not where it is looked for."""


def files(folder: Path, pattern: str) -> list[Path]:
    """The files of a data set, in order. Raises MissingError where there is none."""
    found = sorted(folder.glob(pattern))
    if not found:
        raise MissingError(f"no recordings in {folder}: {pattern} finds nothing")
    return found


def series(t: NDArray[np.float64], values: NDArray[np.float64]) -> Series:
    """In the order of time; of several values at one time the first is kept."""
    rising, first = np.unique(t, return_index=True)
    return Series(rising, values[first])


def staged(
    start: float, marks: Iterable[tuple[float, str]], stages: Mapping[str, Stage]
) -> Hypnogram:
    """A hypnogram of marks, each (seconds after `start`, label) for the epoch that begins there.

    A label that is not among the stages (movement, unscored) and an epoch without a mark are
    unknown. A mark counts for the epoch whose beginning is nearest.
    """
    found = {round(at / EPOCH_S): stages.get(label) for at, label in marks if at > -EPOCH_S / 2}
    return Hypnogram(start, tuple(found.get(n) for n in range(max(found, default=-1) + 1)))


AASM: Mapping[str, Stage] = {
    "W": Stage.AWAKE,
    "N1": Stage.LIGHT,
    "N2": Stage.LIGHT,
    "N3": Stage.DEEP,
    "R": Stage.REM,
}
RECHTSCHAFFEN: Mapping[str, Stage] = {
    "W": Stage.AWAKE,
    "1": Stage.LIGHT,
    "2": Stage.LIGHT,
    "3": Stage.DEEP,
    "4": Stage.DEEP,
    "R": Stage.REM,
}

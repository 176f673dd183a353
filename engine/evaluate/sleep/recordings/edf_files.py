"""Recordings in the European Data Format, through the edfio library."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .night import Channel, Wave

if TYPE_CHECKING:
    from edfio import Edf


def opened(file: Path) -> Edf:
    """The recording; its samples are read when asked for.

    What follows the letters of ASCII in a header is common in old recordings, and read as Latin 1.
    """
    from edfio import read_edf

    return read_edf(file, header_encoding="latin-1")


def start_of(recording: Edf) -> float:
    """Unix seconds of the recording's wall clock, read as UTC."""
    when: datetime = recording.startdatetime
    return when.replace(tzinfo=UTC).timestamp()


def waves(recording: Edf, start: float, channels: Mapping[str, Channel]) -> tuple[Wave, ...]:
    """The signals whose label, in small letters, is among the names."""
    return tuple(
        Wave(
            channels[signal.label.strip().lower()],
            signal.label.strip(),
            start,
            float(signal.sampling_frequency),
            np.asarray(signal.data, dtype=np.float32),
        )
        for signal in recording.signals
        if signal.label.strip().lower() in channels
    )

# What is used of wfdb 4.3, which has no types of its own.
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

class Record:
    fs: float
    base_datetime: datetime | None
    comments: list[str]
    file_name: list[str] | None
    p_signal: NDArray[np.float64] | None
    sig_len: int | None
    sig_name: list[str] | None

class Annotation:
    aux_note: list[str] | None
    sample: NDArray[np.int64]
    symbol: list[str]

def rdheader(record_name: str) -> Record: ...
def rdann(record_name: str, extension: str) -> Annotation: ...
def rdrecord(record_name: str, channels: Sequence[int] | None = None) -> Record: ...
def wrann(
    record_name: str,
    extension: str,
    sample: NDArray[np.int64],
    symbol: list[str],
    *,
    aux_note: list[str] | None = None,
    write_dir: str = "",
) -> None: ...
def wrsamp(
    record_name: str,
    fs: float,
    units: list[str],
    sig_name: list[str],
    p_signal: NDArray[np.float64],
    *,
    fmt: list[str],
    comments: list[str] | None = None,
    base_datetime: datetime | None = None,
    write_dir: str = "",
) -> None: ...

"""Records of PhysioNet's own format, through the wfdb library."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....core.sleep import Hypnogram, Stage
from .night import Channel, Wave, staged

if TYPE_CHECKING:
    from wfdb import Annotation, Record

_BEATS = frozenset("NLRBAaJSVrFejnE/fQ?")
"""The codes of annotations that are beats, by WFDB's table."""
_POINTER = b"version https://git-lfs"
"""How a file begins that stands for a large one."""


def header(record: Path) -> Record:
    """The header of a record, named without ending."""
    import wfdb

    return wfdb.rdheader(str(record))


def start_of(head: Record) -> float | None:
    """Unix seconds of a record's wall clock, read as UTC; None without a date."""
    when = head.base_datetime
    return None if when is None else when.replace(tzinfo=UTC).timestamp()


def marks(record: Path, annotator: str, rate: float) -> Iterator[tuple[float, str]]:
    """Seconds from the record's start and text of each annotation."""
    found = _annotations(record, annotator)
    texts = found.aux_note or []
    for sample, note in zip(found.sample, texts, strict=True):
        yield float(sample) / rate, note.strip("\0 ")


def beats(record: Path, annotator: str, start: float, rate: float) -> NDArray[np.float64]:
    """When the heart beat; annotations that are no beats are left out."""
    found = _annotations(record, annotator)
    samples = [n for n, code in zip(found.sample, found.symbol, strict=True) if code in _BEATS]
    return start + np.unique(np.array(samples, dtype=np.float64)) / rate


def hypnogram(
    start: float, marked: Iterable[tuple[float, str]], stages: Mapping[str, Stage]
) -> Hypnogram:
    """The stages of a record; what follows a stage's name in an annotation is not read."""
    words = ((at, text.split()[0]) for at, text in marked if text.split())
    return staged(start, words, stages)


def waves(
    record: Path, head: Record, start: float, channels: Mapping[str, Channel]
) -> tuple[Wave, ...]:
    """The signals with these names; none where the samples were not fetched with the header."""
    import wfdb

    wanted = [n for n, name in enumerate(head.sig_name or ()) if name in channels]
    parts = {record.parent / str((head.file_name or ())[n]) for n in wanted}
    if not wanted or not all(map(_is_there, parts)):
        return ()
    read = wfdb.rdrecord(str(record), channels=wanted)
    names, values = read.sig_name or (), read.p_signal
    if values is None:
        return ()
    return tuple(
        Wave(channels[name], name, start, float(read.fs), values[:, n].astype(np.float32))
        for n, name in enumerate(names)
    )


def _annotations(record: Path, annotator: str) -> Annotation:
    import wfdb

    return wfdb.rdann(str(record), annotator)


def _is_there(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return not opened.read(len(_POINTER)).startswith(_POINTER)

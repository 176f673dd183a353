"""You Snooze, You Win: a thousand scored nights of a sleep laboratory, with breathing belts.

Ghassemi et al., Computing in Cardiology 45, 2018; PhysioNet challenge-2018 1.0.0, ODC-BY 1.0.
Only the training part is scored. Dates are not told: times count from the recording's start.
"""

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from ....core.sleep import EPOCH_S, Hypnogram
from . import wfdb_files
from .night import AASM, Channel, Event, Night, Subject, files
from .people import people

_CHANNELS = {
    "CHEST": Channel.THORAX,
    "ABD": Channel.ABDOMEN,
    "AIRFLOW": Channel.FLOW,
    "ECG": Channel.ECG,
}
_SCORED = "arousal"
_WORDS = {**AASM, "undefined": None}


def nights(folder: Path) -> Iterator[Night]:
    """Every night of the training part; a person is one night."""
    subjects = people(folder / "age-sex.csv", ("record",), "challenge2018")
    for found in files(folder, f"training/*/*.{_SCORED}"):
        record, name = found.with_suffix(""), found.stem
        head = wfdb_files.header(record)
        rate = float(head.fs)
        marks = list(wfdb_files.marks(record, _SCORED, rate))
        yield Night(
            id=f"challenge2018/{name}",
            subject=subjects.get(name.lower(), Subject(f"challenge2018/{name}")),
            dated=False,
            reference=_held(marks, float(head.sig_len or 0) / rate),
            waves=wfdb_files.waves(record, head, 0.0, _CHANNELS),
            events=tuple(_events(marks)),
        )


def _held(marks: list[tuple[float, str]], seconds: float) -> Hypnogram:
    """A stage is marked where it begins and holds until the next; before the first, unknown."""
    changes = [(at, _WORDS[text]) for at, text in marks if text in _WORDS]
    times, stages = [at for at, _ in changes], [None, *(stage for _, stage in changes)]
    middles = ((n + 0.5) * EPOCH_S for n in range(int(seconds // EPOCH_S)))
    return Hypnogram(0.0, tuple(stages[bisect_right(times, middle)] for middle in middles))


def _events(marks: list[tuple[float, str]]) -> Iterator[Event]:
    """What begins with a bracket named like its end."""
    open_since: dict[str, float] = {}
    for at, text in marks:
        if text.startswith("("):
            open_since[text[1:]] = at
        elif text.endswith(")") and text[:-1] in open_since:
            start = open_since.pop(text[:-1])
            yield Event(text[:-1], start, at - start)

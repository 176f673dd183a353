"""MIT-BIH Polysomnographic Database: beats, breathing and stages of people with apnea.

Ichimaru and Moody, Psychiatry Clin. Neurosci. 53, 1999; PhysioNet slpdb 1.0.0, ODC-BY 1.0. The
stages are those of the `.st` files; `.st-` are older ones. Two people fill two records each.
"""

from collections.abc import Iterator
from pathlib import Path
import re

from . import wfdb_files
from .night import RECHTSCHAFFEN, Channel, Event, Night, Subject, files
from .people import age_of, sex_of

_CHANNELS = {
    "Resp (sum)": Channel.EFFORT,
    "Resp (chest)": Channel.THORAX,
    "Resp (abdominal)": Channel.ABDOMEN,
    "Resp (abdomen)": Channel.ABDOMEN,
    "Resp (nasal)": Channel.FLOW,
    "ECG": Channel.ECG,
}
_PERSON = re.compile(r"(?P<person>slp\d+)[abx]?")


def nights(folder: Path) -> Iterator[Night]:
    """Every record; waves where their samples were fetched too."""
    for found in files(folder, "slp*.hea"):
        yield _night(found.with_suffix(""))


def _night(record: Path) -> Night:
    head = wfdb_files.header(record)
    rate, clock = float(head.fs), wfdb_files.start_of(head)
    start = clock if clock is not None else 0.0
    marked = list(wfdb_files.marks(record, "st", rate))
    return Night(
        id=f"slpdb/{record.name}",
        subject=_subject(record.name, head.comments),
        dated=clock is not None,
        reference=wfdb_files.hypnogram(start, marked, RECHTSCHAFFEN),
        beats=wfdb_files.beats(record, "ecg", start, rate),
        waves=wfdb_files.waves(record, head, start, _CHANNELS),
        events=tuple(
            Event(word, start + at, None) for at, text in marked for word in text.split()[1:]
        ),
    )


def _subject(record: str, comments: list[str]) -> Subject:
    """The first comment begins with age and sex; an x stands for what is not known."""
    match = _PERSON.fullmatch(record)
    words = [*(comments[0].split() if comments else []), "", ""]
    person = match["person"] if match else record
    return Subject(f"slpdb/{person}", age_of(words[0]), sex_of(words[1]))

"""St. Vincent's University Hospital sleep apnea database: stages and breathing events.

PhysioNet ucddb 1.0.0, ODC-BY 1.0. Dates are not told: times count from the recording's start.
Waves are given where the recordings (`.rec`) were fetched too.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
import re

from ....core.sleep import EPOCH_S, Stage
from . import edf_files
from .night import Channel, Event, Night, Subject, files, staged
from .people import column, people, rows

_STAGES = {
    "0": Stage.AWAKE,
    "1": Stage.REM,
    "2": Stage.LIGHT,
    "3": Stage.LIGHT,
    "4": Stage.DEEP,
    "5": Stage.DEEP,
}
_CHANNELS = {
    "ribcage": Channel.THORAX,
    "abdo": Channel.ABDOMEN,
    "flow": Channel.FLOW,
    "ecg": Channel.ECG,
}
_DETAILS = "SubjectDetails.xls"
_EVENT = re.compile(
    r"(?P<time>\d+:\d\d:\d\d)\s+(?P<kind>[A-Z]+(?:-[A-Z]| EVENT)?)\s+(?:[A-Z]+\s+)?(?P<seconds>\d+)"
)
_DAY_S = 86400.0


def nights(folder: Path) -> Iterator[Night]:
    """Every person's one night."""
    table = folder / _DETAILS
    subjects = people(table, ("study number",), "ucddb")
    starts = _starts(table)
    for scored in files(folder, "ucddb*_stage.txt"):
        name = scored.name.partition("_")[0]
        marks = enumerate(scored.read_text().split())
        recording = scored.with_name(f"{name}.rec")
        yield Night(
            id=f"ucddb/{name}",
            subject=subjects.get(name, Subject(f"ucddb/{name}")),
            dated=False,
            reference=staged(0.0, ((n * EPOCH_S, code) for n, code in marks), _STAGES),
            waves=edf_files.waves(edf_files.opened(recording), 0.0, _CHANNELS)
            if recording.is_file()
            else (),
            events=tuple(_events(scored.with_name(f"{name}_respevt.txt"), starts.get(name))),
        )


def _events(file: Path, start: float | None) -> Iterator[Event]:
    """Events by their time of day; none where the recording's own start is not told."""
    if start is None or not file.is_file():
        return
    for line in file.read_text(encoding="latin-1").splitlines():
        match = _EVENT.match(line)
        if match:
            since = (_seconds(match["time"]) - start) % _DAY_S
            yield Event(match["kind"], since, float(match["seconds"]))


def _starts(table: Path) -> Mapping[str, float]:
    if not table.is_file():
        return {}
    head, *entries = rows(table)
    who, when = column(head, "study number"), column(head, "psg start time")
    if who is None or when is None:
        return {}
    return {str(row[who]).lower(): _seconds(str(row[when])) for row in entries if row[who]}


def _seconds(time_of_day: str) -> float:
    hours, minutes, seconds = (float(part) for part in time_of_day.split(":"))
    return hours * 3600 + minutes * 60 + seconds

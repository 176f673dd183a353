"""CAP Sleep Database: healthy people and patients of a sleep centre, with breathing belts.

Terzano et al., Sleep Med. 2, 2001; PhysioNet capslpdb 1.0.0, ODC-BY 1.0. A night is an EDF file
and a report of the scoring program beside it, whose columns and times are written differently
from night to night.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
import re

from ....core.sleep import Stage
from . import edf_files
from .night import Channel, Night, Subject, files, staged
from .people import age_of, column, rows, sex_of

_STAGES = {
    "SLEEP-S0": Stage.AWAKE,
    "SLEEP-S1": Stage.LIGHT,
    "SLEEP-S2": Stage.LIGHT,
    "SLEEP-S3": Stage.DEEP,
    "SLEEP-S4": Stage.DEEP,
    "SLEEP-REM": Stage.REM,
}
_BEGINNINGS = {
    "tor": Channel.THORAX,
    "thor": Channel.THORAX,
    "add": Channel.ABDOMEN,
    "abd": Channel.ABDOMEN,
    "resp": Channel.EFFORT,
    "termist": Channel.FLOW,
    "therm": Channel.FLOW,
    "flus": Channel.FLOW,
    "flow": Channel.FLOW,
    "cannul": Channel.FLOW,
    "ecg": Channel.ECG,
    "ekg": Channel.ECG,
}
"""How the names of channels begin, which are Italian or English and differ between nights."""
_MISSPELT = {"rdb": "rbd", "sbd": "sdb"}
"""What the table of people has for the names of some recordings."""
_NAME = re.compile(r"([a-z]+)(\d+)")
_HEAD = "Sleep Stage"
_TIME = re.compile(r"(\d{1,2})[:.](\d\d)[:.](\d\d)")
_DAY_S = 86400.0


def nights(folder: Path) -> Iterator[Night]:
    """Every night that has its report; a person is one night."""
    subjects = _people(folder / "gender-age.xlsx")
    for found in files(folder, "*.edf"):
        report = found.with_suffix(".txt")
        if not report.is_file():
            continue
        recording, name = edf_files.opened(found), found.stem
        start = edf_files.start_of(recording)
        labels = (signal.label.strip().lower() for signal in recording.signals)
        channels = {label: what for label in labels if (what := _channel(label)) is not None}
        yield Night(
            id=f"capslpdb/{name}",
            subject=subjects.get(name.lower(), Subject(f"capslpdb/{name}")),
            dated=True,
            reference=staged(start, _marks(report, start), _STAGES),
            waves=edf_files.waves(recording, start, channels),
        )


def _channel(label: str) -> Channel | None:
    return next((what for begin, what in _BEGINNINGS.items() if label.startswith(begin)), None)


def _people(file: Path) -> Mapping[str, Subject]:
    """The table has no head: name of the recording, sex and age."""
    found = {}
    for name, sex, age, *_ in rows(file) if file.is_file() else ():
        match = _NAME.fullmatch(str(name).strip().lower())
        if match:
            record = _MISSPELT.get(match[1], match[1]) + match[2]
            found[record] = Subject(f"capslpdb/{record}", age_of(age), sex_of(sex))
    return found


def _marks(report: Path, start: float) -> Iterator[tuple[float, str]]:
    """Seconds after the recording's start, and name, of each stage in a report."""
    places: tuple[int, int] | None = None
    for line in report.read_text(encoding="latin-1").splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        if places is None:
            time, event = column(cells, "time [hh:mm:ss]"), column(cells, "event")
            if line.startswith(_HEAD) and time is not None and event is not None:
                places = time, event
            continue
        time, event = places
        if len(cells) > max(places) and cells[event] in {*_STAGES, "SLEEP-MT", "SLEEP-UNSCORED"}:
            match = _TIME.fullmatch(cells[time])
            if match:
                hours, minutes, seconds = map(float, match.groups())
                of_day = hours * 3600 + minutes * 60 + seconds
                # A scorer may begin a little before the recording's header says it began.
                since = (of_day - start + _DAY_S / 2) % _DAY_S - _DAY_S / 2
                yield (since if since > -_DAY_S / 4 else since + _DAY_S), cells[event]

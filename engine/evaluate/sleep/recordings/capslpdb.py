"""CAP Sleep Database: healthy people and patients of a sleep centre, with breathing belts.

Terzano et al., Sleep Med. 2, 2001; PhysioNet capslpdb 1.0.0, ODC-BY 1.0. A night is an EDF file
and a report of the scoring program beside it, whose columns and times are written differently
from night to night.
"""

from collections.abc import Iterator
from pathlib import Path
import re

from ....core.sleep import Stage
from . import edf_files
from .night import Channel, Night, Subject, files, staged
from .people import column, people

_STAGES = {
    "SLEEP-S0": Stage.AWAKE,
    "SLEEP-S1": Stage.LIGHT,
    "SLEEP-S2": Stage.LIGHT,
    "SLEEP-S3": Stage.DEEP,
    "SLEEP-S4": Stage.DEEP,
    "SLEEP-REM": Stage.REM,
}
_CHANNELS = {
    "tib": Channel.THORAX,
    "thor": Channel.THORAX,
    "torace": Channel.THORAX,
    "toracico": Channel.THORAX,
    "add": Channel.ABDOMEN,
    "addome": Channel.ABDOMEN,
    "addominale": Channel.ABDOMEN,
    "abdo": Channel.ABDOMEN,
    "respiro": Channel.EFFORT,
    "flusso": Channel.FLOW,
    "flow": Channel.FLOW,
    "flux": Channel.FLOW,
    "cannula": Channel.FLOW,
    "tag": Channel.FLOW,
    "ecg1-ecg2": Channel.ECG,
    "ecg": Channel.ECG,
    "ekg": Channel.ECG,
}
_HEAD = "Sleep Stage"
_TIME = re.compile(r"(\d{1,2})[:.](\d\d)[:.](\d\d)")
_DAY_S = 86400.0


def nights(folder: Path) -> Iterator[Night]:
    """Every night that has its report; a person is one night."""
    subjects = people(folder / "gender-age.xlsx", ("subject", "pathology", "recording"), "capslpdb")
    for found in files(folder, "*.edf"):
        report = found.with_suffix(".txt")
        if not report.is_file():
            continue
        recording, name = edf_files.opened(found), found.stem
        start = edf_files.start_of(recording)
        yield Night(
            id=f"capslpdb/{name}",
            subject=subjects.get(name.lower(), Subject(f"capslpdb/{name}")),
            dated=True,
            reference=staged(start, _marks(report, start), _STAGES),
            waves=edf_files.waves(recording, start, _CHANNELS),
        )


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

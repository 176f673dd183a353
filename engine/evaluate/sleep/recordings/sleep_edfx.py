"""Sleep-EDF Expanded: healthy people at home (cassette) and poor sleepers (telemetry).

Kemp et al., IEEE Trans. Biomed. Eng. 47, 2000; PhysioNet sleep-edfx 1.0.0, ODC-BY 1.0. A person
has up to two nights. Recordings of the cassette part last a day, most of it awake; their flow has
1 Hz, and the telemetry part has none.
"""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import TYPE_CHECKING

from ....core.sleep import EPOCH_S, Stage
from . import edf_files
from .night import Channel, Night, Subject, files, staged
from .people import sex_of

if TYPE_CHECKING:
    from edfio import Edf

_STAGES = {
    "Sleep stage W": Stage.AWAKE,
    "Sleep stage 1": Stage.LIGHT,
    "Sleep stage 2": Stage.LIGHT,
    "Sleep stage 3": Stage.DEEP,
    "Sleep stage 4": Stage.DEEP,
    "Sleep stage R": Stage.REM,
}
_CHANNELS = {"resp oro-nasal": Channel.FLOW}
_NAME = re.compile(r"(?P<person>S[CT]\d{3})(?P<night>\d)\w\d-PSG\.edf")
_AGE = re.compile(r"(?P<years>\d+)\s?yr")


def nights(folder: Path) -> Iterator[Night]:
    """Every night that has its hypnogram."""
    for found in files(folder, "**/*-PSG.edf"):
        match = _NAME.fullmatch(found.name)
        # The last letter before the dash says who scored, so that it differs between the two.
        scored = sorted(found.parent.glob(f"{found.name[:7]}*-Hypnogram.edf"))
        if match is None or not scored:
            continue
        recording = edf_files.opened(found)
        start = edf_files.start_of(recording)
        yield Night(
            id=f"sleep_edfx/{found.name[:6]}",
            subject=_subject(match["person"], recording),
            dated=True,
            reference=staged(start, _marks(scored[0]), _STAGES),
            waves=edf_files.waves(recording, start, _CHANNELS),
        )


def _marks(file: Path) -> Iterator[tuple[float, str]]:
    """A stage is written once for as many epochs as it lasts."""
    for each in edf_files.opened(file).annotations:
        for n in range(round((each.duration or 0.0) / EPOCH_S)):
            yield each.onset + n * EPOCH_S, each.text


def _subject(person: str, recording: Edf) -> Subject:
    """Age and sex stand in the header, as in `X F X Female_33yr`."""
    words = recording.local_patient_identification
    years = _AGE.search(words)
    sex = next((found for word in re.split(r"[\s_]", words) if (found := sex_of(word))), None)
    return Subject(f"sleep_edfx/{person}", float(years["years"]) if years else None, sex)

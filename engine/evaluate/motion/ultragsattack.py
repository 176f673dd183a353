"""Read the UltraGSAttack recordings in place, and the times that people moved in them.

UltraGSAttack (Zou, Wang, He; ISAC group, CC BY 4.0) holds digits written in the air before a
tablet that plays a steady 19 kHz tone, by eight people in two rooms. The copy read here is the
complex baseband of each recording, 1/22 of 44.1 kHz, as int16 I/Q with a scale a clip. It is
never copied into this project; only times that were read off pictures of it are
(`labels/gestures.csv`).
"""

from collections.abc import Mapping
import csv
from dataclasses import dataclass
from enum import StrEnum
import json
from pathlib import Path
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data import DATA_VARIABLE, data_folder

CARRIER_HZ = 19000.0
RATE_HZ = 44100 / 22
"""Samples a second of the baseband: the recordings' rate, decimated by 22."""

LABELS = Path(__file__).parent / "labels" / "gestures.csv"
SECOND_PASS = LABELS.with_name("second_pass.csv")

_FOLDER = Path("ultrasound", "ultragsattack")
_SIGNALS = "baseband_19k_int16_fs2004p5.npz"
_DETAILS = "baseband_meta.json"
_FULL_SCALE = 32767
_NAME = re.compile(
    r"extracted_wav(?:_out)?/(?P<gesture>\d)/(?P<person>p\d+)-sss-0-1-(?P<room>lab|out)-none-[\d-]+"
    r"\.wav"
)


class Confidence(StrEnum):
    """How surely the times of a label can be read off its picture."""

    CLEAR = "clear"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording: a digit written once, by one person, in one room."""

    name: str
    """Path in the data set, for example `extracted_wav/0/p1-sss-0-1-lab-none-24.wav`."""
    person: str
    room: str
    gesture: int
    """The digit that was written, 0 to 9."""
    scale: float
    """Pressure, as a share of the recorder's full scale, of a stored 32767."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a clip, in seconds from the first sample of its baseband."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Label:
    """When a person moved in a clip, as read by eye from its picture.

    Where `starts_moving` or `ends_moving`, the clip begins or ends within the motion: that end of
    `motion` is the clip's own and tells nothing about latency.
    """

    clip: str
    person: str
    room: str
    gesture: int
    motion: Span
    starts_moving: bool
    ends_moving: bool
    also_moving: tuple[Span, ...]
    """Motion apart from the gesture, such as a hand on its way there: neither it nor quiet."""
    confidence: Confidence
    notes: str


def parse_clip(details: Mapping[str, Any]) -> Clip:
    """A clip from its entry in the data set's details, checked against its own name.

    Raises ValueError where name and details contradict each other.
    """
    name = str(details["key"])
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not named like a recording of UltraGSAttack")
    said = (details["user"], details["env"], details["digit"])
    if said != match.group("person", "room", "gesture"):
        raise ValueError(f"the details of {name!r} name another person, room or digit: {said}")
    scale = float(details["scale"])
    if not 0 < scale <= 1:
        raise ValueError(f"the scale of {name!r} is {scale}, which is no share of full scale")
    return Clip(name, match["person"], match["room"], int(match["gesture"]), scale)


class Recordings:
    """All clips of the data set, their signals read when asked for.

    Raises FileNotFoundError, with what to do, where the data set is absent.
    """

    def __init__(self, folder: Path | None = None) -> None:
        root = (folder if folder is not None else data_folder()) / _FOLDER
        if not (root / _SIGNALS).is_file():
            raise FileNotFoundError(
                f"no UltraGSAttack recordings in {root}; set {DATA_VARIABLE} to the folder that "
                f"holds {_FOLDER}"
            )
        details = json.loads((root / _DETAILS).read_text(encoding="utf-8"))
        self.clips: tuple[Clip, ...] = tuple(parse_clip(entry) for entry in details)
        self._by_name = {clip.name: clip for clip in self.clips}
        self._signals = np.load(root / _SIGNALS)

    def clip(self, name: str) -> Clip:
        """The clip of that name; KeyError if there is none."""
        return self._by_name[name]

    def baseband(self, clip: Clip) -> NDArray[np.complex64]:
        """I + jQ at `RATE_HZ`, shape (samples,), full scale 1.

        The data set does not say how it was mixed down, so which sign approaches is unproven.
        """
        stored: NDArray[np.int16] = self._signals[clip.name]
        pairs = stored.astype(np.float32) * np.float32(clip.scale / _FULL_SCALE)
        return pairs.view(np.complex64)[:, 0]


def read_labels(path: Path = LABELS) -> tuple[Label, ...]:
    """The hand labels, in the order of the file. Raises ValueError on a row that is malformed."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_label(row) for row in csv.DictReader(file))


def read_second_pass(path: Path = SECOND_PASS) -> dict[str, Span]:
    """What the second, blind reading of some clips gave, by clip name."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["clip"]: Span(float(row["onset_s"]), float(row["end_s"]))
            for row in csv.DictReader(file)
        }


def _label(row: Mapping[str, str]) -> Label:
    return Label(
        clip=row["clip"],
        person=row["person"],
        room=row["room"],
        gesture=int(row["gesture"]),
        motion=Span(float(row["onset_s"]), float(row["end_s"])),
        starts_moving=_flag(row["starts_moving"]),
        ends_moving=_flag(row["ends_moving"]),
        also_moving=tuple(_span(text) for text in row["also_moving"].split()),
        confidence=Confidence(row["confidence"]),
        notes=row["notes"],
    )


def _flag(text: str) -> bool:
    if text not in {"", "yes"}:
        raise ValueError(f"{text!r} is neither 'yes' nor empty")
    return text == "yes"


def _span(text: str) -> Span:
    start, dash, end = text.partition("-")
    if not dash:
        raise ValueError(f"{text!r} is not two times with a dash between them")
    return Span(float(start), float(end))

"""The UltraGSAttack recordings are read as their description says, and their labels hold."""

from collections import Counter
import csv
from itertools import pairwise
from pathlib import Path
import re

import numpy as np
import pytest
from training.motion import label_pictures

from halcyon.evaluate.data import data_folder
from halcyon.evaluate.motion import ultragsattack
from halcyon.evaluate.motion.ultragsattack import Label, Recordings

LABELS = ultragsattack.read_labels()
ROOMS = ("lab", "out")
LONGEST_S = 3.86
PAUSE_S = 0.4  # a longer one parts motions, by the labels' protocol
NAME = "extracted_wav/4/p3-sss-0-1-lab-none-31.wav"
DETAILS = {"key": NAME, "user": "p3", "env": "lab", "digit": "4", "scale": 0.05}


@pytest.fixture(scope="module")
def recordings() -> Recordings:
    try:
        return Recordings()
    except FileNotFoundError as error:
        pytest.skip(str(error))


def test_a_clip_is_read_from_its_name_and_details() -> None:
    clip = ultragsattack.parse_clip(DETAILS)
    assert (clip.person, clip.room, clip.gesture, clip.scale) == ("p3", "lab", 4, 0.05)


@pytest.mark.parametrize(
    "change", [{"user": "p4"}, {"env": "out"}, {"digit": "5"}, {"scale": 0.0}, {"key": "a.wav"}]
)
def test_details_that_contradict_the_name_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=re.escape(str(change.get("key", NAME)))):
        ultragsattack.parse_clip(DETAILS | change)


def test_absent_recordings_are_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="HALCYON_DATA"):
        Recordings(tmp_path)


def test_the_data_folder_can_be_named(tmp_path: Path) -> None:
    assert data_folder({"HALCYON_DATA": str(tmp_path)}) == tmp_path
    assert data_folder({}).parts[-2:] == ("shared", "data")


def test_every_recording_is_listed(recordings: Recordings) -> None:
    clips = recordings.clips
    assert len({clip.name for clip in clips}) == len(clips) == 1508
    assert {clip.person for clip in clips} == {f"p{number}" for number in range(1, 9)}
    assert {clip.room for clip in clips} == {"lab", "out"}
    assert {clip.gesture for clip in clips} == set(range(10))


def test_the_baseband_is_a_steady_carrier_within_full_scale(recordings: Recordings) -> None:
    clip = recordings.clips[0]
    assert recordings.clip(clip.name) is clip
    signal = recordings.baseband(clip)
    assert signal.dtype == np.complex64
    assert np.abs(signal).max() <= clip.scale * np.sqrt(2)
    turn = np.angle(np.vdot(signal[:-1], signal[1:])) * ultragsattack.RATE_HZ / (2 * np.pi)
    assert abs(turn) < 1, "the carrier stands at 0 Hz, to 1 Hz"


def test_the_sample_has_every_person_room_and_digit_and_does_not_change(
    recordings: Recordings,
) -> None:
    chosen = label_pictures.sample(recordings.clips)
    assert chosen == label_pictures.sample(tuple(reversed(recordings.clips)))
    cells = Counter((clip.person, clip.room) for clip in chosen)
    assert set(cells.values()) == {label_pictures.PER_CELL}
    digits = Counter((clip.person, clip.room, clip.gesture) for clip in chosen)
    assert len(digits) == 10 * len(cells)


def test_pictures_show_a_tone_where_it_is() -> None:
    seconds = 2.0
    time = np.arange(int(seconds * ultragsattack.RATE_HZ)) / ultragsattack.RATE_HZ
    moving = (time > 1.0) * 0.1 * np.exp(2j * np.pi * 120 * time)
    deviation = label_pictures.relative((0.04 * (1 + moving)).astype(np.complex64))
    power = label_pictures.sideband_power(deviation)
    assert power[(time > 1.1) & (time < 1.9)] == pytest.approx(-20, abs=0.5)
    assert power[time < 0.9].max() < -45
    columns = int(seconds * label_pictures.PIXELS_A_SECOND)
    frequencies, level = label_pictures.spectrogram(deviation, columns)
    assert frequencies[level[:, -columns // 4].argmax()] == pytest.approx(120, abs=3)


def test_a_picture_is_as_wide_as_its_sheet(recordings: Recordings) -> None:
    longest = max(recordings.clips[::50], key=lambda clip: recordings.baseband(clip).size)
    image = label_pictures.picture("007", recordings.baseband(longest))
    assert image.width == label_pictures.sheet([image, image]).width
    margin = image.crop((image.width - 8, 0, image.width, image.height))
    assert len(margin.getcolors() or []) == 1, "the longest clip fits"


def named(label: Label) -> str:
    return label.clip.rpartition("/")[2].removesuffix(".wav")


def test_every_person_and_room_is_labelled_as_often() -> None:
    assert len(LABELS) >= 150
    assert len({label.clip for label in LABELS}) == len(LABELS)
    cells = Counter((label.person, label.room) for label in LABELS)
    both = {f"p{number}" for number in range(2, 9)}
    assert set(cells) == {("p1", "lab"), *((person, room) for person in both for room in ROOMS)}
    assert set(cells.values()) == {label_pictures.PER_CELL}
    for cell in cells:
        digits = {label.gesture for label in LABELS if (label.person, label.room) == cell}
        assert digits == set(range(10))


@pytest.mark.parametrize("label", LABELS, ids=named)
def test_the_times_of_a_label_agree(label: Label) -> None:
    spans = sorted([label.motion, *label.also_moving], key=lambda span: span.start_s)
    assert spans[0].start_s >= 0
    assert spans[-1].end_s <= LONGEST_S
    assert all(span.start_s < span.end_s for span in spans)
    assert label.starts_moving == (label.motion.start_s == 0)
    for before, after in pairwise(spans):
        assert after.start_s - before.end_s >= PAUSE_S, "motions this close are one"


def test_labels_are_the_sample_and_lie_within_their_clips(recordings: Recordings) -> None:
    sampled = label_pictures.sample(recordings.clips)
    assert {label.clip for label in LABELS} == {clip.name for clip in sampled}
    for label in LABELS:
        clip = recordings.clip(label.clip)
        assert (clip.person, clip.room, clip.gesture) == (label.person, label.room, label.gesture)
        seconds = recordings.baseband(clip).size / ultragsattack.RATE_HZ
        last = max(span.end_s for span in (label.motion, *label.also_moving))
        assert last <= seconds, label.clip
        if label.ends_moving:
            assert seconds - label.motion.end_s < 0.05, label.clip


def test_a_second_reading_gives_the_times_again() -> None:
    again = ultragsattack.read_second_pass()
    assert len(again) >= 20
    first = {label.clip: label.motion for label in LABELS}
    onsets = [abs(first[clip].start_s - span.start_s) for clip, span in again.items()]
    ends = [abs(first[clip].end_s - span.end_s) for clip, span in again.items()]
    # What labels/README.md says; one more digit is left for the rounding of binary fractions.
    for error in (onsets, ends):
        assert float(np.median(error)) == pytest.approx(0.01, abs=0.001)
        assert float(np.percentile(error, 90)) <= 0.03


@pytest.mark.parametrize(
    "change",
    [{"onset_s": "soon"}, {"confidence": "good"}, {"starts_moving": "no"}, {"also_moving": "1.0"}],
)
def test_a_malformed_row_is_refused(tmp_path: Path, change: dict[str, str]) -> None:
    with ultragsattack.LABELS.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file)) | change
    path = tmp_path / "gestures.csv"
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=next(iter(change.values()))):
        ultragsattack.read_labels(path)

"""A sample of the evaluation of motion: far from evidence, but it fails where detection breaks."""

from pathlib import Path

import pytest

from halcyon.cli import main
from halcyon.evaluate.motion import recorded
from halcyon.evaluate.motion.detectors import MAJOR, NAME, Ours
from halcyon.evaluate.motion.empty import judge_hour
from halcyon.evaluate.motion.empty_heard import Condition, HourTask
from halcyon.evaluate.motion.evaluation import HELD_OUT_SONGS
from halcyon.evaluate.motion.grid import judge_grid
from halcyon.evaluate.motion.grid_scenes import GridTask
from halcyon.evaluate.motion.recordings import finding, judged, methods, quiet_spans
from halcyon.evaluate.motion.rooms import held_out_home, quiet
from halcyon.evaluate.motion.scorers import Signal
from halcyon.evaluate.motion.summaries import alarms_of, cell_counts, delays, within
from halcyon.evaluate.motion.trials import WITHIN_S, Motion
from halcyon.evaluate.motion.ultragsattack import Recordings, read_labels
from halcyon.simulate.ultrasound import Activity, draw_scene, render

LABELS = read_labels()
EVERY = 18
"""Ten of the 180 clips."""


@pytest.fixture(scope="module")
def recordings() -> Recordings:
    try:
        return Recordings()
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("motion", Motion)
def test_motion_in_a_quiet_room_is_found(motion: Motion) -> None:
    task = GridTask(1, motion, trials=2, every=4)
    result = judge_grid(task)
    counts = cell_counts([(task, result)], NAME)
    share = within(counts, 0, 3.0)
    assert share.trials >= 6
    assert share.value >= 0.6
    took = delays([(task, result)])
    assert ((took > 0) & (took <= WITHIN_S[motion])).all()


@pytest.mark.parametrize("condition", [Condition.QUIET, Condition.DESK_FAN, Condition.CURTAIN])
def test_an_empty_room_stays_empty(condition: Condition) -> None:
    task = HourTask(condition, 0, scenes=2, seconds=60.0)
    found = alarms_of([(task, judge_hour(task))], condition)
    assert found.hours == pytest.approx(2 / 60)
    assert found.alarms <= 1
    assert found.blind_s == 0


def test_a_person_is_told_from_the_same_room_without(recordings: Recordings) -> None:
    clips = list(judged(recordings, LABELS, methods()[NAME], learn=False, every=EVERY))
    assert len(clips) == 10
    ours = finding(clips)
    assert ours.auc >= 0.8
    theirs = finding(
        list(judged(recordings, LABELS, methods()["echo path"], learn=False, every=EVERY))
    )
    assert ours.auc > theirs.auc


def test_a_quiet_room_of_recordings_is_long_enough_to_learn(recordings: Recordings) -> None:
    clips = list(judged(recordings, LABELS, methods()["energy"], learn=True, every=60))
    assert finding(clips).auc > 0.7


def test_quiet_lies_between_motions() -> None:
    label = LABELS[0]
    spans = quiet_spans(label, label.motion.end_s + 1.0)
    assert spans[-1].end_s == pytest.approx(label.motion.end_s + 1.0)
    for motion in (label.motion, *label.also_moving):
        assert all(span.end_s < motion.start_s or span.start_s > motion.end_s for span in spans), (
            "a label is sure to a tenth of a second"
        )
    assert quiet_spans(label, label.motion.end_s) == spans[:-1]


def test_what_is_judged_starts_cold_and_follows_on_what_was_heard() -> None:
    home = held_out_home(1)
    device = home.device
    calm = render(quiet(home), 64.0, 1).iq
    walk = draw_scene(3, "test", seconds=6.0, people=[Activity.WALK], confounders=[])
    still = Signal(calm, device.rate, device.carrier, device.level)
    ours = Ours()
    ours.learn(still)
    assert ours.learned
    assert ours.judge(still).starts(MAJOR, 10.0) == []
    walking = Signal(
        render(walk, 6.0, 1).iq, walk.device.rate, walk.device.carrier, walk.device.level
    )
    cold = Ours()
    said = cold.judge(walking)
    assert said.reached(MAJOR, 0.0, 6.0) is not None
    assert said.t[0] == pytest.approx(0.15), "the chunk that completes a window of 0.128 s"
    assert cold.judge(walking).level.tolist() == said.level.tolist()
    assert cold.after(walking).judge(walking).at(0.3) == MAJOR


def test_training_knew_neither_the_songs_nor_most_people() -> None:
    scenes = pytest.importorskip("training.motion.scenes")
    people = pytest.importorskip("training.motion.recordings")
    assert not HELD_OUT_SONGS & set(scenes.TRAINING_SONGS)
    assert set(people.SEEN) == recorded.SEEN


def test_wrong_input_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "motion", "--part", "speech"]) == 2
    assert "known are grid, beside, empty" in capsys.readouterr().err
    assert main(["evaluate", "motion", "--kept"]) == 2
    assert "--work" in capsys.readouterr().err
    absent = str(tmp_path / "nothing")
    kept = ["--kept", "--work", absent, "--data", absent]
    assert main(["evaluate", "motion", *kept, "--part", "grid", "--part", "recordings"]) == 0
    assert capsys.readouterr().out == ""

"""The whole evaluation, on recordings made up for it."""

from dataclasses import replace
import json
import math
from pathlib import Path
import shutil

import numpy as np
import pytest
from tests.evaluate_sleep.conftest import judged

from halcyon.cli import main
from halcyon.evaluate.report import Estimate, json_lines, markdown
from halcyon.evaluate.sleep.baselines import BASELINES
from halcyon.evaluate.sleep.epoch_tables import agreement_table, strata_table
from halcyon.evaluate.sleep.evaluation import (
    REVISED,
    UNSEEN,
    WAKE_BEFORE_MIN,
    Found,
    gather,
    report,
)
from halcyon.evaluate.sleep.example_picture import draw_example
from halcyon.evaluate.sleep.recordings.night import Sex, Subject
from halcyon.evaluate.sleep.staging import Staging

NIGHT = [0] * 30 + [2] * 40 + [3] * 40 + [5] * 20 + [-1] * 2 + [2] * 18 + [0] * 10
TABLES = {"agreement", "stages", "matrix", "nights", "paired", "waking"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people of Sleep-Accel, and one night of each group of Dreem."""
    root = tmp_path_factory.mktemp("data") / "sleep"
    for part in ("HR", "Sleep"):
        (root / "sleep_accel" / part).mkdir(parents=True)
    rng = np.random.default_rng(0)
    for who in ("11", "12"):
        lines = [f"{30 * n} {code}\n" for n, code in enumerate(NIGHT)]
        (root / "sleep_accel" / "Sleep" / f"{who}_labeled_sleep.txt").write_text("".join(lines))
        t = np.arange(-600.0, 30.0 * len(NIGHT), 5.0)
        beats = 60 + rng.normal(0, 2, t.size) + 20 * (t < 900)
        lines = [f"{a:.1f},{b:.0f}\n" for a, b in zip(t, beats, strict=True)]
        (root / "sleep_accel" / "HR" / f"{who}_heartrate.txt").write_text("".join(lines))
    codes = [4 if code == 5 else code for code in NIGHT]
    for group in ("dodh", "dodo"):
        for scorer in range(1, 6):
            folder = root / "dreem_hypnograms" / group / f"scorer_{scorer}"
            folder.mkdir(parents=True)
            said = [*codes[: 20 * scorer], *(2 for _ in range(5)), *codes[20 * scorer + 5 :]]
            (folder / "a.json").write_text(json.dumps(said))
    return root.parent


@pytest.fixture(scope="module")
def found(data: Path) -> Found:
    return gather(data, lambda what: None)


def test_every_table_is_there_as_text_and_as_json(found: Found) -> None:
    assert found.missing == ("slpdb",)
    tables = list(report(found))
    assert {table.name for table in tables} == TABLES
    for table in tables:
        for row in table.rows:
            assert len(row) == len(table.columns), table.name
        assert len(list(markdown(table))) == len(table.rows) + 5
        assert len(list(json_lines(table))) == len(table.rows)


def test_the_wake_that_is_put_before_does_not_change_what_is_scored(found: Found) -> None:
    assert len(found.wakings) == (len(BASELINES) + 1) * len(WAKE_BEFORE_MIN)
    for each in found.wakings:
        assert each.staging.agreement.counts.sum() == 2 * (len(NIGHT) - 2)
        assert {len(said) for said in each.said} == {2 * each.minutes}


def test_the_command_prints_what_was_found(
    data: Path, found: Found, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "sleep", "--data", str(data), "--json"]) == 0
    output = capsys.readouterr()
    assert output.out.splitlines() == [line for t in report(found) for line in json_lines(t)]
    assert {json.loads(line)["table"] for line in output.out.splitlines()} == TABLES
    assert "no recordings of slpdb" in output.err


def test_the_command_draws(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    group = Path("sleep", "dreem_hypnograms", "dodh")
    shutil.copytree(data / group, tmp_path / group)
    drawn = tmp_path / "drawn"
    arguments = ["evaluate", "sleep", "--data", str(tmp_path), "--pictures", str(drawn)]
    assert main(arguments) == 0
    assert "dreem" not in capsys.readouterr().err.partition("no recordings")[2]
    names = ["matrix_dreem_healthy_a_person_four_others.svg"]
    names += ["nights_dreem_healthy_a_person_four_others.svg"]
    assert sorted(file.name for file in drawn.iterdir()) == names
    assert all("<svg" in file.read_text(encoding="utf-8") for file in drawn.iterdir())


def test_an_example_is_drawn(found: Found, tmp_path: Path) -> None:
    ((live, revised),) = found.examples
    assert (live.method, revised.method) == (UNSEEN, UNSEEN + REVISED)
    (file,) = draw_example(live, revised, tmp_path)
    first = file.read_bytes()
    assert file.name == "hypnogram_sleep_accel.svg"
    assert draw_example(live, revised, tmp_path) == [file]
    assert file.read_bytes() == first
    assert draw_example(replace(live, nights=()), revised, tmp_path) == []


def test_cross_validation_needs_a_folder(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "sleep", "--data", str(data), "--cv"]) == 2
    assert "work folder" in capsys.readouterr().err


def test_the_command_says_where_nothing_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "sleep", "--data", str(tmp_path)]) == 2
    assert "no recordings of sleep in" in capsys.readouterr().err


def test_what_a_perfect_device_gets() -> None:
    nights = tuple(judged("WWLLDDRRW", "WWLLDDRRW", f"p{n}") for n in range(4))
    table = agreement_table([Staging("made up", "itself", nights)])
    row = dict(zip(table.columns, table.rows[0], strict=True))
    sure = Estimate(1.0, 1.0, 1.0)
    assert row["kappa, median person"] == row["macro-F1, all epochs"] == sure
    assert row["asleep: sensitivity"] == row["asleep: specificity"] == sure
    assert row["people"] == 4


def test_groups_are_of_age_and_sex_and_never_of_one_or_two() -> None:
    def person(n: int, age: float | None, sex: Sex | None) -> Subject:
        return Subject(f"p{n}", age, sex)

    people = [
        *(person(n, 25.0 + n, Sex.FEMALE) for n in range(3)),
        *(person(n, 40.0, Sex.MALE) for n in range(3, 5)),
        person(5, 59.9, None),
        person(6, 70.0, None),
        person(7, None, None),
    ]
    nights = tuple(replace(judged("WLDR", "WLDL"), subject=who) for who in people)
    table = strata_table([Staging("made up", "almost", nights)])
    assert [(row[2], row[3]) for row in table.rows] == [
        ("40 to 59", 3.0),
        ("female", 3.0),
        ("under 40", 3.0),
    ]


def test_of_no_nights_nothing_is_claimed() -> None:
    table = agreement_table([Staging("made up", "nothing", (judged("....", "LLLL"),))])
    row = dict(zip(table.columns, table.rows[0], strict=True))
    value = row["kappa, median person"]
    assert isinstance(value, Estimate)
    assert math.isnan(value.value)

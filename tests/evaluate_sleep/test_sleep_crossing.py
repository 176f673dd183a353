"""The engine's own stager, evaluated as it would have run, and in cross-validation."""

import json
from pathlib import Path
import sys
from types import ModuleType

import numpy as np
import pytest
from tests.evaluate_sleep.conftest import hypnogram, recorded

from halcyon.core.sleep import Stage
from halcyon.evaluate.report import Estimate
from halcyon.evaluate.repository import NoTrainingError
from halcyon.evaluate.sleep.causality import leak
from halcyon.evaluate.sleep.cross_tables import ahead_table, crossed_table
from halcyon.evaluate.sleep.crossing import (
    BOOSTING,
    LOOKED_BACK,
    OURS,
    Crossed,
    crossed,
)
from halcyon.evaluate.sleep.network import staged
from halcyon.evaluate.sleep.recordings.night import Night, Series, Subject
from halcyon.evaluate.sleep.sensing import heart, sensed_epochs, sleep_epoch
from halcyon.evaluate.sleep.stager import wakeful
from halcyon.sense.sleep.stager import _NETWORK, _RULE

LETTERS = "W" * 10 + "L" * 20 + "D" * 10 + "R" * 10 + "."


def night(who: str = "one", seed: int = 1) -> Night:
    rates = 60.0 + np.random.default_rng(seed).normal(0.0, 3.0, len(LETTERS) + 5)
    made = recorded(LETTERS, [float(rate) for rate in rates])
    return Night(
        id=f"set/{who}",
        subject=Subject(f"set/{who}"),
        dated=False,
        reference=made.reference,
        heart=made.heart,
    )


def test_the_heart_of_an_epoch_is_of_plausible_beats() -> None:
    t = np.array([0.0, 1.0, 6.0, 11.0, 16.0])
    found = heart(Series(t, np.array([60.0, 62.0, 64.0, 250.0, 115.0])))
    assert found is not None
    assert found.rate == pytest.approx((61.0 + 64.0) / 2)
    assert found.spread == pytest.approx(1.5)
    assert heart(Series(t[:1], np.array([10.0]))) is None


def test_breath_is_read_from_a_belt_and_between_beats() -> None:
    t = np.cumsum(np.full(400, 1.0))
    beats = t + 0.08 * np.sin(2.0 * np.pi * 0.23 * t)
    of_beats = Night("n", Subject("s"), dated=False, reference=hypnogram("L" * 13), beats=beats)
    found = sensed_epochs(of_beats)
    rates = [e.breathing.rate for e in found if e.breathing is not None]
    assert any(rate == pytest.approx(13.8, abs=1.0) for rate in rates)
    assert all(e.breathing is None or e.breathing.amplitude is None for e in found)
    assert sleep_epoch(found[-1]).heart is not None


def test_what_is_staged_does_not_depend_on_the_future() -> None:
    def stages(given: Night) -> tuple[Stage | None, ...]:
        return staged(given, sensed_epochs(given)).live.device.stages

    for last in (5, 25, 40):
        assert leak(stages, night(), last) is None


def test_wake_before_is_staged_and_not_judged() -> None:
    given = night()
    own = sensed_epochs(given)
    found = staged(given, own, wakeful(given, 10.0))
    assert len(found.said) == 20
    for judged in (found.live, found.revised):
        assert len(judged.device.stages) == len(LETTERS)


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for what trains, with the shipped weights for everybody."""
    module = ModuleType("made_up_training")

    def made_up(data: Path, work: Path, seed: int, told: object) -> tuple[object, object]:
        people = {f"set/{who}": (_NETWORK, _RULE) for who in "abc"}
        said = {who: ["awake"] * 10 + ["light_sleep"] * (len(LETTERS) - 10) for who in people}
        return people, said

    module.crossed = made_up  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "training.sleep.crossing", module)


@pytest.mark.usefixtures("training")
def test_tables_of_cross_validation(tmp_path: Path) -> None:
    nights = [night(who, seed) for seed, who in enumerate("abc")]
    said = {each.id: [*["awake"] * 10, *[None] * (len(LETTERS) - 10)] for each in nights}
    (tmp_path / "sleepecg.json").write_text(json.dumps({"net": said}), encoding="utf-8")
    found = crossed("set", "Set", nights, tmp_path, tmp_path, (1, 2), lambda _: None)
    assert isinstance(found, Crossed)
    assert {OURS, LOOKED_BACK, BOOSTING} <= found.methods.keys()
    table = crossed_table([found])
    rows = {row[1]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert rows[OURS]["people"] == 3.0
    assert rows[OURS]["seeds"] == 2.0
    trees = rows[BOOSTING]["kappa, median person"]
    assert isinstance(trees, Estimate)
    assert trees.value == trees.low == trees.high
    assert trees.value > 0.0
    sensitivity = rows[BOOSTING]["asleep: sensitivity"]
    assert isinstance(sensitivity, Estimate)
    assert sensitivity.value == 1.0
    others = rows["SleepECG, net"]["asleep: specificity"]
    assert isinstance(others, Estimate)
    assert others.value == 1.0
    ahead = ahead_table([found])
    assert BOOSTING not in {row[1] for row in ahead.rows}
    assert all(len(row) == len(ahead.columns) for row in ahead.rows)


def test_without_a_folder_or_libraries_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(work: Path | None) -> None:
        crossed("set", "Set", [night()], tmp_path, work, (1,), lambda _: None)

    with pytest.raises(NoTrainingError, match="work folder"):
        ask(None)
    monkeypatch.setitem(sys.modules, "training.sleep.crossing", None)
    with pytest.raises(NoTrainingError, match="training environment"):
        ask(tmp_path)

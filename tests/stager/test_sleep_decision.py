"""Probabilities become stages that people go through."""

import itertools
import json

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from halcyon.core.sleep import Stage
from halcyon.core.snapshot import SnapshotError
from halcyon.sense.sleep.decision import (
    Decision,
    Probabilities,
    Rule,
    RuleError,
    Weighing,
    rule_from_json,
)
from halcyon.sense.sleep.revision import revise

STAYS = tuple(tuple(0.94 if row == column else 0.02 for column in range(4)) for row in range(4))
EVEN = Weighing(0.5, 0.5, (0.0, 0.0, 0.0, 0.0))
RULE = Rule(EVEN, EVEN, STAYS)  # type: ignore[arg-type]

AWAKE, LIGHT, DEEP, REM = (
    tuple(0.91 if n == most else 0.03 for n in range(4)) for most in range(4)
)


@st.composite
def probabilities(draw: st.DrawFn) -> Probabilities:
    odds = np.array([draw(st.floats(0.001, 1.0)) for _ in range(4)])
    awake, light, deep, rem = (float(p) for p in odds / odds.sum())
    return awake, light, deep, rem


@given(st.lists(st.none() | probabilities(), max_size=60))
@settings(max_examples=80)
def test_nobody_goes_from_wake_to_deep_sleep_or_rem(
    said: list[Probabilities | None],
) -> None:
    decision = Decision(RULE)
    live: list[Stage | None] = []
    for each in said:
        if each is None:
            decision.skip()
            live.append(None)
        else:
            stage, confidence = decision.step(each)
            assert 0.0 <= confidence <= 1.0
            live.append(stage)
    for told in (live, revise(said, RULE)):
        assert len(told) == len(said)
        for n, (before, after) in enumerate(itertools.pairwise(told)):
            assert not (before is Stage.AWAKE and after in {Stage.DEEP, Stage.REM}), n
        assert [each is None for each in told] == [each is None for each in said]


def test_one_odd_epoch_changes_nothing() -> None:
    decision = Decision(RULE)
    told = [decision.step(each)[0] for each in [LIGHT] * 10 + [REM] + [LIGHT] * 5]  # type: ignore[arg-type]
    assert set(told) == {Stage.LIGHT}


def test_a_stage_that_lasts_is_told_live_and_earlier_when_looked_back() -> None:
    said = [LIGHT] * 10 + [(0.05, 0.15, 0.05, 0.75)] * 12 + [LIGHT] * 10
    decision = Decision(RULE)
    live = [decision.step(each)[0] for each in said]  # type: ignore[arg-type]
    revised = revise(said, RULE)  # type: ignore[arg-type]
    assert Stage.REM in live
    assert revised[10] is Stage.REM
    assert revised.index(Stage.REM) <= live.index(Stage.REM)
    assert set(revised[:10]) == {Stage.LIGHT}


def test_a_lean_tips_the_scale() -> None:
    undecided = (0.3, 0.4, 0.0, 0.3)
    lean = Weighing(0.5, 0.5, (2.0, 0.0, 0.0, 0.0))
    assert Decision(RULE).step(undecided)[0] is Stage.LIGHT
    assert Decision(Rule(lean, EVEN, RULE.follows)).step(undecided)[0] is Stage.AWAKE


def test_a_stage_is_as_sure_as_the_network_was() -> None:
    sharp = Weighing(30.0, 5.0, (0.0, 0.0, 0.0, 0.0))
    assert Decision(Rule(sharp, EVEN, RULE.follows)).step((0.2, 0.7, 0.05, 0.05)) == (
        Stage.LIGHT,
        0.7,
    )


def test_doubt_about_which_sleep_is_no_wake() -> None:
    assert Decision(RULE).step((0.4, 0.2, 0.2, 0.2))[0] is Stage.LIGHT
    assert Decision(RULE).step((0.6, 0.2, 0.1, 0.1))[0] is Stage.AWAKE


def test_a_snapshot_goes_on() -> None:
    first, second = Decision(RULE), Decision(RULE)
    for each in (LIGHT, LIGHT, AWAKE, AWAKE):
        first.step(each)  # type: ignore[arg-type]
    second.restore(json.loads(json.dumps(first.snapshot())))
    for each in (REM, REM, DEEP):
        assert first.step(each) == second.step(each)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"belief": [1, 2, 3], "was_awake": False},
        {"belief": [0, 0, 0, 0], "was_awake": False},
        {"belief": [-1, 1, 1, 1], "was_awake": False},
        {"belief": [1, 0, 0, 0], "was_awake": 3},
    ],
)
def test_what_is_no_snapshot_is_refused(broken: object) -> None:
    with pytest.raises(SnapshotError):
        Decision(RULE).restore(broken)  # type: ignore[arg-type]


def test_a_rule_survives_its_file() -> None:
    assert rule_from_json(json.loads(json.dumps(RULE.to_json()))) == RULE


@pytest.mark.parametrize(
    "broken",
    [{}, {"halcyon_stages": 1}, {**RULE.to_json(), "follows": [[1, 0, 0, 0]]}, []],  # type: ignore[dict-item]
)
def test_a_file_that_is_no_rule_is_refused(broken: object) -> None:
    with pytest.raises(RuleError):
        rule_from_json(broken)  # type: ignore[arg-type]

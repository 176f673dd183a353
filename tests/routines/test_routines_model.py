"""Routines against a model that counts seconds: none is missed, none runs twice."""

import os

from hypothesis import given, settings, strategies as st
import pytest

from halcyon.evaluate.routines.evaluation import Tally, compare, one


@settings(max_examples=200 if os.environ.get("CI") else 100)
@given(st.integers(0, 2**32))
def test_no_routine_is_missed_or_runs_twice(seed: int) -> None:
    tally = Tally()
    one(seed, tally)
    assert not tally.seeds, f"halcyon evaluate routines --first {seed} --streams 1"


def found(streams: int = 60) -> Tally:
    return compare(streams, 0, lambda _: None)


def test_the_streams_do_something() -> None:
    tally = found()
    assert tally.runs > 100
    assert tally.actions > 50
    assert tally.skipped > 50
    assert tally.restarts > 50


BREAKS: dict[str, object] = {
    "halcyon.decide.routines.watch.Watch.freeze": lambda *_: None,
    "halcyon.decide.routines.watch.Watch.resume": lambda *_, **__: None,
    "halcyon.decide.routines.course.judge": lambda *_: (True, {}),
    "halcyon.decide.routines.course.Course.resume": lambda *_: [],
    "halcyon.decide.routines.knowledge.Knowledge.is_unwatched": lambda *_: False,
    "halcyon.decide.routines.happenings.says": lambda *_: False,
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_model_notices_what_is_broken(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(name, BREAKS[name])
    assert found(100).seeds

"""Counting ends: recordings with and without pauses, and the table of what was decided."""

from collections.abc import Callable

import numpy as np
import pytest

from halcyon.evaluate.speech.endpointing import (
    PAUSES,
    TIMERS,
    Aligned,
    Heard,
    Trial,
    align,
    ends_table,
    fluent,
    trial,
    with_pauses,
)
from halcyon.evaluate.statistics import Share
from halcyon.speech.engines import Engines
from halcyon.speech.language.household import household_from_json
from halcyon.speech.recognisers.recogniser import RATE, SECOND_BYTES

type Say = Callable[[str], bytes]

NOISE = np.random.default_rng(5).integers(-40, 40, 2 * RATE).astype("<i2").tobytes()
RECORDING = Aligned(NOISE, ((0.4, 0.7), (0.7, 1.1), (1.2, 1.5)))


def test_quiet_after_a_recording_is_that_of_its_room() -> None:
    (spoken,) = fluent([RECORDING])
    tail = np.frombuffer(spoken.sound[len(NOISE) :], "<i2")
    assert spoken.end == 1.5
    assert tail.size == 3 * RATE
    assert tail.std() == pytest.approx(np.frombuffer(NOISE, "<i2").std(), rel=0.2)


def test_a_pause_lies_between_two_words_and_moves_the_end() -> None:
    paused = with_pauses([RECORDING], 8)
    for spoken in paused:
        length = spoken.end - 1.5
        assert PAUSES[0] <= length <= PAUSES[1]
        assert len(spoken.sound) / SECOND_BYTES == pytest.approx(2.0 + length + 3.0, abs=1e-3)
        same = np.frombuffer(spoken.sound[: len(NOISE)], "<i2") == np.frombuffer(NOISE, "<i2")
        changed = int(np.argmin(same)) / RATE
        assert min(abs(changed - 0.7), abs(changed - 1.15)) < 0.01
    assert [each.end for each in with_pauses([RECORDING], 8)] == [each.end for each in paused]
    assert len({each.end for each in paused}) == 8


def test_what_has_one_word_has_no_place_for_a_pause() -> None:
    assert with_pauses([Aligned(NOISE, ((0.4, 0.7),))], 5) == []


def test_an_utterance_is_heard_to_its_end(engines: Engines, say: Say) -> None:
    household = household_from_json({"phrases": ["turn on the kitchen light", "what time is it"]})
    grammar = engines.compile(household)
    known = align([say("what time is it"), bytes(SECOND_BYTES)], engines, grammar)
    assert len(known) == 1
    assert len(known[0].words) == 4
    (spoken,) = fluent(known)
    found = trial(spoken, engines, household, grammar)
    assert found.supposed is not None
    assert found.supposed < found.final < 0.8
    assert found.supposals == 1 + found.withdrawn
    for seconds, fired in zip(TIMERS, found.timers, strict=True):
        assert fired == pytest.approx(seconds, abs=0.25)
    assert found.compute >= 0.0


def test_the_table_counts_who_was_cut_off_apart_from_delays() -> None:
    good = Trial(0.15, 0.4, 1, 0, 0.01, (0.45, 0.75))
    cut = Trial(-0.8, -0.5, 2, 1, 0.01, (-0.6, 0.75))
    table = ends_table([Heard("orders", [good, good, cut], [cut])])
    rows = {(row[0], row[1]): dict(zip(table.columns, row, strict=True)) for row in table.rows}
    final = rows["orders", "Halcyon, final"]
    assert final["n"] == 3.0
    assert final["median, ms"] == pytest.approx(400.0)
    assert final["cut off"] == Share(1, 3)
    supposed = rows["orders", "Halcyon, supposed"]
    assert supposed["before the final one, median, ms"] == pytest.approx(250.0)
    assert supposed["taken back"] == Share(1, 4)
    assert rows["orders", "0.4 s of silence"]["cut off"] == Share(1, 3)
    assert rows["orders", "0.7 s of silence"]["cut off"] == Share(0, 3)
    assert rows["orders, with a synthetic pause", "Halcyon, final"]["cut off"] == Share(1, 1)

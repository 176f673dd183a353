"""Who pauses long is waited for longer, and only they."""

from hypothesis import given, strategies as st
import pytest

from halcyon.speech.endpointing import SLOWEST
from halcyon.speech.tempo import Tempo


def test_nobody_is_slow_at_first() -> None:
    assert Tempo().slower == 1.0
    assert Tempo().heard([2.0, 2.0]).slower == 1.0


def test_long_pauses_make_patient() -> None:
    assert Tempo().heard([0.3, 1.0, 0.9]).slower == pytest.approx(2.0)


def test_short_pauses_change_nothing() -> None:
    assert Tempo().heard([0.2, 0.3, 0.4] * 5).slower == 1.0


def test_what_is_long_ago_is_forgotten() -> None:
    assert Tempo().heard([1.4] * 10).heard([0.3] * 30).slower == 1.0


@given(st.lists(st.lists(st.floats(0.2, 30.0), max_size=8), max_size=20))
def test_patience_is_bounded(utterances: list[list[float]]) -> None:
    tempo = Tempo()
    for pauses in utterances:
        tempo = tempo.heard(pauses)
        assert 1.0 <= tempo.slower <= SLOWEST
        assert len(tempo.pauses) <= 30

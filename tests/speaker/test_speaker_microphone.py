"""What recognisers get of a microphone: speech as it was, and no tone."""

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon_speaker.talk.microphone import RATE, Downsampler

RATES = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)


def tone(rate: int, hertz: float, seconds: float = 1.0) -> NDArray[np.float32]:
    n = np.arange(round(rate * seconds))
    return (0.5 * np.cos(2 * np.pi * hertz * n / rate)).astype(np.float32)


def heard(rate: int, samples: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.frombuffer(Downsampler(rate).step(samples), "<i2") / 32767


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hertz", [300.0, 3000.0, 6900.0])
def test_speech_is_kept_in_its_place(rate: int, hertz: float) -> None:
    out = heard(rate, tone(rate, hertz))
    expected = tone(RATE, hertz)[: len(out)]
    inner = slice(500, -500)
    assert np.abs(out - expected)[inner].max() < 1e-3
    assert RATE - 40 <= len(out) <= RATE


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hertz", [9100.0, 15_900.0, 20_000.0])
def test_what_would_fold_into_speech_is_taken_out(rate: int, hertz: float) -> None:
    assert np.abs(heard(rate, tone(rate, hertz))[500:-500]).max() < 1e-4


@given(cuts=st.lists(st.integers(0, 3000), max_size=8), rate=st.sampled_from((44_100, 48_000)))
def test_how_sound_is_cut_into_blocks_changes_nothing(cuts: list[int], rate: int) -> None:
    samples = np.random.default_rng(1).normal(0, 0.2, 8000).astype(np.float32)
    pieces = np.split(samples, sorted(cuts))
    stream = Downsampler(rate)
    assert b"".join(map(stream.step, pieces)) == Downsampler(rate).step(samples)


def test_what_is_too_loud_is_cut_off_and_nothing_worse() -> None:
    out = heard(48_000, 4 * tone(48_000, 200.0))
    assert out.min() >= -1.0001
    assert out.max() <= 1.0
    assert (out[500:-500] > 0.99).mean() > 0.3

"""Demodulation: the protocol's definition of I and Q, and what may not fold into the band."""

import math

from hypothesis import given, settings, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon_speaker.demodulator import PASS, STOP, Demodulator, rate_for
from halcyon_speaker.oscillator import Oscillator, nearest_carrier

DEVICES = [
    (48_000, 18_500.0),
    (48_000, 20_000.0),
    (48_000, 22_000.0),
    (44_100, 19_000.0),
    (96_000, 20_000.0),
    (96_000, 33_000.0),
    (96_000, 40_000.0),
    (192_000, 40_000.0),
]
WARM = 2
"""Chunks until the filter holds nothing of the time before the beginning."""


def tone(
    rate: int, frequency: float, seconds: float, amplitude: float = 0.5, phase: float = 0.7
) -> NDArray[np.float32]:
    n = np.arange(round(rate * seconds))
    return (amplitude * np.cos(2 * math.pi * (frequency * n / rate % 1) + phase)).astype(np.float32)


def demodulated(
    samples: NDArray[np.float32], rate: int, carrier: float
) -> tuple[Demodulator, NDArray[np.complex64]]:
    """The first microphone's baseband once the filter is full."""
    made = Demodulator(rate, 1, carrier)
    size = made.chunk
    chunks = [
        made.step(samples[first : first + size, None], first)
        for first in range(0, len(samples) - size + 1, size)
    ]
    return made, np.concatenate(chunks[WARM:])[:, 0]


@pytest.mark.parametrize(("rate", "carrier"), DEVICES)
def test_a_tone_becomes_its_amplitude_and_phase(rate: int, carrier: float) -> None:
    _, iq = demodulated(tone(rate, carrier, 0.5, 0.5, 0.7), rate, carrier)
    assert np.abs(iq - 0.5 * np.exp(0.7j)).max() < 2e-6


@pytest.mark.parametrize(("rate", "carrier"), DEVICES)
@pytest.mark.parametrize("part", [-0.95 * PASS, 0.3, 0.95 * PASS])
def test_what_approaches_turns_forward_and_keeps_its_size(
    rate: int, carrier: float, part: float
) -> None:
    offset = part * rate_for(carrier)
    made, iq = demodulated(tone(rate, carrier + offset, 0.6), rate, carrier)
    turn = np.angle(iq[1:] * iq[:-1].conj()) / (2 * math.pi) * made.rate
    assert np.allclose(turn, offset, atol=0.02)
    assert np.allclose(np.abs(iq), 0.5, rtol=2e-4)


@pytest.mark.parametrize(("rate", "carrier"), DEVICES)
def test_times_have_the_delay_of_the_filter_removed(rate: int, carrier: float) -> None:
    offset = 0.2 * rate_for(carrier)
    made, iq = demodulated(tone(rate, carrier + offset, 0.4, 0.5, 0.0), rate, carrier)
    first = WARM * made.chunk / rate + made.delay
    expected = 2 * math.pi * offset * (first + np.arange(len(iq)) / made.rate)
    assert np.abs(np.angle(iq * np.exp(-1j * expected))).max() < 1e-3


@pytest.mark.parametrize(("rate", "carrier"), DEVICES)
def test_what_lies_beyond_the_band_stays_out_by_more_than_80_db(rate: int, carrier: float) -> None:
    slow = rate_for(carrier)
    # What is heard of voices and music, of other tones, and of all that would fold into the band.
    others = [*np.arange(STOP, 4.0, 0.47) * slow, 5_000.0, 2_000.0 - carrier, 200.0 - carrier]
    worst = 0.0
    for offset in others:
        for frequency in (carrier + offset, carrier - offset):
            if 0 < frequency < rate / 2 - slow:
                _, iq = demodulated(tone(rate, frequency, 0.25), rate, carrier)
                worst = max(worst, float(np.abs(iq).max()) / 0.5)
    assert 20 * math.log10(worst) < -80


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=8), seed=st.integers(0, 1000))
def test_how_samples_are_cut_into_blocks_changes_nothing(cuts: list[int], seed: int) -> None:
    samples = np.random.default_rng(seed).standard_normal((4 * 2400, 2)).astype(np.float32)
    whole = Demodulator(48_000, 2, 20_000.0)
    expected = whole.step(samples, 0)
    made, first = Demodulator(48_000, 2, 20_000.0), 0
    parts: list[NDArray[np.complex64]] = []
    while first < len(samples):
        part = samples[first : first + cuts[len(parts) % len(cuts)] * made.factor]
        parts.append(made.step(part, first))
        first += len(part)
    assert np.allclose(np.concatenate(parts), expected, atol=1e-5)


def test_microphones_do_not_leak_into_each_other() -> None:
    loud = tone(48_000, 20_000.0, 0.3)
    both = np.stack([loud, np.zeros_like(loud)], axis=1)
    iq = Demodulator(48_000, 2, 20_000.0).step(both, 0)
    assert np.abs(iq[60:, 0]).min() > 0.49
    assert not iq[:, 1].any()


def test_the_oscillator_is_unbroken_after_days() -> None:
    oscillator = Oscillator(20_000.0, 48_000)
    days = 12 * 10**9
    late = oscillator.cosine(days, 24)
    assert np.array_equal(late, oscillator.cosine(0, 24))
    assert oscillator.period == 12


@pytest.mark.parametrize("carrier", [0.0, 24_000.0, 20_000.5, -100.0])
def test_tones_that_no_table_holds_are_refused(carrier: float) -> None:
    with pytest.raises(ValueError, match="cannot be made"):
        Oscillator(carrier, 48_000)


@given(st.floats(18_000, 22_000))
def test_every_carrier_has_a_table_nearby(frequency: float) -> None:
    carrier = nearest_carrier(frequency)
    assert abs(carrier - frequency) <= 0.5
    assert Oscillator(carrier, 44_100).period <= 44_100


def test_blocks_must_hold_whole_output_samples() -> None:
    with pytest.raises(ValueError, match="multiple of 48"):
        Demodulator(48_000, 1, 20_000.0).step(np.zeros((50, 1), dtype=np.float32), 0)

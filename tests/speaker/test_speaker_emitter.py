"""What the node plays: a clean tone, soft edges, and sounds that leave the carrier alone."""

import math

from hypothesis import given, settings, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.sense.ultrasound.duty import PETS_GAIN_DB, Situation
from halcyon_speaker.emitter import Emitter, Tone
from halcyon_speaker.sounds import NOTCH_HZ, Sound

RATE = 48_000
STEADY = Situation(since=0.0, steady=True)
TONE = Tone(20_000.0, -20.0)
LOUD = 0.1


def played(emitter: Emitter, seconds: float) -> NDArray[np.float32]:
    return np.concatenate([emitter.render(480)[:, 0] for _ in range(round(seconds * 100))])


def audible(samples: NDArray[np.float32]) -> float:
    """The level below 16 kHz, dBFS of a sine."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) / len(samples) * 4
    below = np.fft.rfftfreq(len(samples), 1 / RATE) < 16_000
    return 20 * math.log10(max(float(spectrum[below].max()), 1e-12))


def test_the_tone_is_as_loud_as_asked_and_nothing_else() -> None:
    samples = played(Emitter(RATE, TONE, STEADY), 0.5)[4800:]
    assert np.abs(samples).max() == pytest.approx(LOUD, rel=1e-3)
    spectrum = np.abs(np.fft.rfft(samples[:19_200])) / 19_200 * 2
    assert spectrum[8000] == pytest.approx(LOUD, rel=1e-4)
    assert np.delete(spectrum, 8000).max() < 1e-6


def test_turning_on_and_off_makes_no_click() -> None:
    emitter = Emitter(RATE, TONE, STEADY)
    on = played(emitter, 0.1)
    emitter.hold(held=True)
    off = played(emitter, 0.1)
    assert not off[480:].any()
    # A tone that is simply switched leaves -86 dBFS.
    assert audible(np.concatenate([np.zeros(2400, dtype=np.float32), on, off])) < -140


def test_standby_is_silent() -> None:
    emitter = Emitter(RATE, TONE, Situation(since=0.0, standby=True))
    assert not played(emitter, 0.3).any()


def test_pets_make_it_quieter() -> None:
    emitter = Emitter(RATE, TONE, Situation(since=0.0, steady=True, pets=True))
    expected = 10 ** ((TONE.level + PETS_GAIN_DB) / 20)
    assert np.abs(played(emitter, 0.2)).max() == pytest.approx(expected, rel=1e-3)
    assert emitter.level == TONE.level + PETS_GAIN_DB


@pytest.mark.parametrize("wanted", [Tone(21_000.0, -20.0), Tone(20_000.0, -35.0)])
def test_another_tone_begins_after_the_first_has_faded(wanted: Tone) -> None:
    emitter = Emitter(RATE, TONE, STEADY)
    played(emitter, 0.1)
    emitter.tune(wanted)
    turn = played(emitter, 0.2)
    quiet = np.flatnonzero(np.abs(turn[:2400]) < 1e-7)
    assert len(quiet) > 100
    rest = turn[2400:]
    spectrum = np.abs(np.fft.rfft(rest[:4800])) / 4800 * 2
    peak = round(wanted.carrier / 10)
    assert spectrum[peak] == pytest.approx(10 ** (wanted.level / 20), rel=1e-3)
    assert np.delete(spectrum, peak).max() < 1e-5
    assert audible(turn) < -120


def test_bursts_save_most_of_the_time() -> None:
    emitter = Emitter(RATE, TONE, Situation(since=0.0))
    played(emitter, 1.0)
    share = float((np.abs(played(emitter, 4.0)) > 0).mean())
    assert 0.2 < share < 0.5


def noise(seconds: float, seed: int = 1) -> Sound:
    samples = np.random.default_rng(seed).uniform(-1, 1, round(seconds * RATE))
    return Sound(samples.astype(np.float32), RATE)


def test_a_sound_leaves_the_carrier_alone() -> None:
    emitter = Emitter(RATE, TONE, Situation(since=0.0, standby=True))
    emitter.play(noise(1.0))
    samples = played(emitter, 1.0)[4800:43_200]
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    away = np.abs(np.fft.rfftfreq(len(samples), 1 / RATE) - TONE.carrier)
    beside, outside = power[away <= NOTCH_HZ].mean(), power[away > 2 * NOTCH_HZ].mean()
    assert 10 * math.log10(beside / outside) < -70


@settings(max_examples=20, deadline=None)
@given(level=st.floats(-40, -1), volume=st.floats(0.01, 1.0), seed=st.integers(0, 99))
def test_tone_and_sound_together_never_clip(level: float, volume: float, seed: int) -> None:
    emitter = Emitter(RATE, Tone(20_000.0, level), STEADY)
    emitter.play(noise(0.2, seed), volume)
    assert np.abs(played(emitter, 0.25)).max() < 1.0


def test_a_sound_that_plays_while_the_tone_moves_is_notched_anew() -> None:
    emitter = Emitter(RATE, TONE, STEADY)
    emitter.play(noise(2.0))
    played(emitter, 0.5)
    emitter.tune(Tone(21_500.0, -6.0))
    played(emitter, 0.2)
    emitter.hold(held=True)
    played(emitter, 0.1)
    samples = played(emitter, 0.8)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    away = np.abs(np.fft.rfftfreq(len(samples), 1 / RATE) - 21_500.0)
    ratio = power[away <= NOTCH_HZ].mean() / power[away > 2 * NOTCH_HZ].mean()
    assert 10 * math.log10(ratio) < -70


def test_a_sound_ends_and_is_remembered_as_played() -> None:
    emitter = Emitter(RATE, TONE, STEADY)
    emitter.play(noise(0.1))
    played(emitter, 0.3)
    assert not emitter.playing
    assert emitter.worth(0, 480)[1]
    assert not emitter.worth(9_600, 480)[1]
    emitter.play(noise(10.0))
    emitter.play(None)
    assert not emitter.playing


def test_other_speakers_play_the_sound_but_not_the_tone() -> None:
    emitter = Emitter(RATE, TONE, STEADY)
    assert not emitter.render(4_800)[:, 1].any()
    emitter.play(noise(0.2))
    both = emitter.render(4_800)
    assert both[:, 1].any()
    tone = both[:, 0] - both[:, 1]
    assert np.abs(tone).max() == pytest.approx(LOUD, rel=1e-3)


def test_it_says_what_its_samples_are_worth() -> None:
    emitter = Emitter(RATE, TONE, STEADY)
    played(emitter, 0.5)
    ramp, _ = emitter.worth(0, 2400)
    assert ramp.settling
    assert not ramp.emitting
    later, _ = emitter.worth(9_600, 2400)
    assert later.emitting
    assert not later.settling

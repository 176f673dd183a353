"""What an alarm sounds like, beside the tone and instead of everything else."""

import math

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.decide.alarm.melodies import MELODIES
from halcyon.sense.ultrasound.duty import Situation
from halcyon_speaker.emitter import Emitter, Tone
from halcyon_speaker.sounds import HEADROOM, Sound
from halcyon_speaker.voice import RISE_S, Voice

RATE = 48_000
TONE = Tone(20_000.0, -20.0)
ONES = np.ones(RATE, dtype=np.float32)


def spectrum(samples: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))).astype(np.float64) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE).astype(np.float64)
    return frequencies, np.asarray(power / power.max())


@pytest.mark.parametrize("name", MELODIES)
def test_a_melody_is_audible_and_leaves_the_carrier_alone(name: str) -> None:
    samples = MELODIES[name].samples(RATE)
    frequencies, power = spectrum(np.tile(samples, 2))
    assert np.abs(samples).max() == pytest.approx(1.0)
    assert frequencies[power.argmax()] % 130.0 == pytest.approx(0.0, abs=1.0)
    assert power[frequencies > 12_000].max() < 1e-9
    # As loud as an alarm must be: speech is about -20 dB below its peaks.
    assert 20 * math.log10(float(np.sqrt((samples**2).mean()))) > -20.0
    # Again and again it makes no click, also where it begins anew.
    steps = np.abs(np.diff(samples, append=samples[0]))
    assert steps[-1] <= steps.max() * 1.01
    assert steps.max() < 0.7


def test_it_begins_softly_and_becomes_as_loud_as_was_asked() -> None:
    voice = Voice(ONES, RATE, 0.5)
    first = voice.render(RATE, 1.0)
    assert first[0] == pytest.approx(0.5 * 10 ** (-24 / 20), rel=1e-3)
    for _ in range(round(RISE_S) - 1):
        last = voice.render(RATE, 1.0)
    assert last[-1] == pytest.approx(0.5, rel=1e-3)
    assert voice.render(10, 1.0) == pytest.approx(0.5)
    assert voice.render(10, 0.2) == pytest.approx(0.2)


def test_one_that_rang_before_a_restart_is_as_loud_as_it_was() -> None:
    assert Voice(ONES, RATE, 0.5, elapsed=RISE_S).render(1, 1.0)[0] == pytest.approx(0.5)


def test_it_fades_away() -> None:
    voice = Voice(ONES, RATE, 1.0, elapsed=RISE_S)
    voice.render(100, 1.0)
    voice.end()
    rest = np.concatenate([voice.render(480, 1.0) for _ in range(4)])
    assert np.abs(np.diff(rest)).max() < 1e-2
    assert not rest[1440:].any()
    assert voice.is_over


def melody(volume: float) -> Voice:
    return Voice(MELODIES["beacon"].samples(RATE), RATE, volume, elapsed=RISE_S)


def test_the_tone_goes_on_under_an_alarm_and_both_stay_below_full_scale() -> None:
    emitter = Emitter(RATE, TONE, Situation(since=0.0, steady=True))
    emitter.play(Sound(ONES, RATE))
    emitter.ring(melody(1.0))
    assert (emitter.ringing, emitter.playing) == (True, True)
    samples = emitter.render(2 * RATE)
    assert np.abs(samples[:, 0]).max() <= HEADROOM + 1e-6
    frequencies, power = spectrum(samples[:, 0])
    assert frequencies[power.argmax()] == pytest.approx(520.0, abs=1.0)
    assert power[np.abs(frequencies - 20_000) < 5].max() > 1e-3
    assert emitter.worth(0, 100)[1]
    # An alarm ends what was played, and nothing begins while it rings.
    assert np.abs(samples[:, 1].mean()) < 0.01
    emitter.play(Sound(ONES, RATE))
    assert np.abs(emitter.render(RATE)[:, 1].mean()) < 0.01
    emitter.ring(None)
    emitter.render(RATE)
    assert not emitter.playing
    assert not emitter.render(RATE)[:, 1].any()


def test_one_alarm_gives_way_to_another_without_clipping() -> None:
    emitter = Emitter(RATE, TONE, Situation(since=0.0, steady=True))
    emitter.ring(Voice(ONES, RATE, 1.0, elapsed=RISE_S))
    emitter.render(RATE)
    emitter.ring(Voice(ONES, RATE, 1.0, elapsed=RISE_S))
    assert np.abs(emitter.render(RATE)).max() <= HEADROOM + 1e-6


def test_an_alarm_is_heard_in_standby() -> None:
    emitter = Emitter(RATE, TONE, Situation(since=0.0, standby=True))
    emitter.ring(melody(0.5))
    assert np.abs(emitter.render(RATE)[:, 0]).max() == pytest.approx(0.5, rel=0.01)

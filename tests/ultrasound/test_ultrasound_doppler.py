"""What spectra say: speed, direction and level, whatever the rate, the carrier and the clock."""

from collections.abc import Callable

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.sense.ultrasound.doppler import AXIS, BANDS, Doppler
from halcyon.sense.ultrasound.frontend import Frontend

type Tone = Callable[..., NDArray[np.complex64]]

SETUPS = [(1000.0, 18_500.0), (1000.0, 22_000.0), (44_100 / 22, 19_000.0), (2000.0, 40_000.0)]


def spectra_of(samples: NDArray[np.complex64], rate: float, carrier: float) -> Doppler:
    found, _ = Frontend(rate, carrier, samples.shape[1]).step(samples)
    assert found is not None
    return found


@pytest.mark.parametrize(("rate", "carrier"), SETUPS)
@pytest.mark.parametrize("speed", [-2.0, -0.6, 0.3, 1.3, 2.8])
def test_an_echo_lies_in_the_band_of_its_speed(
    tone: Tone, rate: float, carrier: float, speed: float
) -> None:
    found = spectra_of(tone(rate=rate, carrier=carrier, echo=-45.0, speed=speed), rate, carrier)
    loudest = AXIS[np.median(found.bands, axis=0).argmax()]
    spacing = rate / 128 * 343.2 / (2 * carrier)
    assert abs(loudest - speed) <= max(0.15 * abs(speed), spacing)


@pytest.mark.parametrize(("rate", "carrier"), SETUPS)
@pytest.mark.parametrize("microphones", [1, 2, 4])
def test_white_noise_has_its_level_in_every_band(
    tone: Tone, rate: float, carrier: float, microphones: int
) -> None:
    samples = tone(20.0, rate=rate, carrier=carrier, microphones=microphones, noise=-85.0)
    found = spectra_of(samples, rate, carrier)
    mean = 10 * np.log10(np.mean(10 ** (found.bands / 10), axis=0))
    # The slowest bands lose a little to the carrier that is taken off.
    assert np.abs(np.delete(mean, [BANDS // 2 - 1, BANDS // 2]) + 85.0).max() < 1.5
    assert abs(float(np.median(found.noise)) + 85.0) < 1.0


@pytest.mark.parametrize("offset", [-1.0, -0.2, 0.5, 1.0])
def test_a_clock_that_is_off_looks_like_one_that_is_not(tone: Tone, offset: float) -> None:
    right = spectra_of(tone(6.0, noise=-95.0), 1000.0, 20_000.0)
    off = spectra_of(tone(6.0, noise=-95.0, offset=offset), 1000.0, 20_000.0)
    assert np.abs(right.bands - off.bands).mean() < 1.0


def test_the_first_frame_already_knows_the_clock(tone: Tone) -> None:
    off = spectra_of(tone(6.0, noise=-95.0, offset=0.8), 1000.0, 20_000.0)
    assert off.bands[0].max() < -80.0


def test_gain_and_phase_of_a_microphone_do_not_matter(tone: Tone) -> None:
    samples = tone(echo=-50.0)
    other = samples * np.array([3.0, 0.2 - 0.1j], dtype=np.complex64)
    one, two = (spectra_of(each, 1000.0, 20_000.0) for each in (samples, other))
    # Where hardly anything is left, rounding of float32 shows.
    assert np.percentile(np.abs(one.bands - two.bands), 99) < 0.05


def test_a_dead_microphone_does_not_count(tone: Tone) -> None:
    samples = tone(microphones=2, echo=-50.0)
    samples[:, 1] = 0
    alone = spectra_of(samples[:, :1], 1000.0, 20_000.0)
    np.testing.assert_allclose(spectra_of(samples, 1000.0, 20_000.0).bands, alone.bands, atol=0.05)


def test_slow_motion_is_not_masked_by_the_carrier(tone: Tone) -> None:
    found = spectra_of(tone(noise=-100.0, echo=-70.0, speed=0.15), 1000.0, 20_000.0)
    over = np.median(found.bands, axis=0) + 100.0
    assert over[AXIS.searchsorted(0.15)] > 12.0
    assert over[np.abs(AXIS) > 0.6].max() < 3.0


@pytest.mark.parametrize(("quadrature", "sign"), [(1.0, 1.0), (1j, -1.0)])
def test_modulation_of_the_carrier_is_no_echo(tone: Tone, quadrature: complex, sign: float) -> None:
    samples = tone(microphones=1, noise=-100.0)
    t = np.arange(len(samples)) / 1000.0
    hum = 1 + quadrature * 0.01 * np.cos(2 * np.pi * 100.0 * t)
    found = spectra_of((samples * hum[:, None]).astype(np.complex64), 1000.0, 20_000.0)
    group = 3  # 0.82 to 1.45 m/s holds 100 Hz
    assert float(np.median(found.balance[:, group])) * sign > 0.9
    echo = spectra_of(tone(microphones=1, noise=-100.0, echo=-46.0), 1000.0, 20_000.0)
    assert abs(float(np.median(echo.balance[:, group]))) < 0.3


@given(sizes=st.lists(st.integers(1, 400), min_size=1, max_size=30))
def test_frames_do_not_depend_on_chunks(sizes: list[int]) -> None:
    rng = np.random.default_rng(1)
    samples = (1 + 0.01 * rng.standard_normal((sum(sizes), 1))).astype(np.complex64)
    whole = Frontend(1000.0, 20_000.0, 1)
    found, ends = whole.step(samples)
    pieces = Frontend(1000.0, 20_000.0, 1)
    bands, at, start = [], [], 0
    for size in sizes:
        part, inside = pieces.step(samples[start : start + size])
        if part is not None:
            bands.append(part.bands)
            at += [start + int(end) for end in inside]
        start += size
    assert at == ends.tolist()
    if found is not None:
        np.testing.assert_allclose(np.concatenate(bands), found.bands, atol=1e-3)


def test_a_burst_is_glimpsed_and_a_shorter_one_is_not(tone: Tone) -> None:
    samples = tone(echo=-40.0, speed=1.0)
    frontend = Frontend(1000.0, 20_000.0, 2)
    frontend.step(samples[:50])
    glimpse = frontend.pause()
    assert glimpse is not None
    assert abs(AXIS[glimpse.bands[0].argmax()] - 1.0) < 0.2
    frontend.step(samples[:30])
    assert frontend.pause() is None


def test_what_filled_a_frame_is_not_glimpsed_again(tone: Tone) -> None:
    frontend = Frontend(1000.0, 20_000.0, 2)
    frontend.step(tone(0.2))
    assert frontend.pause() is None

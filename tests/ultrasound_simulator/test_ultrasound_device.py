from dataclasses import replace

import numpy as np
import pytest
from tests.ultrasound_simulator.probes import level_db, peak_hz

from halcyon.simulate.ultrasound.air import Air
from halcyon.simulate.ultrasound.clutter import clutter_of
from halcyon.simulate.ultrasound.device import Device, Microphone, beam, clip
from halcyon.simulate.ultrasound.field import field_of
from halcyon.simulate.ultrasound.rendering import render
from halcyon.simulate.ultrasound.room import Room
from halcyon.simulate.ultrasound.scene import Scene


@pytest.mark.parametrize("density", [-75.0, -100.0])
def test_the_floor_has_its_density_inside_the_band(density: float) -> None:
    scene = Scene()
    scene = replace(scene, device=replace(scene.device, noise=density, level=0.0))
    iq = render(scene, 20, 1).iq[:, 0]
    lines = np.abs(np.fft.fft(iq - iq.mean())) ** 2 / len(iq) / 1000
    hz = np.abs(np.fft.fftfreq(len(iq), 1e-3))
    inside = (hz > 5) & (hz < 390)
    assert 10 * np.log10(lines[inside].mean()) == pytest.approx(density, abs=0.2)
    assert 10 * np.log10(lines[hz > 490].mean()) == pytest.approx(density - 3, abs=1.0)


def test_few_bits_raise_the_floor() -> None:
    # 8 bits: a step of 1/128, 10 log10(step^2 / 12 / 24000 * 2) = -94 dBFS/Hz.
    assert 10 * np.log10(Device(bits=8).converter_noise()) == pytest.approx(-93.7, abs=0.1)


def test_mismatch_of_microphones() -> None:
    device = Device(microphones=(Microphone((0.03, 0, 0)), Microphone((-0.03, 0, 0), 3.0, 0.5)))
    ratio = device.mismatch()[1] / device.mismatch()[0]
    assert 20 * np.log10(abs(ratio)) == pytest.approx(3.0)
    assert np.angle(ratio) == pytest.approx(0.5)


def test_a_recording_clock_that_is_fast_hears_the_tone_low(bare: Scene) -> None:
    # 20 ppm of 20 kHz.
    scene = replace(bare, device=replace(bare.device, offset_hz=0.4))
    assert peak_hz(render(scene, 20, 1).iq[:, 0], 1000.0) == pytest.approx(-0.4, abs=0.01)


def test_what_exceeds_full_scale_is_bent() -> None:
    small = np.array([0.3 + 0.2j], dtype=np.complex64)
    assert (clip(small) == small).all()
    large = np.array([1.0, 2.0, 1000.0]) * np.exp(0.7j)
    found = clip(large)
    # A square wave of amplitude 1 has a fundamental of 4 / pi.
    assert np.abs(found) == pytest.approx([1.0, 1.218, 4 / np.pi], abs=2e-3)
    assert np.angle(found) == pytest.approx(0.7)


def test_the_speaker_beams_forward_and_leaks_backward() -> None:
    device = Device(aperture=0.02, leak=-15.0)
    shape = np.polynomial.Polynomial(beam(device, 343.2 / 20e3))
    front, side, rear = shape(np.array([1.0, 0.0, -1.0]))
    assert front == pytest.approx(1.0, abs=0.1)
    assert side < 0.5
    assert 20 * np.log10(abs(rear)) == pytest.approx(-15.0, abs=6)


def test_a_small_driver_does_not_beam() -> None:
    cosine = np.linspace(-1, 1, 9)
    shape = np.polynomial.Polynomial(beam(Device(aperture=1e-4, leak=0.0), 343.2 / 20e3))
    assert shape(cosine) == pytest.approx(np.ones(9), abs=1e-3)


def test_still_clutter_lies_about_25_db_below_the_direct_path() -> None:
    room = Room((5.0, 4.0, 2.5), (0.8, 0.8, 0.8, 0.8, 0.6, 0.85))
    device = Device()
    levels = []
    for seed in range(10):
        field = field_of(room, device, Air())
        found = clutter_of(room, device, field, np.random.default_rng(seed))
        levels.append(np.sum(np.abs(found.amplitudes[:, 1:]) ** 2, axis=1).mean())
    assert 10 * np.log10(np.mean(levels)) == pytest.approx(-25.0, abs=3.0)


def test_furniture_is_part_of_what_stands_still() -> None:
    device, room = Device(), Room(reflection=(0.0,) * 6)
    chair = replace(room, furniture=((2.5, 2.3, 0.5, -10.0),))
    with_it, without = (
        clutter_of(each, device, field_of(each, device, Air()), np.random.default_rng(1))
        for each in (chair, room)
    )
    assert with_it.amplitudes.shape[1] == without.amplitudes.shape[1] + 1
    assert (with_it.lengths > 4).any()


def test_a_room_that_warms_up_turns_the_phases_slowly() -> None:
    scene = Scene(air=Air(warming=3.0))
    scene = replace(scene, device=replace(scene.device, noise=-300.0, level=0.0))
    iq = render(scene, 60, 1).iq[:, 0]
    assert np.abs(iq[-1] - iq[0]) > 1e-4
    assert level_db(np.diff(iq)) < -90


def test_another_rate_is_refused() -> None:
    scene = Scene(device=Device(rate=1500.0))
    with pytest.raises(ValueError, match="1000 or 2000"):
        render(scene, 1, 1)


def test_a_louder_tone_leaves_the_noise_where_it_is() -> None:
    device = Device(level=-20.0, noise=-90.0).driven(-6.0)
    assert (device.level, device.noise) == (-26.0, -84.0)


def test_another_carrier_is_as_loud_as_the_response_lets_it_be() -> None:
    device = Device(carrier=20e3, level=-20.0, noise=-90.0, slope=-3.0)
    assert device.tuned(22e3) == replace(device, carrier=22e3, level=-26.0, noise=-84.0)
    assert device.tuned(33e3).rate == 2000.0

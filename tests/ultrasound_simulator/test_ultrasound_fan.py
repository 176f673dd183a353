from dataclasses import replace

import numpy as np
import pytest
from tests.ultrasound_simulator.probes import level_db

from halcyon.simulate.ultrasound.air import Air
from halcyon.simulate.ultrasound.arrays import Complexes, Floats
from halcyon.simulate.ultrasound.device import Device
from halcyon.simulate.ultrasound.field import Field, field_of
from halcyon.simulate.ultrasound.motion import Kind
from halcyon.simulate.ultrasound.rates import grid_times, to_output
from halcyon.simulate.ultrasound.room import Room
from halcyon.simulate.ultrasound.rotor import Fan
from halcyon.simulate.ultrasound.schedule import Schedule

DESK = Fan(
    hub=(2.5, 2.0, 1.0),
    axis=(0.3, -0.954, 0.0),
    radius=0.2,
    speed=24.7,
    blades=(0.05, 0.055, 0.045),
)
"""Its tips move at 31 m/s."""
CEILING = replace(DESK, hub=(2.5, 2.0, 2.2), axis=(0.0, 0.0, -1.0), radius=0.6, speed=2.5)
FINEST = 64.0


def heard(rate: float) -> Field:
    return field_of(Room(), replace(Device(), rate=rate), Air())


def followed(fan: Fan, field: Field, rate: float, first: int, count: int) -> Complexes:
    """The echo by following every blade at 64 times the output rate."""
    t = grid_times(FINEST, rate, first, count)
    total = np.zeros((len(field.microphones), len(t)), dtype=np.complex128)
    for blade, strength in enumerate(fan.blades):
        angle = 2 * np.pi * (fan.turned(t) + blade / len(fan.blades))
        points: Floats = fan.points(angle, 0.0)
        if fan.swing:
            head = fan.head(t)
            points = np.concatenate(
                [fan.points(angle[i : i + 1], head[i]) for i in range(len(t))], axis=2
            )
        each = np.full(points.shape[1:], strength / np.sqrt(points.shape[1]), dtype=np.float32)
        total += field.echo(points, each)
    return to_output(total, FINEST, count)


@pytest.mark.parametrize(
    ("fan", "count"),
    [
        (DESK, 400),
        (replace(DESK, swing=0.7), 40),
        (replace(DESK, schedule=Schedule(start=0.3, end=9.0, rise=2.0)), 400),
        (CEILING, 400),
    ],
    ids=["desk", "oscillating", "starting", "ceiling"],
)
def test_lines_give_what_following_the_blades_gives(fan: Fan, count: int) -> None:
    field = heard(1000.0)
    lines, length = fan.prepare(field, 1000.0).echo(np.arange(800, 800 + count) / 1000)
    # What folds or is interpolated wrongly stays below -80 dBc.
    assert level_db(lines - followed(fan, field, 1000.0, 800, count)) < -88
    assert level_db(lines) > -75
    assert length == pytest.approx(2 * np.linalg.norm(np.subtract(fan.hub, (2.5, 0.3, 0.8))))


def test_a_fan_is_a_comb_at_the_rate_of_its_blades() -> None:
    fan = replace(DESK, speed=20.0, blades=(0.05,) * 3, wander=0.0)
    echo, _ = fan.prepare(heard(1000.0), 1000.0).echo(np.arange(2000) / 1000)
    spectrum = np.abs(np.fft.fft(echo[0])) ** 2
    lines = np.abs(np.fft.fftfreq(2000, 1e-3)) % 60 < 0.1
    assert spectrum[lines].sum() / spectrum.sum() > 0.999


def test_the_comb_is_about_as_strong_on_both_sides() -> None:
    fan = replace(DESK, axis=(0.0, -1.0, 0.0))
    echo, _ = fan.prepare(heard(1000.0), 1000.0).echo(np.arange(4000) / 1000)
    spectrum = np.abs(np.fft.fft(echo[0] * np.hanning(4000))) ** 2
    assert abs(10 * np.log10(spectrum[80:1600].sum() / spectrum[-1600:-80].sum())) < 6


def test_the_angle_is_the_integral_of_the_pace() -> None:
    fan = replace(DESK, wander=0.0, schedule=Schedule(start=1.0, end=6.0, rise=2.0))
    t = np.arange(0, 10, 1e-3)
    summed = np.cumsum(fan.pace(t)) * 1e-3
    assert fan.turned(t) == pytest.approx(summed, abs=0.05)
    assert fan.kinds(np.array([0.5, 3.0, 9.0])).tolist() == [0, Kind.MACHINE, 0]


def test_a_fan_that_stands_is_still() -> None:
    fan = replace(DESK, schedule=Schedule(start=5.0, end=9.0))
    echo, _ = fan.prepare(heard(1000.0), 1000.0).echo(np.arange(1000) / 1000)
    assert np.ptp(np.abs(echo[0])) < 1e-7

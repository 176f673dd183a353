from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.ultrasound_simulator.probes import inside, level_db, peak_hz

from halcyon.simulate.ultrasound.animals import draw_pet
from halcyon.simulate.ultrasound.bursts import NoiseBurst, RecordedBurst
from halcyon.simulate.ultrasound.cloth_resonator import draw_resonant_cloth
from halcyon.simulate.ultrasound.cloth_waves import draw_waving_cloth
from halcyon.simulate.ultrasound.motion import KNOT_RATE, Kind, Mover
from halcyon.simulate.ultrasound.rendering import render
from halcyon.simulate.ultrasound.ringing import RingingBurst
from halcyon.simulate.ultrasound.room import Room
from halcyon.simulate.ultrasound.scene import Scene
from halcyon.simulate.ultrasound.schedule import Schedule
from halcyon.simulate.ultrasound.things import Door, Lamp, StandardArm, draw_vacuum

type Draw = Callable[[np.random.Generator], Mover]


def resonant(rng: np.random.Generator) -> Mover:
    return draw_resonant_cloth(rng, (1.0, 3.8, 2.3), (1.0, 0.0, 0.0), (1.5, 2.2))


def waving(rng: np.random.Generator) -> Mover:
    return draw_waving_cloth(rng, (1.0, 3.8, 2.3), (1.0, 0.0, 0.0), (1.5, 2.2))


def speeds(mover: Mover, seconds: float) -> np.ndarray:
    """The speed of every scatterer, m/s (scatterers, n)."""
    t = np.arange(round(seconds * KNOT_RATE)) / KNOT_RATE
    found: np.ndarray = np.linalg.norm(np.diff(mover.move(t).points, axis=2), axis=0) * KNOT_RATE
    return found


@pytest.mark.parametrize("draw", [resonant, waving])
def test_curtains_move_slowly_and_stay_where_they_hang(draw: Draw) -> None:
    fastest = []
    for seed in range(8):
        mover = draw(np.random.default_rng(seed))
        fastest.append(np.quantile(speeds(mover, 60), 0.99))
        t = np.arange(60 * KNOT_RATE) / KNOT_RATE
        points = mover.move(t).points
        assert 0.005 < np.ptp(points[1], axis=1).max() < 0.6
        assert abs(np.polyfit(t, points[1].mean(axis=0), 1)[0]) < 2e-3
    # 0.05 to 0.4 m/s, by the research.
    assert 0.03 < np.median(fastest) < 0.4


@pytest.mark.parametrize("draw", [resonant, waving])
def test_curtains_are_symmetric_and_slow_in_the_spectrum(draw: Draw) -> None:
    ups, downs = 0.0, 0.0
    for seed in range(4):
        scene = Scene(movers=(draw(np.random.default_rng(seed)),))
        scene = replace(scene, device=replace(scene.device, noise=-300.0))
        iq = render(scene, 16, seed).iq[:, 0]
        spectrum = np.abs(np.fft.fft((iq - iq.mean()) * np.hanning(len(iq)))) ** 2
        ups += spectrum[32:2000].sum()
        downs += spectrum[-2000:-32].sum()
        assert spectrum[2400:-2400].sum() < 1e-4 * spectrum.sum()
    assert abs(10 * np.log10(ups / downs)) < 5


def test_the_standard_arm_sweeps_at_90_degrees_a_second() -> None:
    arm = StandardArm((2.0, 2.0))
    tip = speeds(arm, 2.0)[-1]
    # 0.60 m/s at the tip, and a little more between soft ends.
    assert np.median(tip[30:200]) == pytest.approx(0.60 / 0.9, rel=0.02)
    angles = arm.move(np.array([0.0, 1.0, 2.0])).points[:2, -1] - 2.0
    assert np.hypot(*angles) == pytest.approx([0.381] * 3)
    assert np.degrees(np.arctan2(angles[1], angles[0])) == pytest.approx([0, 90, 0], abs=0.5)
    assert arm.move(np.zeros(1)).points[2, 0, 0] == pytest.approx(0.914)


def test_a_door_swings_once() -> None:
    door = Door((1.0, 3.9), 0.0, start=2.0)
    edge = speeds(door, 6.0).max(axis=0)
    assert edge[: 2 * KNOT_RATE - 1].max() == 0
    assert 0.5 < edge.max() < 1.6
    assert edge[round(4.1 * KNOT_RATE) :].max() < 1e-9
    assert door.kinds(np.array([1.0, 3.0, 5.0])).tolist() == [0, Kind.THING, 0]


def test_a_vacuum_stays_in_the_room_at_its_pace() -> None:
    room = Room()
    vacuum = draw_vacuum(np.random.default_rng(1), room, Schedule(start=1.0))
    points = vacuum.move(np.arange(0, 600, 0.1)).points
    assert inside(room, points.transpose(1, 2, 0))
    # The middle keeps its pace; turning on the spot adds some at the rim.
    middle = points[:2, :2].mean(axis=1)
    assert 0.1 < np.median(np.linalg.norm(np.diff(middle, axis=1), axis=0)) * 10 < 0.4


def test_a_pet_is_low_and_rests_between_its_ways() -> None:
    room = Room()
    pet = draw_pet(np.random.default_rng(2), room)
    t = np.arange(0, 240, 0.1)
    points = pet.move(t).points
    assert inside(room, points.transpose(1, 2, 0))
    assert points[2].max() < 0.6
    moving = np.mean(pet.kinds(t) == Kind.PET)
    assert 0.1 < moving < 0.95


def test_a_lamp_swings_as_its_cord_is_long() -> None:
    lamp = Lamp((2.0, 2.0, 2.4), cord=0.8)
    t = np.arange(0, 40, 0.01)
    x = lamp.move(t).points[0, 0]
    spectrum = np.abs(np.fft.rfft((x - x.mean()) * np.hanning(len(x))))
    assert spectrum.argmax() / 40 == pytest.approx(np.sqrt(9.81 / 0.8) / 2 / np.pi, abs=0.03)


def test_a_burst_is_broad_short_and_as_loud_as_said(bare: Scene) -> None:
    burst = NoiseBurst(start=0.5, level=-40.0, decay=0.02, clicks=3, gap=0.2)
    scene = replace(bare, bursts=(burst,))
    found = render(scene, 2, 1).iq[:, 0] - render(bare, 2, 1).iq[:, 0]
    found /= 10 ** (bare.device.level / 20)
    assert np.abs(found[:500]).max() == 0
    assert level_db(found[501:506]) == pytest.approx(-41, abs=4)
    assert level_db(found[660:690]) < -60
    spectrum = np.abs(np.fft.fft(found)) ** 2
    assert spectrum[500:1500].sum() / spectrum.sum() > 0.3
    kinds = render(scene, 2, 1).truth.kinds
    assert kinds[[5, 10, 14, 30]].tolist() == [0, Kind.TRANSIENT, Kind.TRANSIENT, 0]


def test_a_recorded_sound_is_heard_at_every_microphone() -> None:
    tone = np.exp(2j * np.pi * 0.1 * np.arange(500)).astype(np.complex64)
    burst = RecordedBurst(1.0, -20.0, tone, 1000.0, (0.0, 0.25))
    heard = burst.sound(np.arange(0.5, 2.0, 1e-3), 2)
    assert level_db(heard[:, 505:995]) == pytest.approx(-20.0, abs=0.01)
    assert heard[1, 600] / heard[0, 600] == pytest.approx(1j, abs=1e-3)
    assert peak_hz(heard[0, 500:1000], 1000.0) == pytest.approx(100.0, abs=0.1)
    assert (heard[:, :500] == 0).all()


def test_a_blow_rings_at_its_modes() -> None:
    burst = RingingBurst(blows=(0.2, 0.7), modes=((150.0, 0.05, -30.0), (-80.0, 0.02, -40.0)))
    heard = burst.sound(np.arange(0, 2, 1e-3), 2)
    assert (heard[:, :200] == 0).all()
    assert peak_hz(heard[0, 210:500], 1000.0) == pytest.approx(150.0, abs=1.0)
    assert level_db(heard[:, 203:213]) == pytest.approx(-30, abs=4)
    assert level_db(heard[:, 1600:]) < -90
    assert burst.kinds(np.array([0.1, 0.3, 1.9])).tolist() == [0, Kind.TRANSIENT, 0]

from dataclasses import replace

import numpy as np
import pytest
from tests.ultrasound_simulator.probes import Probe, along, level_db, peak_hz

from halcyon.simulate.ultrasound.air import Air
from halcyon.simulate.ultrasound.arrays import Complexes, Floats
from halcyon.simulate.ultrasound.field import field_of
from halcyon.simulate.ultrasound.rates import grid_times, to_output
from halcyon.simulate.ultrasound.rendering import render
from halcyon.simulate.ultrasound.scene import Scene


def echo(scene: Scene, seconds: float = 2.0) -> Complexes:
    """A rendering less what stands still, at the first microphone, against the direct path."""
    moving = render(scene, seconds, 1).iq
    still = render(replace(scene, movers=()), seconds, 1).iq
    difference: Complexes = (moving - still)[:, 0] / 10 ** (scene.device.level / 20)
    return difference


@pytest.mark.parametrize(("carrier", "rate"), [(20e3, 1000.0), (19e3, 1000.0), (36e3, 2000.0)])
@pytest.mark.parametrize("speed", [1.2, -0.4, 0.05, -2.0])
def test_constant_velocity_has_its_doppler_to_a_tenth_of_a_hertz(
    bare: Scene, carrier: float, rate: float, speed: float
) -> None:
    device = replace(bare.device, carrier=carrier, rate=rate)
    start = 4.5 if speed > 0 else 2.5
    # The device is 5 cm wide: seen from this far, both ways change at the same speed.
    probe = Probe(along((5.025, 5.0 + start, 1.5), (0.0, -speed, 0.0)))
    found = peak_hz(echo(replace(bare, device=device, movers=(probe,)), 1.0), rate)
    assert found == pytest.approx(2 * speed * carrier / bare.air.sound_speed, abs=0.1)


def test_approaching_is_positive(bare: Scene) -> None:
    probe = Probe(along((5.0, 8.0, 1.5), (0.0, -1.0, 0.0)))
    assert peak_hz(echo(replace(bare, movers=(probe,)), 1.0), 1000.0) > 0


def test_12_db_for_twice_the_distance_and_what_the_air_takes(bare: Scene) -> None:
    def level(distance: float) -> float:
        probe = Probe(along((5.025, 5.0 + distance, 1.5), (0.0, 0.0, 0.0)))
        return level_db(echo(replace(bare, movers=(probe,))))

    absorption = Air().absorption(20e3)
    expected = 40 * np.log10(2) + absorption * 2 * 2.0
    assert level(2.0) - level(4.0) == pytest.approx(expected, abs=0.02)
    assert 12.0 < level(1.0) - level(2.0) < 12.1 + absorption * 2


def test_the_level_is_that_of_the_sonar_equation(bare: Scene) -> None:
    # TS 0 dB at 2 m: 0.05 m of direct path over 4 m squared, and 2.1 dB of air.
    probe = Probe(along((5.025, 7.0, 1.5), (0.0, 0.0, 0.0)))
    expected = 20 * np.log10(0.05 / 4.0) - 4.0 * Air().absorption(20e3)
    assert level_db(echo(replace(bare, movers=(probe,)))) == pytest.approx(expected, abs=0.02)


def test_the_direct_path_is_the_unit(bare: Scene) -> None:
    assert level_db(render(bare, 0.1, 1).iq) == pytest.approx(-6.0, abs=0.01)
    quieter = replace(bare, device=replace(bare.device, level=-20.0))
    assert level_db(render(quieter, 0.1, 1).iq) == pytest.approx(-20.0, abs=0.01)


def test_walls_add_the_paths_of_the_images(bare: Scene) -> None:
    room = replace(bare.room, reflection=(0.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    point = np.array([[5.0], [8.0], [1.0]])
    found = field_of(room, bare.device, bare.air).echo(
        point[:, None, :], np.ones((1, 1), dtype=np.float32)
    )
    speaker, microphone = np.array([5.0, 5.0, 1.5]), np.array([5.05, 5.0, 1.5])
    mirror = np.array([1.0, 1.0, -1.0])
    k, attenuation = 2 * np.pi * 20e3 / 343.2, Air().attenuation(20e3)
    total = 0j
    for source in (speaker, speaker * mirror):
        for receiver in (microphone, microphone * mirror):
            r1 = np.linalg.norm(point[:, 0] - source)
            r2 = np.linalg.norm(point[:, 0] - receiver)
            total += 0.05 / (r1 * r2) * np.exp(-(attenuation + 1j * k) * (r1 + r2))
    assert found[0, 0] == pytest.approx(total, rel=1e-3)


@pytest.mark.parametrize(("carrier", "rate"), [(20e3, 1000.0), (40e3, 2000.0)])
def test_a_fan_tip_at_31_m_s_leaves_less_than_minus_80_dbc(
    bare: Scene, carrier: float, rate: float
) -> None:
    device = replace(bare.device, carrier=carrier, rate=rate)
    scene = replace(bare, device=device, room=replace(bare.room, size=(10.0, 50.0, 3.0)))

    def level(speed: float) -> float:
        probe = Probe(along((5.0, 20.0, 1.5), (0.0, -speed, 0.0)), strength=200.0)
        heard = echo(replace(scene, movers=(probe,)), 0.4)
        return level_db(heard[round(0.1 * rate) : round(0.35 * rate)])

    # As loud as the direct path when it stands, it is gone when it comes by at full speed.
    assert level(31.0) < level(0.0) - 80


def test_slow_and_fast_grids_agree(bare: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    room = replace(bare.room, reflection=(0.8,) * 6)
    probe = Probe(along((4.0, 7.0, 1.0), (0.3, -0.4, 0.1)), walls=True)
    scene = replace(bare, room=room, movers=(probe,))
    chosen = echo(scene)
    monkeypatch.setattr("halcyon.simulate.ultrasound.rendering.grid_for", lambda *_: 16.0)
    finest = echo(scene)
    assert level_db(chosen - finest) < level_db(finest) - 80


def swinging(t: Floats) -> Floats:
    """A limb that swings at 3 Hz with an overtone at 12 Hz, up to 3.7 m/s."""
    x = 0.15 * np.sin(2 * np.pi * 3 * t) + 0.012 * np.sin(2 * np.pi * 12 * t)
    return np.stack([5.0 + 0 * t, 7.0 + x, 1.5 - 0.3 * x])


@pytest.mark.parametrize(("carrier", "rate"), [(20e3, 1000.0), (40e3, 2000.0)])
def test_knots_and_grids_leave_less_than_minus_80_db_of_an_echo(
    bare: Scene, carrier: float, rate: float
) -> None:
    # An echo lies 40 dB and more below the direct path, so this is -120 dBc.
    scene = replace(bare, device=replace(bare.device, carrier=carrier, rate=rate))
    found = echo(replace(scene, movers=(Probe(swinging),)))
    count = len(found)
    points = swinging(grid_times(32.0, rate, 0, count))[:, None, :]
    field = field_of(scene.room, scene.device, scene.air, walls=False)
    exact = to_output(field.echo(points, np.ones(points.shape[1:])), 32.0, count)[0]
    assert level_db(found - exact) < level_db(exact) - 80


def test_a_longer_rendering_begins_like_a_shorter(bare: Scene) -> None:
    scene = replace(bare, device=replace(bare.device, noise=-80.0))
    assert (render(scene, 5.0, 3).iq[:3000] == render(scene, 3.0, 3).iq).all()
    assert (render(scene, 1.0, 3).iq != render(scene, 1.0, 4).iq).any()

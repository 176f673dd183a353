"""Held-out rooms, their cells, and what is added to their renderings."""

import math

import numpy as np
import pytest

from halcyon.evaluate.motion.rooms import (
    NEAREST_M,
    ROOMS,
    WALKED_M,
    Noise,
    blended,
    cells,
    clean,
    confounded,
    held_out_home,
    quiet,
)
from halcyon.evaluate.motion.trials import (
    LENGTH_S,
    WITHIN_S,
    Motion,
    onset_of,
    radial_part,
    trial_scene,
)
from halcyon.simulate.ultrasound import Confounder, render


def test_there_are_enough_rooms_and_every_draw_is_another() -> None:
    assert ROOMS >= 10
    homes = [held_out_home(number) for number in range(ROOMS)]
    assert len({home.room.size for home in homes}) == ROOMS
    assert held_out_home(3) == held_out_home(3)
    assert held_out_home(3, draw=1).device != held_out_home(3).device
    assert held_out_home(0, microphones=4, carrier=33_000.0).device.rate == 2000.0


@pytest.mark.parametrize("number", range(ROOMS))
def test_cells_are_small_and_cover_the_floor(number: int) -> None:
    home = held_out_home(number)
    width, depth, _ = home.room.size
    found = cells(home)
    assert all(max(each.size) <= WALKED_M for each in found)
    assert all(each.distance >= NEAREST_M for each in found)
    area = found[0].size[0] * found[0].size[1]
    # Only what is next to the device may be missing.
    assert width * depth - len(found) * area < math.pi * (NEAREST_M + WALKED_M) ** 2
    assert all(0 < each.middle[0] < width and 0 < each.middle[1] < depth for each in found)


@pytest.mark.parametrize("motion", Motion)
@pytest.mark.parametrize("number", [0, 10, 11])
def test_trials_stay_in_the_room_and_leave_time_to_be_found(number: int, motion: Motion) -> None:
    home = held_out_home(number)
    width, depth, _ = home.room.size
    for cell in cells(home):
        scene = trial_scene(home, motion, cell, np.random.default_rng(7))
        onset = onset_of(scene, motion)
        assert onset > 1.0
        assert onset + WITHIN_S[motion] <= LENGTH_S[motion]
        points = scene.movers[0].move(np.arange(0, LENGTH_S[motion], 0.1)).points
        inside = (points[0] > 0) & (points[0] < width) & (points[1] > 0) & (points[1] < depth)
        assert inside.mean() > 0.98, "but for a swinging hand"
        away = np.hypot(*(points[:2].mean(axis=1).T - home.device.position[:2]).T)
        assert away.min() > 0.3, "nobody walks through the device"


def test_a_way_is_towards_the_device_or_across() -> None:
    home = held_out_home(1)
    cell = max(cells(home), key=lambda each: each.distance)
    parts = [
        radial_part(trial_scene(home, Motion.MAJOR, cell, np.random.default_rng(n)), Motion.MAJOR)
        for n in range(30)
    ]
    assert min(parts) < 0.3
    assert 0.8 < max(parts) <= 1
    arm = trial_scene(home, Motion.MINOR, cell, np.random.default_rng(1))
    assert math.isnan(radial_part(arm, Motion.MINOR))


def test_added_noise_has_the_density_that_it_is_asked_for() -> None:
    home = held_out_home(1)
    device = home.device
    iq = clean(quiet(home), 20.0, 1)
    noise = Noise(device, 25.0, np.random.default_rng(1))
    for density in (-75.0, -95.0):
        added = noise.over(iq, density).iq - iq
        spectrum = np.abs(np.fft.fft(added[:, 0])) ** 2 / len(added) / device.rate
        frequency = np.abs(np.fft.fftfreq(len(added), 1 / device.rate))
        measured = spectrum[(frequency > 20) & (frequency < 0.35 * device.rate)].mean()
        assert 10 * math.log10(measured) - device.level == pytest.approx(density, abs=0.3)


def test_noise_is_another_for_every_signal() -> None:
    home = held_out_home(1)
    noise = Noise(home.device, 10.0, np.random.default_rng(1))
    silence = np.zeros((2000, 2), dtype=np.complex64)
    first, second = noise.over(silence, -80.0).iq, noise.over(silence, -80.0).iq
    alike = abs(np.vdot(first, second)) / (np.linalg.norm(first) * np.linalg.norm(second))
    assert alike < 0.1


def test_what_runs_is_the_same_with_and_without_a_person() -> None:
    home = held_out_home(2)
    scene = confounded(home, Confounder.DESK_FAN, 5, 10.0)
    cell = cells(home)[0]
    joined = trial_scene(scene, Motion.MAJOR, cell, np.random.default_rng(1))
    assert joined.rotors == scene.rotors == confounded(home, Confounder.DESK_FAN, 5, 10.0).rotors
    assert quiet(joined).labelled == ()


def test_a_trial_is_faded_in() -> None:
    before, after = np.ones((500, 1), np.complex64), np.full((1000, 1), 3, np.complex64)
    out = blended(before, after, 1000.0, 0.5)
    assert out[0, 0] == 1
    assert (out[500:] == 3).all()
    assert (np.diff(out.real, axis=0) >= 0).all()
    assert (after == 3).all()


def test_a_clean_rendering_is_the_rendering_without_its_noise() -> None:
    home = held_out_home(1)
    both = render(home, 4.0, 3).iq - clean(home, 4.0, 3)
    assert 10 * math.log10(np.mean(np.abs(both) ** 2) / home.device.rate) == pytest.approx(
        home.device.noise + home.device.level, abs=1.0
    )

from dataclasses import replace
import itertools

import numpy as np
import pytest
from tests.ultrasound_simulator.probes import level_db

from halcyon.simulate.ultrasound.arrays import Floats
from halcyon.simulate.ultrasound.flow_kolmogorov import TurbulentFlow
from halcyon.simulate.ultrasound.flow_winddancer import AutoregressiveFlow
from halcyon.simulate.ultrasound.motion import Kind
from halcyon.simulate.ultrasound.rendering import render
from halcyon.simulate.ultrasound.scene import Flow, Scene
from halcyon.simulate.ultrasound.schedule import Schedule

FLOWS = pytest.mark.parametrize("flow", [AutoregressiveFlow(), TurbulentFlow()])
WAVELENGTH = 343.2 / 20e3


def phases(flow: Flow, lengths: list[float], blocks: int = 20) -> Floats:
    stream = flow.phases(np.random.default_rng(1), np.array(lengths), WAVELENGTH, 1000.0, 2000)
    return np.concatenate(list(itertools.islice(stream, blocks)), axis=1)


@FLOWS
def test_phase_jitter_a_metre_is_what_was_measured(flow: Flow) -> None:
    # 0.016 to 0.041 rad over 1 m at 20 kHz, in the wind of a fan.
    assert 0.016 < phases(flow, [1.0] * 8).std() < 0.041


@FLOWS
def test_jitter_grows_with_the_root_of_the_path(flow: Flow) -> None:
    found = phases(flow, [1.0] * 12 + [4.0] * 12)
    assert found[12:].std() / found[:12].std() == pytest.approx(2.0, rel=0.15)


def test_the_direct_path_of_a_few_centimetres_hardly_jitters() -> None:
    found = phases(AutoregressiveFlow(), [0.05, 1.0])
    assert found[0].std() / found[1].std() == pytest.approx(0.05, rel=0.2)


@pytest.mark.parametrize("correlation", [-0.1, 0.24, 0.54])
def test_the_series_has_the_correlation_of_its_interval(correlation: float) -> None:
    flow = AutoregressiveFlow(correlation=correlation, interval=0.008)
    found = phases(flow, [1.0] * 16)[:, ::8]
    lagged = np.mean(found[:, 1:] * found[:, :-1]) / np.mean(found**2)
    assert lagged == pytest.approx(correlation, abs=0.06)


def test_turbulence_falls_with_the_power_of_8_thirds() -> None:
    found = phases(TurbulentFlow(wind=0.5, scale=0.5), [1.0] * 8, blocks=40)
    spectrum = np.mean(np.abs(np.fft.rfft(found * np.hanning(found.shape[1]), axis=1)) ** 2, axis=0)
    frequency = np.fft.rfftfreq(found.shape[1], 1e-3)
    low, high = (
        spectrum[(frequency > each * 0.9) & (frequency < each * 1.1)].mean() for each in (8, 64)
    )
    assert 10 * np.log10(low / high) == pytest.approx(80 / 3 * np.log10(8), abs=2.0)


@FLOWS
def test_sidebands_of_moving_air_are_as_loud_as_a_far_walker(flow: Flow) -> None:
    scene = Scene()
    scene = replace(scene, device=replace(scene.device, level=0.0, noise=-300.0), flows=(flow,))
    iq = render(scene, 20, 1).iq
    assert -54 < level_db(iq - iq.mean(axis=0)) < -40


@FLOWS
def test_air_moves_both_ways(flow: Flow) -> None:
    scene = Scene()
    scene = replace(scene, device=replace(scene.device, noise=-300.0), flows=(flow,))
    iq = render(scene, 20, 2).iq[:, 0]
    spectrum = np.abs(np.fft.fft((iq - iq.mean()) * np.hanning(len(iq)))) ** 2
    up, down = spectrum[40:1000].sum(), spectrum[-1000:-40].sum()
    assert abs(10 * np.log10(up / down)) < 3


@FLOWS
def test_air_moves_only_when_its_schedule_says(flow: AutoregressiveFlow | TurbulentFlow) -> None:
    late = replace(flow, schedule=Schedule(start=4.0, end=10.0))
    found = phases(late, [2.0], blocks=8)[0]
    assert (found[:4000] == 0).all()
    assert found[6000:9000].std() > 0.01
    assert (found[11_500:] == 0).all()
    assert late.kinds(np.array([1.0, 6.0])).tolist() == [0, Kind.AIR]

"""The physics of the simulated radar: what a millimetre, a metre and a neighbour do to a phase."""

from dataclasses import dataclass

from hypothesis import given, strategies as st
import numpy as np
import pytest

from halcyon.simulate.body import Floats
from halcyon.simulate.nights import RADIANS_PER_MM, WAVELENGTH_MM, Scene, Setup, observe
from halcyon.simulate.nights.bodies import Body, Look

QUIET = Setup(noise=0.0, clutter=0.0, distance_noise=0.0, capture=0.0)


@dataclass
class Plate:
    """Something that moves as it is told."""

    moved: Floats
    distance: float = 0.8
    strength: float = 1.0
    times: Floats | None = None
    breath: float = 15.0

    def look(self, t: Floats) -> Look:
        grid = np.linspace(0.0, 20.0, len(self.moved))
        known = np.ones(len(t))
        return Look(
            there=known > 0,
            distance=self.distance * known,
            moved=np.interp(t, grid, self.moved),
            strength=self.strength * known,
            unrest=0.0 * known,
            breath=self.breath * known,
            heart=60.0 * known,
        )


def seen(*bodies: Body, setup: Setup = QUIET, hertz: float = 20.0) -> Scene:
    times = np.arange(0.0, 20.0, 1 / hertz, dtype=np.float64)
    return observe(list(bodies), times, 20, setup, np.random.default_rng(1))


def test_half_a_wavelength_is_one_turn() -> None:
    assert pytest.approx(4.997, abs=0.001) == WAVELENGTH_MM
    scene = seen(Plate(np.linspace(0.0, WAVELENGTH_MM / 2, 401)))
    assert scene.turned[-1] - scene.turned[0] == pytest.approx(2 * np.pi, rel=0.01)


@given(st.floats(0.5, 9.0))
def test_a_breath_wraps_as_often_as_its_millimetres_say(depth: float) -> None:
    t = np.linspace(0.0, 20.0, 2001)
    scene = seen(Plate(depth / 2 * np.sin(2 * np.pi * 0.25 * t)))
    assert np.ptp(scene.turned) == pytest.approx(depth * RADIANS_PER_MM, rel=0.02)
    assert np.abs(scene.phase).max() <= np.pi
    jumps = np.count_nonzero(np.abs(np.diff(scene.phase)) > np.pi)
    if depth > WAVELENGTH_MM:
        # Two turns in, two turns out, five breaths.
        assert jumps >= 5 * 2 * int(depth / (WAVELENGTH_MM / 2) - 1)
    if depth < 1.0:
        assert jumps <= 2 * 2 * 5


def test_noise_of_the_phase_grows_with_the_square_of_the_distance() -> None:
    still = np.zeros(3)
    spreads = [
        float(np.std(seen(Plate(still, distance), setup=Setup(noise=0.05, clutter=0.0)).turned))
        for distance in (0.5, 1.0)
    ]
    assert spreads[1] == pytest.approx(0.05 / np.sqrt(2), rel=0.15)
    assert spreads[1] / spreads[0] == pytest.approx(4.0, rel=0.2)


def test_the_nearest_is_looked_at_and_a_neighbour_leaks_the_less_the_further_it_is() -> None:
    t = np.linspace(0.0, 20.0, 2001)
    own = Plate(np.sin(2 * np.pi * 0.25 * t))
    alone = seen(own).turned
    off = []
    for apart in (0.05, 0.15, 0.6):
        partner = Plate(2 * np.sin(2 * np.pi * 0.31 * t), own.distance + apart, breath=18.6)
        scene = seen(own, partner)
        assert set(scene.target.tolist()) == {0}
        assert scene.breath.tolist() == [15.0] * 20
        off.append(float(np.std(scene.turned - alone)))
    assert off[0] > 5 * off[2]
    assert off[1] >= off[2]
    assert off[2] < 0.1


def test_clutter_bends_the_phase_and_nobody_gives_none() -> None:
    t = np.linspace(0.0, 20.0, 2001)
    own = Plate(0.4 * np.sin(2 * np.pi * 0.25 * t))
    straight, bent = seen(own).turned, seen(own, setup=Setup(noise=0.0, clutter=0.8)).turned
    assert np.std(bent - straight) > 0.05
    nobody = seen()
    assert not nobody.present.any()
    assert np.isnan(nobody.distance).all()


def test_the_distance_is_that_of_the_body_in_centimetres() -> None:
    scene = seen(Plate(np.zeros(3), 0.87), setup=Setup())
    assert np.median(scene.distance) == pytest.approx(0.87, abs=0.02)
    assert np.allclose(scene.distance * 100, np.round(scene.distance * 100))

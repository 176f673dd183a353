from dataclasses import replace

import numpy as np
import pytest
from tests.ultrasound_simulator.probes import level_db

from halcyon.simulate.ultrasound.arrays import Complexes
from halcyon.simulate.ultrasound.body import Gait
from halcyon.simulate.ultrasound.choreography import Choreographer
from halcyon.simulate.ultrasound.gait_boulic import BoulicGait
from halcyon.simulate.ultrasound.gait_pendulum import PendulumGait
from halcyon.simulate.ultrasound.gestures import Gesture, lognormal, minimum_jerk
from halcyon.simulate.ultrasound.motion import KNOT_RATE, Kind
from halcyon.simulate.ultrasound.person import Neighbour, Person, draw_person
from halcyon.simulate.ultrasound.rendering import render
from halcyon.simulate.ultrasound.scene import Scene

GAITS = pytest.mark.parametrize("gait", [BoulicGait(), PendulumGait()])


def choreographer(seed: int, at: tuple[float, float] = (2.5, 3.6)) -> Choreographer:
    return Choreographer(np.random.default_rng(seed), minimum_jerk, at)


def walker(seed: int, gait: Gait, distance: float, *, away: bool = False) -> Person:
    """Somebody who walks past a distance of the default device at time 2, at 1.2 m/s."""
    way = 0.9 if away else -0.9
    written = choreographer(seed, (2.5, 0.3 + distance - way))
    written.wait(2 - 0.75).walk((2.5, 0.3 + distance + way), 1.2)
    return draw_person(np.random.default_rng(seed), gait, written, 1.75)


def passing(person: Person, seed: int) -> Complexes:
    """A third of a second around time 2, at the first microphone, against the direct path."""
    scene = Scene(movers=(person,))
    quiet = replace(scene.device, noise=-100.0, level=0.0)
    heard: Complexes = render(replace(scene, device=quiet), 2.2, seed).iq[1850:2150, 0]
    return heard


def sidebands(iq: Complexes, low: float, high: float) -> float:
    """The power between two frequencies, dB."""
    spectrum = np.fft.fft(iq * np.hanning(len(iq))) / len(iq) / np.sqrt(3 / 8)
    frequency = np.fft.fftfreq(len(iq), 1e-3)
    chosen = (frequency > low) & (frequency < high)
    return float(10 * np.log10(np.sum(np.abs(spectrum[chosen]) ** 2)))


@GAITS
def test_a_walker_at_2_m_has_the_level_that_was_measured(gait: Gait) -> None:
    power = 0.0
    for seed in range(16):
        heard = passing(walker(seed, gait, 2.0), seed)
        for low, high in ((20, 300), (-300, -20)):
            power += 10 ** (sidebands(heard, low, high) / 10) / 16
    assert 10 * np.log10(power) == pytest.approx(-40.0, abs=2.0)


@GAITS
@pytest.mark.parametrize("away", [False, True])
def test_sidebands_tell_coming_from_going_by_10_to_25_db(gait: Gait, *, away: bool) -> None:
    ratios = []
    for seed in range(6):
        heard = passing(walker(seed, gait, 2.0, away=away), seed)
        ratios.append(sidebands(heard, 20, 300) - sidebands(heard, -300, -20))
    ratio = np.median(ratios) * (-1 if away else 1)
    assert 10.0 < ratio < 25.0


def test_who_sits_and_breathes_turns_the_phase_slowly() -> None:
    written = replace(choreographer(1, (2.5, 1.8)), sitting=True).wait(8)
    person = draw_person(np.random.default_rng(1), BoulicGait(), written, 1.75)
    scene = Scene(movers=(person,))
    iq = render(replace(scene, device=replace(scene.device, noise=-300.0)), 8, 1).iq[:, 0]
    assert sidebands(iq - iq.mean(), 20, 300) < -90
    spectrum = np.abs(np.fft.fft((iq - iq.mean()) * np.hanning(8000)))
    strongest = abs(np.fft.fftfreq(8000, 1e-3)[spectrum.argmax()])
    assert 0.1 < strongest < 6.0
    assert (person.kinds(np.array([1.0, 4.0])) == Kind.NOTHING).all()


def test_a_script_says_what_kind_of_motion_it_is() -> None:
    written = replace(choreographer(3), sitting=True)
    written.wait(2).do(Gesture.REACH).stand_up(1.8).walk((1.0, 1.0), 1.0).wait(2)
    script = written.script(1.7, BoulicGait())
    labels = script.kinds[script.index(np.array([1.0, 2.5, 6.0, 8.0, 11.9]))]
    assert labels.tolist() == [0, Kind.MINOR, Kind.MAJOR, Kind.MAJOR, 0]
    assert script.seated[0] == 1.0
    assert script.seated[-1] == 0.0


def test_walking_reaches_its_speed_and_its_goal() -> None:
    script = choreographer(1, (1.0, 1.0)).walk((4.0, 1.0), 1.2).wait(1).script(1.7, BoulicGait())
    assert script.xy[:, -1] == pytest.approx((4.0, 1.0), abs=1e-3)
    assert script.speed.max() == pytest.approx(1.2, abs=0.02)
    assert np.abs(np.diff(script.speed)).max() * KNOT_RATE < 4.0


@pytest.mark.parametrize("law", [minimum_jerk, lognormal])
def test_a_reach_goes_from_rest_to_rest(law: object) -> None:
    assert callable(law)
    done = law(np.linspace(-1, 2, 301))
    assert done[0] == pytest.approx(0.0)
    assert done[-1] == pytest.approx(1.0)
    assert (np.diff(done) >= 0).all()


def test_minimum_jerk_peaks_at_15_8_of_the_mean_speed() -> None:
    done = minimum_jerk(np.linspace(0, 1, 1001))
    assert np.diff(done).max() * 1000 == pytest.approx(1.875, abs=1e-3)


def test_a_child_reflects_less_than_an_adult() -> None:
    def level(height: float) -> float:
        written = choreographer(5, (2.5, 2.3)).wait(2)
        person = draw_person(np.random.default_rng(5), BoulicGait(), written, height)
        return level_db(person.move(np.zeros(1)).strength)

    assert level(1.2) < level(1.75)


def test_a_door_takes_away_who_walks_behind_it() -> None:
    person = walker(2, BoulicGait(), 2.0)
    t = np.arange(650, 750) / KNOT_RATE
    open_door = Neighbour(person, 2.2, 1.5, 0.9, (0.5, 1.5), 60.0, 0.0)
    shut = Neighbour(person, 2.2, 1.5, 0.9, (0.5, 1.5), 60.0, 60.0)
    seen, hidden = open_door.move(t), shut.move(t)
    assert level_db(seen.strength) - level_db(hidden.strength) > 40
    assert set(shut.kinds(np.linspace(0, 3, 50)).tolist()) == {0, Kind.NEIGHBOUR}

"""People move as people do."""

from collections.abc import Callable
import itertools
import math
from typing import Any

import numpy as np
import pytest

from halcyon.simulate import Scenario, ScenarioError, Simulation, load_scenario, scenario_names
from halcyon.simulate.people import make_person
from halcyon.simulate.rhythm import Breathing
from halcyon.simulate.track import Gait, Pose, TrackBuilder
from halcyon.simulate.world import World

STEP = 0.05
FASTEST = 1.6
HARDEST = 3.0


@pytest.mark.parametrize("name", ["evening", "two_people", "still_sleeper"])
def test_nobody_is_faster_or_brisker_than_a_person_at_home(name: str) -> None:
    scenario = load_scenario(name)
    times = np.arange(0.0, min(scenario.duration, 1200.0), STEP, dtype=np.float64)
    for person in scenario.people:
        walker = make_person(person, scenario, np.random.default_rng(3))
        for room in walker.rooms:
            there, x, y, *_ = walker.track.where(room, times)
            together = there[1:] & there[:-1]
            vx, vy = np.diff(x) / STEP, np.diff(y) / STEP
            assert np.hypot(vx, vy)[together].max() < FASTEST
            steady = together[1:] & together[:-1]
            assert np.hypot(np.diff(vx), np.diff(vy))[steady].max() / STEP < HARDEST


def test_speed_is_the_derivative_of_the_place() -> None:
    builder = TrackBuilder()
    builder.walk("room", (0.0, 0.0), (3.0, 4.0), Gait(1.0, 1.2))
    builder.walk("room", (3.0, 4.0), (3.1, 4.0), Gait(1.0, 1.2))
    builder.rest(Pose.STANDING, "room", (3.1, 4.0))
    track = builder.build()
    times = np.arange(0.0, builder.t + 1.0, 0.001, dtype=np.float64)
    _, x, y, vx, vy, _ = track.where("room", times)
    assert np.allclose(np.gradient(x, times), vx, atol=0.01)
    assert np.allclose(np.gradient(y, times), vy, atol=0.01)
    assert (x[-1], y[-1]) == pytest.approx((3.1, 4.0))


@pytest.mark.parametrize("name", scenario_names())
def test_scripts_and_beds_stay_inside_their_rooms(name: str) -> None:
    scenario = load_scenario(name)
    world = World(scenario, np.random.default_rng(1))
    for plan in scenario.plans:
        low, high = np.min(plan.outline, axis=0), np.max(plan.outline, axis=0)
        for walker in world.walkers(plan.room):
            for segment in walker.track.segments:
                if segment.room == plan.room:
                    assert low[0] <= segment.x <= high[0]
                    assert low[1] <= segment.y <= high[1]


@pytest.mark.parametrize("rate", [9.0, 14.0, 22.0])
def test_the_chest_moves_at_the_rate_that_is_true(rate: float) -> None:
    breathing = Breathing(np.random.default_rng(5), rate, 5.0, 600.0)
    fs, t = 10.0, np.arange(0.0, 600.0, 0.1, dtype=np.float64)
    chest = breathing.chest(t)
    spectrum = np.abs(np.fft.rfft((chest - chest.mean()) * np.hanning(len(t)))) ** 2
    frequency = np.fft.rfftfreq(len(t), 1 / fs)
    band = (frequency > 0.05) & (frequency < 1.0)
    centre = float((frequency[band] * spectrum[band]).sum() / spectrum[band].sum()) * 60
    true = float(np.mean([breathing.rate(each) for each in range(30, 600, 15)]))
    assert true == pytest.approx(rate, rel=0.06)
    assert centre == pytest.approx(true, rel=0.2)
    assert 4.0 < np.percentile(chest, 95) < 7.0
    assert chest.min() >= 0.0


def test_rates_vary_and_sighs_come_every_few_minutes() -> None:
    breathing = Breathing(np.random.default_rng(6), 14.0, 5.0, 7200.0)
    chest = breathing.chest(np.arange(0.0, 7200.0, 0.1, dtype=np.float64))
    deep = chest > 8.5
    sighs = int((np.diff(deep.astype(int)) == 1).sum())
    assert 10 <= sighs <= 45
    rates = [breathing.rate(each) for each in range(60, 7200, 60)]
    assert 0.1 < float(np.std(rates)) < 2.0


def test_a_sitting_person_fidgets_and_a_walking_one_does_not(
    bedroom: Callable[..., dict[str, Any]], build: Callable[[dict[str, Any]], Scenario]
) -> None:
    document = bedroom("ld2450", duration=900)
    document["actors"] = [
        {
            "id": "anna",
            "script": [
                {"do": "enter", "at": 10, "room": "bedroom"},
                {"do": "sit", "to": [[3, 2]], "for": 800},
                {"do": "leave"},
            ],
        }
    ]
    world = World(build(document), np.random.default_rng(2))
    t = np.arange(0.0, 900.0, 0.1, dtype=np.float64)
    states = world.people[0].states("bedroom", t)
    walking = np.hypot(states.vx, states.vy) > 0.5
    assert 0.005 < states.activity[states.there].mean() < 0.2
    assert not states.activity[walking & states.there].any()
    assert math.dist((states.x[5000], states.y[5000]), (3, 2)) < 0.2


def test_a_script_that_outlasts_its_loop_is_refused(
    bedroom: Callable[..., dict[str, Any]],
    visitor: dict[str, Any],
    build: Callable[[dict[str, Any]], Scenario],
) -> None:
    document = bedroom("ld2450", duration=20) | {"loop": True, "actors": [visitor]}
    with pytest.raises(ScenarioError, match=r"actor anna: the script takes \d+ s"):
        Simulation(build(document), 0.0)


def test_a_pet_stays_in_its_room_and_darts_about(
    bedroom: Callable[..., dict[str, Any]], build: Callable[[dict[str, Any]], Scenario]
) -> None:
    document = bedroom("ld2450", duration=600)
    document["actors"] = [{"id": "cat", "kind": "pet", "room": "bedroom", "until": 590}]
    scenario = build(document)
    simulation = Simulation(scenario, 0.0)
    world = World(scenario, np.random.default_rng(2))
    t = np.arange(0.0, 600.0, 0.5, dtype=np.float64)
    states = world.bodies[0].states("bedroom", t)
    assert states.there.mean() > 0.9
    assert not states.there[-1]
    assert ((states.x > 0) & (states.x < 4) & (states.y > 0) & (states.y < 3.5)).all()
    speed = np.hypot(states.vx, states.vy)
    assert 0.02 < (speed > 0.2).mean() < 0.5
    assert not any(simulation.truth(each)["bedroom"].occupied for each in range(0, 600, 20))


def test_a_loop_comes_back_to_where_it_began() -> None:
    scenario = load_scenario("evening")
    simulation = Simulation(scenario, 0.0)
    for t, later in itertools.pairwise([30.0, 30.0 + scenario.duration]):
        first, second = simulation.truth(t), simulation.truth(later)
        assert first == second
    before, after = simulation.truth(scenario.duration - 0.01), simulation.truth(scenario.duration)
    for room, truth in before.items():
        assert truth.air.co2 == pytest.approx(after[room].air.co2, abs=0.5)
        assert truth.occupied is after[room].occupied is False

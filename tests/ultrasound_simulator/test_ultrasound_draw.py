from dataclasses import fields, replace
import math

import numpy as np
import pytest
from tests.ultrasound_simulator.probes import inside

from halcyon.simulate.ultrasound import (
    FAMILIES,
    Activity,
    Confounder,
    FamilyName,
    Kind,
    add_cell_arm,
    add_cell_walker,
    draw_home,
    draw_scene,
    render,
)
from halcyon.simulate.ultrasound.family import Family
from halcyon.simulate.ultrasound.homes_plans import PLANS, home_of_plan
from halcyon.simulate.ultrasound.scene import Scene

BOTH = pytest.mark.parametrize("family", ["train", "test"])

EXPECTED = {
    Confounder.DESK_FAN: Kind.MACHINE | Kind.AIR,
    Confounder.OSCILLATING_FAN: Kind.MACHINE | Kind.AIR,
    Confounder.CEILING_FAN: Kind.MACHINE | Kind.AIR,
    Confounder.CURTAIN: Kind.AIR,
    Confounder.VENTILATION: Kind.AIR,
    Confounder.VACUUM: Kind.MACHINE,
    Confounder.DOOR: Kind.THING,
    Confounder.LAMP: Kind.AIR,
    Confounder.PET: Kind.PET,
    Confounder.TRANSIENTS: Kind.TRANSIENT,
    Confounder.NEIGHBOUR_CLOSED: Kind.NEIGHBOUR,
    Confounder.NEIGHBOUR_OPEN: Kind.NEIGHBOUR,
}


def residue(scene: Scene, seconds: float, seed: int) -> float:
    """The power of everything that moves, in dBc, without noise."""
    quiet = replace(scene, device=replace(scene.device, noise=-300.0, bits=48, offset_hz=0.0))
    iq = render(quiet, seconds, seed).iq / 10 ** (scene.device.level / 20)
    moving = iq - iq.mean(axis=0)
    return float(10 * np.log10(np.mean(np.abs(moving) ** 2) + 1e-30))


@BOTH
def test_the_same_seed_is_the_same_scene(family: FamilyName) -> None:
    first, second, other = (draw_scene(each, family, seconds=2) for each in (7, 7, 8))
    assert (render(first, 2, 1).iq == render(second, 2, 1).iq).all()
    assert (
        render(first, 2, 1).iq.shape != render(other, 2, 1).iq.shape
        or (render(first, 2, 1).iq != render(other, 2, 1).iq).any()
    )


@BOTH
def test_a_person_changes_nothing_else(family: FamilyName) -> None:
    fan = (Confounder.DESK_FAN, Confounder.CURTAIN)
    empty = draw_scene(3, family, people=(), confounders=fan)
    busy = draw_scene(3, family, people=(Activity.WALK,), confounders=fan)
    assert (empty.room, empty.device, empty.air) == (busy.room, busy.device, busy.air)
    assert empty.rotors == busy.rotors
    assert empty.flows == busy.flows
    assert len(busy.movers) == len(empty.movers) + 1
    assert not empty.people
    nobody = render(replace(busy, movers=busy.movers[:1]), 2, 5).iq
    assert (nobody == render(empty, 2, 5).iq).all()


@BOTH
@pytest.mark.parametrize("what", list(Confounder))
def test_every_confounder_is_heard_and_told(what: Confounder, family: FamilyName) -> None:
    scene = draw_scene(11, family, seconds=12, people=(), confounders=(what,), carrier=20e3)
    rendering = render(scene, 12, 1)
    assert np.isfinite(rendering.iq).all()
    told = int(np.bitwise_or.reduce(rendering.truth.kinds))
    assert told == EXPECTED[what]
    assert np.isnan(rendering.truth.distance).all()
    floor = -115 if what is Confounder.NEIGHBOUR_CLOSED else -85
    assert floor < residue(scene, 12, 1) < -10


@BOTH
@pytest.mark.parametrize("activity", list(Activity))
def test_every_activity_is_heard_and_told(activity: Activity, family: FamilyName) -> None:
    scene = draw_scene(5, family, seconds=16, people=(activity,), confounders=(), carrier=21e3)
    truth = render(scene, 16, 1).truth
    told = set(truth.kinds.tolist())
    expected = {
        Activity.WALK: {Kind.MAJOR},
        Activity.CROSS: {Kind.NOTHING, Kind.MAJOR},
        Activity.DESK: {Kind.NOTHING, Kind.MINOR},
        Activity.STILL: {Kind.NOTHING},
        Activity.RISE: {Kind.NOTHING, Kind.MAJOR},
    }[activity]
    assert expected <= told <= expected | {Kind.NOTHING}
    assert not np.isnan(truth.distance).any()
    assert 0.1 < truth.distance.min() < 8
    assert residue(scene, 16, 1) > -75


@BOTH
@pytest.mark.parametrize("microphones", [1, 4])
def test_what_is_asked_for_is_what_one_gets(family: FamilyName, microphones: int) -> None:
    home = draw_home(2, family, microphones=microphones, carrier=33e3, noise=-88.0)
    assert len(home.device.microphones) == microphones
    assert (home.device.carrier, home.device.rate, home.device.noise) == (33e3, 2000.0, -88.0)
    assert render(home, 0.5, 1).iq.shape == (1000, microphones)


@BOTH
def test_homes_differ_and_hold_their_devices(family: FamilyName) -> None:
    homes = [draw_home(seed, family) for seed in range(60)]
    assert len({home.room.size for home in homes}) >= 10
    noises = [home.device.noise for home in homes]
    assert min(noises) < -95
    assert max(noises) > -80
    for home in homes:
        places = np.array([home.device.speaker_at(), *home.device.microphones_at()])
        assert inside(home.room, places)
        assert math.isclose(np.linalg.norm(home.device.facing), 1.0)
        assert inside(home.room, np.array(home.room.furniture)[:, :3])


def test_there_are_at_least_ten_plans() -> None:
    assert len(PLANS) >= 10
    sizes = {home_of_plan(n, np.random.default_rng(n)).room.size for n in range(len(PLANS))}
    assert len(sizes) == len(PLANS)


def test_the_families_share_no_generator() -> None:
    train, test = FAMILIES["train"], FAMILIES["test"]
    for each in fields(Family):
        one, other = getattr(train, each.name), getattr(test, each.name)
        assert one != other, each.name


@BOTH
def test_the_walker_of_the_standard_crosses_its_cell(family: FamilyName) -> None:
    home = draw_home(4, family, noise=-95.0)
    middle = (home.room.size[0] / 2, home.room.size[1] / 2)
    made = FAMILIES[family]
    scene = add_cell_walker(home, middle, 0.7, np.random.default_rng(1), made, onset=2.0)
    person = scene.people[0]
    t = np.array([1.5, 2.375, 4.5])
    places = person.centre(t)[:2].T
    assert np.hypot(*(places[1] - middle)) < 0.1
    assert np.hypot(*(places[2] - places[0])) == pytest.approx(0.914, abs=0.01)
    kinds = render(scene, 5, 1).truth.kinds
    assert (kinds[:35] == Kind.NOTHING).all()
    assert Kind.MAJOR in kinds[40:50]


def test_the_arm_of_the_standard_begins_at_its_onset() -> None:
    home = draw_home(4, "test")
    scene = add_cell_arm(home, (1.2, 1.5), np.random.default_rng(1), onset=2.0)
    kinds = render(scene, 4, 1).truth.kinds
    assert (kinds[:40] == Kind.NOTHING).all()
    assert (kinds[40:] == Kind.MINOR).all()


@pytest.mark.parametrize("seed", range(12))
def test_random_scenes_can_be_rendered(seed: int) -> None:
    family: FamilyName = "train" if seed % 2 else "test"
    scene = draw_scene(seed, family, seconds=4)
    rendering = render(scene, 4, seed)
    assert np.isfinite(rendering.iq).all()
    assert len(rendering.truth.kinds) == 80
    assert np.abs(rendering.iq).max() < 4 / math.pi + 1e-6

"""A night's bytes say what its observations say."""

from dataclasses import replace

import numpy as np
import pytest

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import BodyMovement, Breath, Detection, Vitals
from halcyon.decode.node import Node
from halcyon.simulate import Simulation, load_scenario
from halcyon.simulate.nights import MODULES, Order, Told, Wave, draw_night, observations
from halcyon.simulate.nights.play import plays
from halcyon.simulate.nights.played import RADARS

START = 1_800_050_400.0
SITE, NODE = "home", "bed-1"


def bytes_of(module: str, seconds: float) -> tuple[list[Observation], Told]:
    scenario = load_scenario("night")
    kind = replace(scenario.nodes[1].sensors[0], kind=module)
    node = replace(scenario.nodes[1], sensors=(kind,), model=module, open=True)
    scenario = replace(
        scenario,
        duration=seconds,
        nodes=(node,),
        nights=(replace(scenario.nights[0], hours=0.5, trips=0),),
    )
    decoder = Node(SITE, NODE)
    found: list[Observation] = []
    for message in Simulation(scenario, START).messages():
        found += [e for e in decoder.step(_of(message)) if isinstance(e, Observation)]
    return found, plays(scenario)[NODE].night.told


def _of(message: Message) -> Message:
    return message


@pytest.mark.parametrize("module", ["mr60bha2", "c1001", "breath"])
def test_bytes_decode_to_what_was_drawn(module: str) -> None:
    found, told = bytes_of(module, 1500.0)
    breaths = [each.reading for each in found if isinstance(each.reading, Breath)]
    values = np.array([value for each in breaths for value in each.values])
    zero = 128.0 if told.module.wave is Wave.COARSE else 0.0
    drawn = told.wave[: len(values)] - zero
    assert len(values) > 5000
    assert np.abs(values - drawn).max() < 0.002
    distances = [
        each.reading.distance
        for each in found
        if isinstance(each.reading, Detection) and each.reading.distance is not None
    ]
    if module != "breath":
        assert np.median(distances) == pytest.approx(np.nanmedian(told.distance[:1500]), abs=0.03)
    rates = [
        each.reading.respiration
        for each in found
        if isinstance(each.reading, Vitals) and each.reading.respiration is not None
    ]
    assert np.median(rates) == pytest.approx(np.nanmedian(told.respiration[:1500]), abs=1.0)
    if module == "c1001":
        assert any(isinstance(each.reading, BodyMovement) for each in found)


def test_every_module_has_a_make() -> None:
    assert RADARS.keys() == MODULES.keys()


@pytest.mark.parametrize("module", list(MODULES))
def test_observations_come_in_order_and_carry_what_the_module_has(module: str) -> None:
    night = draw_night(3, "train", Order(module=module, hours=0.5))
    given = list(observations(night.told, SITE, NODE, START))
    times = [each.host_t for each in given]
    assert times == sorted(times)
    kinds = {type(each.reading) for each in given}
    assert (Breath in kinds) is (night.told.module.wave is not Wave.NONE)
    assert (BodyMovement in kinds) is night.told.module.moves
    assert {Detection, Vitals} <= kinds


def test_nothing_leaves_a_node_before_its_radar_saw_somebody() -> None:
    night = draw_night(3, "train", Order(hours=0.5))
    first = next(
        each.host_t
        for each in observations(night.told, SITE, NODE, START)
        if isinstance(each.reading, Breath)
    )
    assert night.owner is not None
    assert START + night.owner.bed - 15.0 < first


def test_phases_are_within_a_turn_and_come_unevenly() -> None:
    told = draw_night(3, "test", Order(module="ld6002", hours=0.5)).told
    assert np.abs(told.wave).max() <= np.pi + 1e-6
    periods = np.diff(told.t)
    assert periods.min() >= 0.05
    assert 0.18 < periods.max() <= 0.2 + 1e-9
    coarse = draw_night(3, "test", Order(module="c1001", hours=0.5)).told.wave
    assert set(np.unique(coarse)) <= set(range(256))

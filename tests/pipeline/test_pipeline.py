"""The composition of nodes and home keeps the rules of the reducers, on simulated bytes."""

from itertools import islice
import json
from random import Random

from hypothesis import given, strategies as st
import pytest

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room
from halcyon.core.message import Message
from halcyon.core.output import NodeStatus, Output, Presence
from halcyon.core.reading import Availability
from halcyon.core.snapshot import SnapshotError
from halcyon.pipeline import MOST_NODES, Effect, Pipeline
from halcyon.simulate import Simulation, load_scenario

START = 1_795_000_000.0


@pytest.fixture(scope="module")
def evening() -> tuple[House, list[Message]]:
    """Somebody walks in after some seconds; two rooms with every kind of node."""
    scenario = load_scenario("evening")
    return scenario.house, list(islice(Simulation(scenario, START).messages(), 1500))


def run(pipeline: Pipeline, messages: list[Message]) -> list[Effect]:
    return [effect for message in messages for effect in pipeline.receive(message)]


def occupied(effects: list[Effect], room: str) -> list[bool | None]:
    said: list[bool | None] = []
    for effect in effects:
        if not isinstance(effect, Output) or effect.room != room:
            continue
        if isinstance(effect.fact, Presence) and said[-1:] != [effect.fact.occupied]:
            said.append(effect.fact.occupied)
    return said


def test_bytes_become_presence(evening: tuple[House, list[Message]]) -> None:
    house, messages = evening
    assert occupied(run(Pipeline(house), messages), "living-room")[-1] is True


def test_an_automatic_house_says_the_same_of_the_rooms_that_nodes_announce(
    evening: tuple[House, list[Message]],
) -> None:
    house, messages = evening
    effects = run(Pipeline(House(house.site, automatic=True)), messages)
    assert occupied(effects, "living-room")[-1] is True


def test_ticks_change_nothing(evening: tuple[House, list[Message]]) -> None:
    house, messages = evening
    quiet, ticking = Pipeline(house), Pipeline(house)
    expected = run(quiet, messages)
    said: list[Effect] = []
    random = Random(1)
    for before, message in zip([messages[0], *messages], messages, strict=False):
        for _ in range(random.randrange(3)):
            said += ticking.advance(random.uniform(before.host_t, message.host_t))
        said += ticking.receive(message)
    assert said == expected
    end = messages[-1].host_t + 3600.0
    assert [*ticking.advance(end - 1800.0), *ticking.advance(end)] == quiet.advance(end)


@pytest.mark.parametrize("cut", [0, 7, 300, 1001, 1499])
def test_a_restored_copy_goes_on_as_the_original(
    evening: tuple[House, list[Message]], cut: int
) -> None:
    house, messages = evening
    original, copy = Pipeline(house), Pipeline(house)
    run(original, messages[:cut])
    assert copy.restore(json.loads(json.dumps(original.snapshot()))) == ()
    assert run(copy, messages[cut:]) == run(original, messages[cut:])


def test_time_never_goes_back(evening: tuple[House, list[Message]]) -> None:
    house, messages = evening
    pipeline = Pipeline(house)
    run(pipeline, messages[:500])
    now = messages[499].host_t
    early = [Message(m.topic, m.payload, m.host_t - 3600.0) for m in messages[500:700]]
    said = [e for e in run(pipeline, early) if isinstance(e, Output)]
    assert all(effect.t >= now for effect in said)


def test_a_part_that_does_not_fit_is_reset_and_named(
    evening: tuple[House, list[Message]],
) -> None:
    house, messages = evening
    pipeline = Pipeline(house)
    run(pipeline, messages)
    state = json.loads(json.dumps(pipeline.snapshot()))
    broken = next(iter(state["nodes"]))
    state["nodes"][broken] = "nonsense"
    copy = Pipeline(house)
    assert copy.restore(state) == (broken,)
    assert copy.nodes[broken].announcement is None
    others = [name for name in pipeline.nodes if name != broken]
    assert all(copy.nodes[name].announcement is not None for name in others)


@pytest.mark.parametrize("state", [None, {}, {"schema": 99}, {"schema": 1}, "text"])
def test_what_is_no_snapshot_is_refused(state: object) -> None:
    with pytest.raises(SnapshotError):
        Pipeline(House("home")).restore(state)  # type: ignore[arg-type]


def test_inventing_nodes_has_an_end() -> None:
    pipeline = Pipeline(House("home", automatic=True))
    for index in range(MOST_NODES + 50):
        topic = f"halcyon/1/home/n{index}/avail"
        pipeline.receive(Message(topic, b"online", START + index))
    assert len(pipeline.nodes) == MOST_NODES


def test_inventing_nodes_silences_no_node_of_a_room() -> None:
    kitchen = Room("kitchen", mounts=(Mount("stove"),))
    pipeline = Pipeline(House("home", rooms=(kitchen,)))
    for index in range(MOST_NODES):
        topic = f"halcyon/1/home/n{index}/avail"
        pipeline.receive(Message(topic, b"online", START + index))
    seen = b'{"n":0,"b":7,"ms":10,"presence":true,"moving":1}'
    said = pipeline.receive(Message("halcyon/1/home/stove/s/radar", seen, START + MOST_NODES))
    assert occupied(said, "kitchen") == [True]


def test_invented_nodes_do_not_outlast_a_restart() -> None:
    kitchen = Room("kitchen", mounts=(Mount("stove"),))
    before, after = (Pipeline(House("home", rooms=(kitchen,))) for _ in range(2))
    for node in ("stove", "invented"):
        before.receive(Message(f"halcyon/1/home/{node}/avail", b"online", START))
    assert after.restore(before.snapshot()) == ()
    assert list(after.nodes) == ["stove"]


def test_a_forgotten_node_is_gone_and_may_come_again() -> None:
    pipeline = Pipeline(House("home", automatic=True))
    hello = Message("halcyon/1/home/n/avail", b"online", START)
    pipeline.receive(hello)
    pipeline.forget("n")
    assert pipeline.nodes == {}
    assert pipeline.current(START) == []
    pipeline.advance(START + 1e5)
    (said,) = [
        effect.fact
        for effect in pipeline.receive(Message(hello.topic, b"offline", START + 1e5))
        if isinstance(effect, Output)
    ]
    assert isinstance(said, NodeStatus)
    assert said.availability is Availability.OFFLINE


def test_data_without_an_announcement_asks_for_one() -> None:
    pipeline = Pipeline(House("home", automatic=True))
    sample = b'{"n":0,"b":7,"ms":10,"presence":true}'
    pipeline.receive(Message("halcyon/1/home/n/s/radar", sample, START))
    asked = [e for e in pipeline.advance(START + 60.0) if isinstance(e, Command)]
    assert [command.name for command in asked[:1]] == ["rebirth"]
    assert START < asked[0].t <= START + 60.0


@given(
    topic=st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            ["avail", "info", "s/radar", "w/breath", "raw/radar", "e/fall", "ack/x"]
        ).map("halcyon/1/home/n/{}".format),
        st.sampled_from(["clock", "entity", "intent", "other"]).map("$host/{}".format),
    ),
    payload=st.binary(max_size=300),
    retain=st.booleans(),
)
def test_no_bytes_raise_and_none_trigger(topic: str, payload: bytes, retain: bool) -> None:
    pipeline = Pipeline(House("home", automatic=True))
    effects = pipeline.receive(Message(topic, payload, START, retain))
    effects += pipeline.advance(START + 5.0)
    facts = [effect.fact for effect in effects if isinstance(effect, Output)]
    assert not any(isinstance(fact, Presence) and fact.occupied for fact in facts)


def test_a_home_that_lost_its_state_asks_its_nodes_anew() -> None:
    house = House("home", rooms=(Room("kitchen", mounts=(Mount("stove"),)),))
    before, after = Pipeline(house), Pipeline(house)
    info = b'{"v":1,"boot":7,"streams":{"radar":{"enc":"uart","proto":"ld2450"}}}'
    for leaf, payload in (("avail", b"online"), ("info", info)):
        before.receive(Message(f"halcyon/1/home/stove/{leaf}", payload, START))
    state = before.snapshot()
    assert isinstance(state, dict)
    state["home"] = "nonsense"
    assert after.restore(json.loads(json.dumps(state))) == ("home",)
    effects = after.resume(START + 100.0)
    assert [e.name for e in effects if isinstance(e, Command)] == ["standby"]
    assert {e.t for e in effects} == {START + 100.0}
    assert [e for e in after.resume(START + 200.0) if isinstance(e, Command)] == []

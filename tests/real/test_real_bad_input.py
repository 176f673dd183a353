"""Whatever anybody says on the broker: nothing fires, nothing is raised, nobody else is hurt.

The tests have a broker and a Home Assistant of their own, which they leave full of litter. They
go on where the one before them left off, as an attack does.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
import itertools
import json
from pathlib import Path
import random
import struct
import time

import aiomqtt
import pytest
import pytest_asyncio
import pytest_socket

from halcyon.decode import raw, waveform
from halcyon.pipeline import MOST_NODES
from stage.broker import Broker
from stage.client import Client, Json, Members, State
from stage.hass import INTEGRATION, Hass
from stage.node import Node
from stage.process import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFERS = 16
"""As many found nodes may wait for a person."""

MARKUP = "<img src=x onerror=alert(1)> {{ 1/0 }} [a](http://b)"

NO_JSON = (
    b"{",
    b"[]",
    b"null",
    b"-1",
    b"\x00" * 3000,
    b"{" * 2000,
    b"[" * 100_000,
    b"x" * 200_000,
    b'{"n":NaN,"b":1,"ms":1}',
    b'{"n":0,"b":1,"ms":1e999}',
    b'{"n":"0","b":[],"ms":{}}',
    b'{"n":-1,"b":-1,"ms":-1}',
    b'"\\ud800"',
)
WRONG: tuple[Json, ...] = (
    -1000,
    1e308,
    10**40,
    "on",
    MARKUP,
    {},
    {"state": "major!", "score": 2},
    [None],
    [[1, 2]],
    [[1e308, 1e308, 1e308]] * 9,
    [[[[[]]]]],
)
FIELDS = (
    *("presence", "moving", "still", "dist_m", "targets", "gates_m", "gates_s", "rr", "hr"),
    *("breath", "fs", "body_move", "bed", "motion", "temp", "rh", "lux", "co2", "db", "t"),
)
STREAMS = {
    "radar": {"enc": "uart", "proto": "ld2450"},
    "env": {"enc": "json"},
    "breath": {"enc": "f32"},
    "ultrasound": {"enc": "iq", "mics": 2, "rate_hz": 1000},
}


@dataclass
class Villain:
    """A node of the cellar, or whoever has got hold of the broker and speaks for it."""

    client: aiomqtt.Client
    boot: int = 1
    base: str = "halcyon/1/home/villain"
    sent: int = 0
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def publish(self, leaf: str, payload: bytes | str, *, retain: bool = False) -> None:
        """Say anything."""
        await self.client.publish(f"{self.base}/{leaf}", payload, retain=retain)
        self.sent += 1

    async def announce(self, **fields: Json) -> None:
        """Say what it is, retained; with another boot id than before unless one is given."""
        self.boot = fields.setdefault("boot", self.boot + 1)
        info = {"v": 1, "fw": "1.0.0", "model": "bench", "room": "cellar", "streams": STREAMS}
        await self.publish("info", json.dumps(info | fields), retain=True)
        await self.publish("avail", b"online", retain=True)

    async def sample(self, **fields: Json) -> None:
        """A sample that is well-formed but for its fields."""
        number = next(self._numbers)
        stamp = {"n": number, "b": self.boot, "ms": 100 * number}
        await self.publish("s/env", json.dumps(stamp | fields))

    async def chunk(self, stream: str, body: bytes, **header: int) -> None:
        """A waveform chunk with a header of its own invention."""
        fields = {"code": 1, "t0": 0, "dt": 10**7, "n": 1, "ch": 1} | header
        head = waveform.HEADER.pack(
            *(waveform.MAGIC, waveform.VERSION, fields["code"], self.boot, next(self._numbers)),
            *(fields["t0"], fields["dt"], fields["n"], fields["ch"]),
            *(2**32 - 1, waveform.UNKNOWN_LEVEL, 0xFFFF),
        )
        await self.publish(f"w/{stream}", head + body)

    async def serial(self, data: bytes) -> None:
        """Bytes as if from the radar."""
        number = next(self._numbers)
        head = raw.HEADER.pack(raw.MAGIC, self.boot, number, 100 * number)
        await self.publish("raw/radar", head + data)


@dataclass
class Scene:
    """A home of three rooms on two sites, and one node in it that cannot be trusted."""

    hass: Hass
    broker: Broker
    home: Client
    villain: Villain
    stove: Node
    entry: str = ""
    fired: list[str] = field(default_factory=list)

    async def report(self, node: str = "villain") -> Members:
        """What the integration knows of a node."""
        found = await self.home.get(f"/api/diagnostics/config_entry/{self.entry}")
        nodes: dict[str, Members] = found["data"]["nodes"]
        return nodes.get(node, {})

    async def bad(self) -> int:
        """How many messages of the villain could not be read."""
        return int((await self.report())["traffic"]["bad"])

    async def taken_in(self) -> None:
        """Wait until everything that was said has been heard: a word that is none comes last."""
        bad = await self.bad()

        async def said() -> bool:
            await self.villain.publish("avail", b"the end")
            return await self.bad() > bad

        await until(said, 10.0, "the end of what was said")

    async def offers(self) -> list[Members]:
        """The found nodes that wait for a person."""
        flows = await self.home.ask("config_entries/flow/progress")
        return [flow for flow in flows if flow["handler"] == "halcyon"]

    async def issues(self) -> set[str]:
        """What there is to mend, by kind and node."""
        listed = (await self.home.ask("repairs/list_issues"))["issues"]
        return {
            each["issue_id"].removeprefix(f"{self.entry}_")
            for each in listed
            if each["domain"] == "halcyon"
        }

    async def raises(self, issue: str, *, raised: bool = True) -> None:
        """Wait until something to mend is named, or is no longer."""

        async def holds() -> bool:
            return (issue in await self.issues()) is raised

        await until(holds, 10.0, f"{issue} raised: {raised}")

    def memory(self) -> float:
        """What Home Assistant occupies, MiB."""
        status = Path(f"/proc/{self.hass.pid}/status").read_text()
        (line,) = (each for each in status.splitlines() if each.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A home that works, before anybody does it harm."""
    pytest_socket.enable_socket()
    broker = Broker(tmp_path_factory.mktemp("broker"))
    hass = Hass(tmp_path_factory.mktemp("hass"))
    hass.install(INTEGRATION)
    await broker.start()
    try:
        await hass.start()
        await hass.set_up_mqtt(broker.host, broker.port)
        async with (
            hass.client() as home,
            aiomqtt.Client(broker.host, broker.port) as client,
            Node(broker, "stove", room="kitchen") as stove,
            Node(broker, "desk", room="office", site="annex") as desk,
        ):
            stove.fields = desk.fields = {"presence": False}
            scene = Scene(hass, broker, home, Villain(client), stove)
            scene.entry = await _add(home, "stove", "kitchen")
            await _add(home, "desk", "office")
            await scene.villain.announce()
            await _add(home, "villain", "cellar")
            await home.wait_for_state("binary_sensor.office_occupancy", "off")
            await home.wait_for_state("binary_sensor.kitchen_occupancy", "off")
            yield scene
    finally:
        hass.stop()
        broker.stop()


async def _add(home: Client, node: str, area: str) -> str:
    step = await home.wait_for_discovery("halcyon", node)
    result = await home.answer_flow(step, area=area)
    return result["result"]["entry_id"] if result["type"] == "create_entry" else ""


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def nothing_fires(scene: Scene) -> AsyncIterator[None]:
    """No room may seem occupied, and no event may happen, but for what a test tells."""
    scene.fired.clear()
    began = datetime.now(UTC).isoformat()

    def note(state: State) -> None:
        domain, said = state.entity_id.partition(".")[0], state.state
        happened = domain == "event" and said not in {"unknown", "unavailable"} and said >= began
        if happened or (domain == "binary_sensor" and said == "on"):
            scene.fired.append(f"{state.entity_id} {said}")

    scene.home.on_change.append(note)
    yield
    scene.home.on_change.remove(note)
    assert scene.fired == []
    assert "Traceback" not in scene.hass.log()


async def test_what_is_no_message_is_counted_on_every_topic(scene: Scene) -> None:
    streams = [f"{kind}/{name}" for kind in ("s", "w", "raw") for name in STREAMS]
    leaves = ["avail", "info", *streams, "e/motion", "e/voice", "ack/rate"]
    before = await scene.bad()
    for leaf in leaves:
        for payload in (*NO_JSON, b"\xff\xfe"):
            await scene.villain.publish(leaf, payload)
        # As much as a node may say at once is less than all of this.
        await asyncio.sleep(0.3)
    await scene.taken_in()

    assert await scene.bad() - before >= len(leaves) * len(NO_JSON) // 2
    assert (await scene.report())["announcement"]["model"] == "bench"


async def test_topics_that_are_none_reach_nobody(scene: Scene) -> None:
    nodes = ["Villain", "$engine", "ünï", "a" * 200, "a b", "", "..", "<b>", "x{{ 1/0 }}"]
    topics = [f"halcyon/1/home/{node}" for node in nodes]
    topics += ["halcyon/2/home/x", "halcyon/1//x", "halcyon/1/$engine/x", "halcyon/1/home"]
    info = json.dumps({"v": 1, "boot": 1, "streams": {}})
    said = {"node": "stove", "availability": "offline", "occupied": True, "kind": "presence"}
    for topic in topics:
        await scene.villain.client.publish(f"{topic}/info", info, retain=True)
        for leaf in ("avail", "state", "out/kitchen", "s/radar/x", "s/", "home"):
            await scene.villain.client.publish(f"{topic}/{leaf}", json.dumps(said))
    await scene.taken_in()

    assert await scene.offers() == []
    assert (await scene.report("stove"))["availability"] == "online"


async def test_values_of_the_wrong_kind_cost_only_themselves(scene: Scene) -> None:
    await scene.villain.announce()
    for name in FIELDS:
        for value in WRONG:
            await scene.villain.sample(**{name: value})
        await asyncio.sleep(0.1)
    await scene.taken_in()
    await scene.villain.sample(temp=19.5, rh="<b>", targets=[[1e308] * 3] * 9)

    await scene.home.wait_for_state("sensor.cellar_temperature", "19.5")


async def test_waveforms_and_frames_that_lie(scene: Scene) -> None:
    await scene.villain.announce()
    lies: tuple[tuple[bytes, dict[str, int]], ...] = (
        (b"", {"n": 65535, "ch": 65535}),
        (b"", {"n": 0, "ch": 0}),
        (bytes(4), {"dt": 0}),
        (bytes(20), {"n": 10, "dt": 1, "code": 2}),
        (bytes(8000), {"n": 2000, "dt": 2**32 - 1}),
        (bytes(6), {"ch": 3, "code": 2}),
        (bytes(8), {"ch": 2, "code": 9}),
        (bytes(16), {"n": 2, "ch": 2, "t0": 2**63 - 1}),
        (bytes(16), {"n": 2, "ch": 2, "t0": -(2**63)}),
        (struct.pack("<f", float("nan")), {}),
        (struct.pack("<f", 3e38), {}),
    )
    for stream, (body, header) in itertools.product(("breath", "ultrasound"), lies):
        await scene.villain.chunk(stream, body, **header)
    noise = random.Random(1)
    other_radar = bytes.fromhex("53598081000101b00f5443") * 20
    for _ in range(50):
        await scene.villain.serial(noise.randbytes(1500))
        await scene.villain.serial(other_radar)
    await scene.taken_in()


async def test_what_was_said_before_a_reboot_or_is_retained_never_triggers(scene: Scene) -> None:
    await scene.villain.announce(boot=7)
    await scene.villain.announce(boot=8)
    old = {"b": 7, "ms": 10, "id": "old", "state": "major", "presence": True, "moving": 1}
    old["motion"] = {"state": "major", "score": 1}
    for number in range(20):
        for leaf in ("e/motion", "s/env"):
            await scene.villain.publish(leaf, json.dumps(old | {"n": number}), retain=True)
    await scene.taken_in()
    assert (await scene.report())["traffic"]["duplicate"] >= 40

    # Now the broker sends it once more, as retained.
    await scene.home.post(f"/api/config/config_entries/entry/{scene.entry}/reload")
    await scene.home.wait_for_state("binary_sensor.kitchen_occupancy", "off")
    await scene.taken_in()
    for leaf in ("e/motion", "s/env"):
        await scene.villain.publish(leaf, b"", retain=True)


async def test_an_uptime_that_jumps_and_a_clock_of_the_future(scene: Scene) -> None:
    await scene.villain.announce()
    jumps = (2**32 - 100, 2**32 - 1, 0, 100, 2**31, 5, 2**32 - 1)
    for number, ms in enumerate(jumps):
        stamp = {"n": number, "b": scene.villain.boot, "ms": ms, "t": 1e15}
        breath = {"breath": [0.1] * 100, "fs": 1e-9, "presence": False}
        await scene.villain.publish("s/env", json.dumps(stamp | breath))
    await scene.taken_in()


async def test_an_unknown_version_two_nodes_of_one_name_and_restlessness_are_named(
    scene: Scene,
) -> None:
    await scene.villain.announce(v=2)
    await scene.raises("protocol_unsupported_villain")
    await scene.villain.announce()
    await scene.raises("protocol_unsupported_villain", raised=False)

    for change in range(50):
        await scene.villain.announce(boot=(21, 22)[change % 2], fw=f"1.0.{change}")
        await asyncio.sleep(0.02)
    await scene.raises("node_doubled_villain")
    for _ in range(20):
        for said in (b"offline", b"online"):
            await scene.villain.publish("avail", said, retain=True)
    await asyncio.sleep(1.0)

    assert not any("stove" in issue for issue in await scene.issues())


async def test_what_a_node_calls_itself_is_no_markup(scene: Scene) -> None:
    evil = Villain(scene.villain.client, base="halcyon/1/home/evil")
    await evil.announce(model=MARKUP, fw=MARKUP, room=MARKUP, streams={MARKUP: {"enc": MARKUP}})
    step = await scene.home.wait_for_discovery("halcyon", "evil")
    assert not set("<>[]{}:!") & set(step["description_placeholders"]["name"])

    await evil.publish("info", b"", retain=True)

    async def withdrawn() -> bool:
        return await scene.offers() == []

    await until(withdrawn, 10.0, "an offer withdrawn")


async def test_a_flood_is_named_and_delays_nobody(scene: Scene) -> None:
    occupancy = "binary_sensor.kitchen_occupancy"
    memory = scene.memory()
    await scene.villain.announce()
    flood = asyncio.create_task(_flood(scene.villain, rate=2000, seconds=5.0))
    await asyncio.sleep(2.0)
    began = time.monotonic()
    scene.stove.fields = {"presence": True, "moving": 1.0}
    await scene.home.wait_for_state(occupancy, "on")
    delay = time.monotonic() - began
    scene.stove.fields = {"presence": False}
    await flood

    # Every tenth of a second the node says what it sees, and the machine may be busy.
    assert delay < 1.0
    await scene.raises("node_flooding_villain")
    assert "node_flooding_stove" not in await scene.issues()
    assert scene.memory() - memory < 32
    seen = {line.split()[0] for line in scene.fired}
    assert seen == {occupancy, "binary_sensor.kitchen_motion", "event.kitchen_motion"}
    scene.fired.clear()


async def _flood(villain: Villain, rate: float, seconds: float) -> None:
    began, sent = time.monotonic(), 0
    while (now := time.monotonic() - began) < seconds:
        while sent < now * rate:
            await villain.sample(presence=False)
            sent += 1
        await asyncio.sleep(0.005)


async def test_invented_nodes_and_sites_have_an_end(scene: Scene) -> None:
    memory = scene.memory()
    for number in range(300):
        for site in ("home", f"site-{number}"):
            base = f"halcyon/1/{site}/invented-{number}"
            await Villain(scene.villain.client, base=base).announce()
    for number in range(5000):
        await scene.villain.client.publish(f"halcyon/1/home/x{number}/s/env", b"{}")
    await scene.taken_in()

    found = await scene.home.get(f"/api/diagnostics/config_entry/{scene.entry}")
    assert len(found["data"]["nodes"]) <= MOST_NODES
    assert len(await scene.offers()) == OFFERS
    assert scene.memory() - memory < 64

    # After a restart the invented are no hindrance to a node of a room.
    await scene.home.post(f"/api/config/config_entries/entry/{scene.entry}/reload")
    await scene.home.wait_for_state("binary_sensor.kitchen_occupancy", "off", 90.0)

    async def seen() -> bool:
        # Until Home Assistant has subscribed again, what is said is said in vain.
        await scene.villain.sample(presence=True, moving=1.0)
        cellar = scene.home.states.get("binary_sensor.cellar_occupancy")
        return cellar is not None and cellar.state == "on"

    await until(seen, 60.0, "somebody in the cellar")
    scene.fired.clear()


async def test_all_of_this_was_worth_a_few_lines(scene: Scene) -> None:
    ours = [line for line in scene.hass.problems() if "components.mqtt.client" not in line]

    # That found nodes wait is said when the last place goes. Core says of each announcement
    # that is no UTF-8 that it cannot be decoded.
    assert len(ours) <= 3, ours
    assert all("found nodes wait to be added" in line for line in ours)

"""The shipped packages as a real ESPHome process: a radar's line in, protocol 1 out."""

from collections.abc import Iterator
from dataclasses import dataclass
import json
from pathlib import Path
import time

import pytest
from tests.hardware.esphome_cli import Esphome
from tests.hardware.firmware_process import Firmware
from tests.hardware.socket_broker import SocketBroker

from halcyon.core.observation import Observation
from halcyon.core.reading import Acknowledged, Ambient, Announcement, Detection, Reading, Targets
from halcyon.core.snapshot import Json
from halcyon.decode.node import Node
from halcyon.simulate.frames import ld2450

PREFIX = "halcyon/1/home/living-1/"
EMPTY = ld2450([])
SOMEBODY = ld2450([(-782, 1713, -16, 320)])


@dataclass
class Bench:
    """A firmware and its broker, and the folder where it keeps its preferences."""

    firmware: Firmware
    broker: SocketBroker

    def ask(self, name: str, **fields: Json) -> dict[str, Json]:
        """Send a command and wait for the answer."""
        body = {"id": f"{name}-1", "t": time.time(), "expires": time.time() + 10, **fields}
        self.broker.publish(f"{PREFIX}cmd/{name}", json.dumps(body).encode())
        (ack,) = self.broker.wait_for(f"ack/{name}")
        return ack.json

    def let_time_pass(self) -> None:
        """Until the node has sent what it had to: samples come slower than raw bytes leave."""
        self.broker.wait_for("s/env", count=3)

    def raw(self) -> bytes:
        """All raw bytes so far."""
        heard = [each for each in self.broker.heard if each.topic == f"{PREFIX}raw/radar"]
        return b"".join(each.payload[16:] for each in heard)

    def readings(self, *, lossy: bool = False) -> list[Reading]:
        """What the engine makes of everything that was heard; nothing may be bad.

        Nothing may be missing either, unless a connection was cut while the node spoke.
        """
        node = Node("home", "living-1")
        effects = [effect for message in self.broker.heard for effect in node.step(message)]
        assert node.problem is None
        assert (node.traffic.bad, node.traffic.duplicate) == (0, 0)
        assert lossy or node.traffic.gap == 0
        skew = node.traffic.skew
        assert skew is None or abs(skew) < 2
        return [effect.reading for effect in effects if isinstance(effect, Observation)]


@pytest.fixture(scope="module")
def program(esphome: Esphome) -> Path:
    return esphome.build("node")


@pytest.fixture
def bench(program: Path, tmp_path: Path) -> Iterator[Bench]:
    """A node that has just announced itself."""
    with SocketBroker(tmp_path) as broker, Firmware.running(program, tmp_path) as firmware:
        assert broker.accept() == f"{PREFIX}cmd/+"
        broker.wait_for("info")
        yield Bench(firmware, broker)


def test_it_announces_what_the_packages_say(bench: Bench) -> None:
    (announcement,) = bench.readings()
    assert isinstance(announcement, Announcement)
    assert announcement.version == 1
    assert announcement.room == "living-room"
    assert announcement.model == "ld2450"
    assert announcement.firmware is not None
    assert announcement.firmware.startswith("0.1.0 (ESPHome ")
    streams = {stream.name: (stream.encoding, stream.protocol) for stream in announcement.streams}
    assert streams == {"radar": ("uart", "ld2450"), "env": ("json", None)}


def test_the_engine_sees_what_the_radar_saw(bench: Bench) -> None:
    bench.firmware.line(EMPTY)
    bench.broker.wait_for("s/radar")
    assert bench.raw() == b""
    for _ in range(5):
        bench.firmware.line(SOMEBODY)
        bench.broker.wait_for("raw/radar")
    bench.firmware.line(EMPTY)
    bench.broker.wait_for("raw/radar")
    assert bench.raw() == SOMEBODY * 5 + EMPTY
    readings = bench.readings()
    targets = [reading.targets for reading in readings if isinstance(reading, Targets)]
    assert [len(each) for each in targets] == [1] * 5 + [0]
    assert (targets[0][0].x, targets[0][0].y) == (-0.782, 1.713)
    assert Detection(present=False) in readings
    assert Detection(present=True) in readings


def test_a_sensor_that_fails_is_left_out(bench: Bench) -> None:
    bench.broker.wait_for("s/env")
    assert Ambient(temperature=21.5) in bench.readings()


def test_commands_are_obeyed_and_answered(bench: Bench) -> None:
    assert bench.ask("rebirth") == {"id": "rebirth-1", "ok": True, "error": None}
    assert bench.ask("emit")["ok"] is False
    assert bench.ask("standby", on=True, expires=time.time() - 60)["ok"] is False
    assert bench.ask("rate", stream="env", hz=10)["ok"] is True
    assert bench.ask("rate", stream="radar", hz=10)["ok"] is True
    bench.firmware.line(EMPTY)
    bench.broker.wait_for("raw/radar")
    assert bench.raw() == EMPTY
    answers = [reading for reading in bench.readings() if isinstance(reading, Acknowledged)]
    assert [answer.ok for answer in answers] == [True, False, False, True, True]


def test_a_node_that_lost_its_broker_announces_itself_and_goes_on_counting(bench: Bench) -> None:
    bench.firmware.line(SOMEBODY)
    bench.broker.wait_for("raw/radar")
    bench.broker.drop()
    bench.broker.accept()
    bench.broker.wait_for("info")
    bench.firmware.line(SOMEBODY)
    bench.broker.wait_for("raw/radar")
    heard = bench.readings(lossy=True)
    announcements = [each for each in heard if isinstance(each, Announcement)]
    assert len({announcement.boot for announcement in announcements}) == 1


def test_standby_outlives_a_power_cut(program: Path, tmp_path: Path) -> None:
    boots = []
    with SocketBroker(tmp_path) as broker:
        for asked in (True, None, False):
            with Firmware.running(program, tmp_path) as firmware:
                broker.accept()
                (info,) = broker.wait_for("info")
                boots.append(info.json["boot"])
                bench = Bench(firmware, broker)
                bench.ask("rate", stream="env", hz=10)
                if asked is not None:
                    assert bench.ask("standby", on=asked)["ok"] is True
                broker.heard.clear()
                firmware.line(SOMEBODY)
                if asked is False:
                    broker.wait_for("raw/radar")
                    assert bench.raw() == SOMEBODY
                else:
                    bench.let_time_pass()
                    assert {each.topic for each in broker.heard} == {f"{PREFIX}s/env"}
            broker.drop()
    assert len(set(boots)) == 3

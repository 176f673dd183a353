"""`halcyon replay`: the same capture, the same outputs, whoever carries the time."""

import gzip
import json
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from halcyon.cli import main
from halcyon.core.capture import CaptureError, Header, read_capture, write_header, write_message
from halcyon.core.house import House
from halcyon.core.message import Message
from halcyon.core.output import Output, Presence
from halcyon.pipeline import Pipeline
from halcyon.service.captures import capture_lines
from halcyon.service.config import load_config
from halcyon.service.replay import output_line, replay


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("captures") / "evening.jsonl.gz"
    assert main(["simulate", "evening", "--duration", "90", "--out", str(path)]) == 0
    return path


def replayed(path: Path) -> list[str]:
    header, messages = read_capture(capture_lines(path))
    return [output_line(output) for output in replay(header, messages)]


def test_a_replay_is_the_same_twice(evening: Path) -> None:
    assert replayed(evening) == replayed(evening)


@pytest.mark.parametrize("period", [0.1, 0.7, 13.0])
def test_ticks_between_the_messages_change_nothing(evening: Path, period: float) -> None:
    header, messages = read_capture(capture_lines(evening))
    assert header.house is not None
    pipeline = Pipeline(header.house)
    lines: list[str] = []
    tick = 0.0
    for message in messages:
        tick = tick or message.host_t
        while tick < message.host_t:
            lines += said(pipeline.advance(tick))
            tick += period
        lines += said(pipeline.receive(message))
    assert lines == replayed(evening)


def said(effects: object) -> list[str]:
    assert isinstance(effects, list)
    return [output_line(effect) for effect in effects if isinstance(effect, Output)]


def test_people_are_seen_and_every_line_is_an_output(
    evening: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(evening), "--json"]) == 0
    outputs = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any(each["kind"] == "presence" and each["occupied"] for each in outputs)
    assert all({"t", "at", "site", "room", "kind"} <= each.keys() for each in outputs)
    times = [each["t"] for each in outputs]
    assert times == sorted(times)


def test_people_read_a_table_in_the_time_zone_of_the_capture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = capture(tmp_path, Header(zone="Europe/Berlin"), *announcement())
    assert main(["replay", str(path)]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("2026-11-20 03:53:25.000")
    assert "availability=online" in first


def test_without_a_house_the_rooms_are_those_that_nodes_announce(tmp_path: Path) -> None:
    path = capture(tmp_path, Header(), *announcement("cabin"))
    outputs = [json.loads(line) for line in replayed(path)]
    assert {each["site"] for each in outputs} == {"cabin"}
    assert {each["room"] for each in outputs} == {None, "bedroom"}


def test_a_configuration_wins_over_the_house_of_the_capture(tmp_path: Path) -> None:
    path = capture(tmp_path, Header(house=House("home", automatic=True)), *announcement())
    config = tmp_path / "halcyon.toml"
    config.write_text('[house]\nrooms = [{id = "attic", nodes = [{node = "bed-1"}]}]\n')
    header, messages = read_capture(capture_lines(path))
    out = [output_line(each) for each in replay(header, messages, load_config(config))]
    assert {json.loads(line)["room"] for line in out} == {None, "attic"}


def test_foreign_devices_make_a_room_occupied(tmp_path: Path) -> None:
    devices = [
        {
            "friendly_name": "den/radar",
            "definition": {"exposes": [{"name": "presence", "property": "presence"}]},
        }
    ]
    told = {
        "zigbee2mqtt/bridge/devices": json.dumps(devices),
        "zigbee2mqtt/den/radar": '{"presence": true}',
        "hall/status": "online",
        "hall/binary_sensor/presence/state": "ON",
    }
    messages = [
        Message(topic, payload.encode(), T + n) for n, (topic, payload) in enumerate(told.items())
    ]
    config = tmp_path / "halcyon.toml"
    config.write_text(
        """
        dialects = { zigbee2mqtt = "zigbee2mqtt", esphome_mqtt = ["hall"] }
        [house]
        rooms = [
            { id = "den", nodes = [{ node = "zigbee2mqtt:den/radar" }] },
            { id = "hall", nodes = [{ node = "esphome:hall" }] },
        ]
        """
    )
    occupied = {
        output.room
        for output in replay(Header(), messages, load_config(config))
        if isinstance(output.fact, Presence) and output.fact.occupied
    }
    assert occupied == {"den", "hall"}


def test_a_capture_lasts_until_its_last_message(tmp_path: Path) -> None:
    """The end of a recording is marked, so that what is due before it is still said."""
    end = Message("$host/clock", b'{"unix":1795143505,"tz":"UTC"}', T + 300)
    short = replayed(capture(tmp_path, Header(), *announcement(), name="short"))
    long = replayed(capture(tmp_path, Header(), *announcement(), end, name="long"))
    assert long[: len(short)] == short
    assert len(long) > len(short)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "line 1"),
        (b"{}\n", "line 1"),
        (b'{"halcyon_capture":2}\n', "version 2"),
        (b'{"halcyon_capture":1}\n{"t":1}\n', "line 2"),
        (b'{"halcyon_capture":1}\n\xff\n', "line 2"),
        (gzip.compress(b'{"halcyon_capture":1}\n')[:-4], "cut short"),
        (b'{"halcyon_capture":1,"config":{"rooms":3}}\n', "rooms must be a list"),
    ],
)
def test_a_broken_capture_is_named_with_its_line(
    content: bytes, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    assert main(["replay", str(path)]) == 2
    assert expected in capsys.readouterr().err


def test_a_missing_capture_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "/nowhere.jsonl"]) == 2
    assert "/nowhere.jsonl: No such file" in capsys.readouterr().err


T = 1795143205.0


def announcement(site: str = "home") -> list[Message]:
    info = {"v": 1, "boot": 7, "model": "ld2450", "room": "bedroom"}
    info["streams"] = {"radar": {"enc": "json"}}
    sample = {"n": 0, "b": 7, "ms": 1000, "presence": True, "targets": [[0, 1700, 150]]}
    node = f"halcyon/1/{site}/bed-1/"
    return [
        Message(node + "avail", b"online", T, retain=True),
        Message(node + "info", json.dumps(info).encode(), T, retain=True),
        Message(node + "s/radar", json.dumps(sample).encode(), T + 1),
    ]


def capture(folder: Path, header: Header, *messages: Message, name: str = "capture") -> Path:
    path = folder / f"{name}.jsonl"
    path.write_text("\n".join([write_header(header), *map(write_message, messages)]) + "\n")
    return path


def complaint(path: Path) -> str:
    try:
        return f"line {len(replayed(path))}"
    except CaptureError as error:
        return str(error)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "capture"


@given(
    head=st.sampled_from([b"", b"\x1f\x8b", b'{"halcyon_capture":1}\n']),
    body=st.binary(max_size=200),
    packed=st.booleans(),
    cut=st.integers(0, 30),
)
def test_any_file_is_read_or_refused(
    scratch: Path, head: bytes, body: bytes, packed: bool, cut: int
) -> None:
    content = gzip.compress(head + body) if packed else head + body
    scratch.write_bytes(content[: len(content) - cut])
    assert complaint(scratch).startswith("line ")

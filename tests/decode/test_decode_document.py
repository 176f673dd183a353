"""What docs/protocol.md shows is what the decoder reads."""

from pathlib import Path
import re

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import (
    Announcement,
    Detection,
    Motion,
    Reading,
    Sounding,
    SoundTrouble,
    Targets,
    Vitals,
)
from halcyon.decode import event, info, raw, sample, waveform
from halcyon.decode.node import Node
from halcyon.decode.radars import PROTOCOLS
from halcyon.decode.topics import Channel

DOCUMENT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
ROOT = "halcyon/1/home/bed-1"


def example(heading: str) -> bytes:
    """The line of code that a chapter begins with."""
    chapter = DOCUMENT.split(f"## {heading}\n")[1]
    return chapter.split("\n    ")[1].split("\n")[0].encode()


def read(*messages: tuple[str, bytes]) -> tuple[list[Reading], Node]:
    node = Node("home", "bed-1")
    effects = [
        effect
        for at, (leaf, payload) in enumerate(messages)
        for effect in node.step(Message(f"{ROOT}/{leaf}", payload, 1000.0 + at))
    ]
    return [each.reading for each in effects if isinstance(each, Observation)], node


def test_the_announcement_shown_is_understood() -> None:
    (announced,), node = read(("info", example("What the node is")))
    assert isinstance(announced, Announcement)
    assert [stream.encoding for stream in announced.streams] == ["uart", "json"]
    assert node.traffic.bad == 0


def test_the_sample_shown_is_understood() -> None:
    readings, node = read(("info", example("What the node is")), ("s/radar", example("Samples")))
    assert [type(reading) for reading in readings[1:]] == [Detection, Targets, Vitals]
    assert node.traffic.bad == 0


def test_the_event_shown_is_understood() -> None:
    readings, node = read(("info", example("What the node is")), ("e/motion", example("Events")))
    assert [type(reading) for reading in readings[1:]] == [Motion]
    assert node.traffic.bad == 0


def test_every_key_of_a_sample_is_in_the_table() -> None:
    rows = re.findall(
        r"^\| (`[^|]+) \|", DOCUMENT.split("## Samples")[1].split("## ")[0], re.MULTILINE
    )
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    known = {key for keys, _ in sample._READERS for key in keys} | {"breath", "fs"}
    assert named - {"n", "b", "ms", "t"} == known


def test_every_radar_is_named() -> None:
    chapter = DOCUMENT.split("`proto` says of which radar: ")[1].split(")")[0]
    assert set(re.findall(r"`(\w+)`", chapter)) == PROTOCOLS


def test_every_channel_has_its_line_and_its_size() -> None:
    lines = dict(re.findall(r"^    halcyon/1/<site>/<node>/(\w+)(.*)$", DOCUMENT, re.MULTILINE))
    assert set(lines) == {*map(str, Channel), "cmd"}
    sizes = {
        "info": info.MAX_BYTES,
        "s": sample.MAX_BYTES,
        "raw": raw.MAX_BYTES,
        "w": waveform.MAX_BYTES,
        "e": event.MAX_BYTES,
    }
    for channel, size in sizes.items():
        assert f"up to {size // 1024} KiB" in lines[channel]


def test_the_ultrasonic_node_shown_is_understood() -> None:
    chapter = DOCUMENT.split("## Ultrasound\n")[1].split("\n## ")[0]
    streams, said = (line.strip() for line in chapter.splitlines() if line.startswith("    {"))
    info_line = '{"v": 1, "boot": 3735928559, ' + streams[1:]
    readings, node = read(("info", info_line.encode()), ("s/ultrasound", said.encode()))
    announced, sounding, motion = readings
    assert isinstance(announced, Announcement)
    assert announced.streams[0].computes
    assert isinstance(sounding, Sounding)
    assert isinstance(motion, Motion)
    assert node.traffic.bad == 0


def test_every_trouble_has_its_line_and_says_what_it_costs() -> None:
    rows = re.findall(r"^\| (`[a-z_`, ]+) \|.*\| (.*) \|$", DOCUMENT, re.MULTILINE)
    costs = {name: cost for names, cost in rows for name in re.findall(r"`(\w+)`", names)}
    for trouble in SoundTrouble:
        assert costs[trouble].startswith("unavailable") is trouble.is_blinding

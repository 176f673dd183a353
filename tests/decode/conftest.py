from collections.abc import Iterable
import json
import struct

import pytest

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import Reading
from halcyon.core.snapshot import Json
from halcyon.decode.node import Effect, Node

SITE = "home"
NODE = "bed-1"
ROOT = f"halcyon/1/{SITE}/{NODE}/"
BOOT = 3735928559

INFO: dict[str, Json] = {
    "v": 1,
    "boot": BOOT,
    "fw": "1.2.3",
    "model": "ld2450",
    "room": "bedroom",
    "streams": {
        "radar": {"enc": "uart", "proto": "ld2450"},
        "ultrasound": {"enc": "iq", "mics": 2, "rate_hz": 1000, "zero": 0, "scale": 0.5},
        "env": {"enc": "json"},
    },
}

# The vendor's own frame: one target at x -782 mm, y 1713 mm, -16 cm/s.
LD2450_FRAME = bytes.fromhex("aaff0300 0e03b18610004001 0000000000000000 0000000000000000 55cc")


def message(
    path: str, body: bytes | dict[str, Json], t: float = 1000.0, *, retain: bool = False
) -> Message:
    """A message of the node under test; a dict becomes JSON."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Message(ROOT + path, payload, t, retain)


def sample(number: int, t: float, **fields: Json) -> Message:
    """A sample on s/env whose uptime is the host time past 1000 s."""
    stamp: dict[str, Json] = {"n": number, "b": BOOT, "ms": int((t - 1000) * 1000) % 2**32}
    return message("s/env", stamp | fields, t)


def raw(number: int, t: float, data: bytes, *, boot: int = BOOT) -> Message:
    """A tunnelled chunk on raw/radar."""
    header = struct.pack("<4sIII", b"HN01", boot, number, int((t - 1000) * 1000) % 2**32)
    return message("raw/radar", header + data, t)


def readings(effects: Iterable[Effect]) -> list[Reading]:
    """What the observations among the effects say."""
    return [each.reading for each in effects if isinstance(each, Observation)]


@pytest.fixture
def node() -> Node:
    """A node that has announced itself live."""
    node = Node(SITE, NODE)
    node.step(message("avail", b"online", 1000.0))
    node.step(message("info", INFO, 1000.0))
    return node

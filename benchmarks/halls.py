"""Rooms with nothing but a sensor of presence, for which a benchmark speaks itself.

They take turns, so that each is empty again when its turn comes.
"""

from collections.abc import Iterable
import json

from halcyon.core.message import Message

_ROOT = "halcyon/1/home"


def topic_of(hall: str) -> str:
    """The topic on which the sensor of a room tells whether somebody is there."""
    return f"{_ROOT}/{hall}-radar/s/radar"


def greetings(halls: Iterable[str], boot: int) -> list[Message]:
    """What the sensors of these rooms announce."""
    said: list[Message] = []
    for hall in halls:
        info = {
            "v": 1,
            "boot": boot,
            "fw": "benchmark",
            "model": "radar",
            "room": hall,
            "streams": {"radar": {"enc": "json"}},
        }
        node = f"{_ROOT}/{hall}-radar"
        said += [
            Message(f"{node}/avail", b"online", 0.0, retain=True, qos=1),
            Message(f"{node}/info", json.dumps(info).encode(), 0.0, retain=True, qos=1),
        ]
    return said


def sample(boot: int, count: int, *, there: bool) -> bytes:
    """What a sensor says in its message number `count` since a boot."""
    body = {"n": count, "b": boot, "ms": 1000 * count, "presence": there}
    return json.dumps(body).encode()

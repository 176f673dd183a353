"""The node's messages, as the protocol has them."""

from dataclasses import dataclass
import json
import secrets

import numpy as np

from halcyon.core.message import topic_of
from halcyon.core.reading import Quadrature
from halcyon.core.snapshot import Json
from halcyon.decode.waveform import (
    CLIPPED,
    EMITTING,
    HEADER,
    LOST,
    MAGIC,
    PLAYBACK,
    SETTLING,
    UNKNOWN_LEVEL,
    VERSION,
)
from halcyon.service.transport import Letter

STREAM = "ultrasound"
_FLOAT32 = 1
"""Samples are floats: a calibrated tone may be so quiet that 16 bits would add more noise to the
narrow band than the microphones have."""

_LONGEST_ERROR = 256


@dataclass(frozen=True, slots=True)
class Address:
    """Where a node speaks: the site and its own id, both ids of the protocol."""

    site: str
    node: str

    def topic(self, *levels: str) -> str:
        """A topic of the node."""
        return topic_of(self.site, self.node, *levels)


def new_boot() -> int:
    """A boot id: random, because a count would need a disk that is never set back."""
    return secrets.randbits(32)


def availability(address: Address, state: str) -> Letter:
    """Whether the node is there: online or offline."""
    return Letter(address.topic("avail"), state.encode(), qos=1, retain=True)


def announcement(address: Address, body: dict[str, Json]) -> Letter:
    """What the node is."""
    return Letter(address.topic("info"), _json(body), qos=1, retain=True)


def sample(address: Address, body: dict[str, Json]) -> Letter:
    """A sample of the stream."""
    return Letter(address.topic("s", STREAM), _json(body))


def event(address: Address, kind: str, body: dict[str, Json]) -> Letter:
    """Something that happened once."""
    return Letter(address.topic("e", kind), _json(body), qos=1)


def answer(address: Address, command: str, name: str, error: str | None) -> Letter:
    """The answer to a command: done, or what went wrong and what to do."""
    body: dict[str, Json] = {"id": name, "ok": error is None}
    if error is not None:
        body["error"] = "".join(each if each.isprintable() else " " for each in error)[
            :_LONGEST_ERROR
        ]
    return Letter(address.topic("ack", command), _json(body), qos=1)


def chunk(address: Address, reading: Quadrature, boot: int, number: int, uptime: float) -> Letter:
    """A chunk of I and Q; `uptime` is in seconds at its first sample."""
    samples = np.ascontiguousarray(reading.samples)
    body = samples.view(np.float32).astype("<f4")
    flags = (
        (EMITTING if reading.emitting else 0)
        | (SETTLING if reading.settling else 0)
        | (PLAYBACK if reading.playback else 0)
        | (CLIPPED if reading.clipped else 0)
        | (LOST if reading.lost else 0)
    )
    head = HEADER.pack(
        MAGIC,
        VERSION,
        _FLOAT32,
        boot,
        number % 2**32,
        round(uptime * 1e6),
        round(1e9 / reading.rate),
        len(samples),
        body.shape[1],
        round(reading.carrier * 1000),
        UNKNOWN_LEVEL if reading.level is None else round(reading.level * 100),
        flags,
    )
    return Letter(address.topic("w", STREAM), head + body.tobytes())


def _json(body: dict[str, Json]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()

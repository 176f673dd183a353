"""A rendering as the messages of a node: 50 ms of int16 I and Q a chunk, some of them missing."""

from dataclasses import dataclass

import numpy as np

from ...core.message import Message, topic_of
from ...core.snapshot import Json
from ...decode.waveform import (
    CLIPPED,
    EMITTING,
    HEADER,
    LOST,
    MAGIC,
    PLAYBACK,
    SETTLING,
    VERSION,
)
from .arrays import Complexes
from .device import Device
from .rendering import Rendering
from .scene import Scene

_INT16 = 2
_FULL_SCALE = 32768
CHUNK_S = 0.05

_SETTLING_S = 0.035
"""A ramp and the 30 ms that a room needs after it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a node of a site, since a boot.

    `uptime` is the node's age in seconds at the first sample and `host_t` the host's time then;
    the node's clock runs `drift_ppm` fast. A chunk arrives `latency` seconds after its last
    sample, or (with the probability `dropped`) not at all; with the probability `overrun`
    the node itself loses one and says so in the next. `seed` draws both.
    """

    site: str = "home"
    node: str = "speaker"
    boot: int = 1
    uptime: float = 10.0
    host_t: float = 0.0
    drift_ppm: float = 0.0
    latency: float = 0.01
    dropped: float = 0.0
    overrun: float = 0.0
    seed: int = 0


def announced(device: Device) -> Json:
    """The entry of the stream in a node's announcement."""
    return {
        "enc": "iq",
        "mics": len(device.microphones),
        "rate_hz": device.rate,
        "zero": 0,
        "scale": 1 / _FULL_SCALE,
    }


def to_chunks(rendering: Rendering, scene: Scene, sender: Sender) -> list[Message]:
    """The rendering as `w/ultrasound` messages in the order of their arrival.

    Samples that fill no chunk are left out.
    """
    rng = np.random.default_rng(sender.seed)
    topic = topic_of(sender.site, sender.node, "w", "ultrasound")
    size = round(CHUNK_S * rendering.rate)
    messages: list[Message] = []
    number, lost = 0, False
    for index in range(len(rendering.iq) // size):
        if rng.uniform() < sender.overrun:
            lost = True
            continue
        iq = rendering.iq[index * size : (index + 1) * size]
        flags = _flags(scene, index, iq) | (LOST if lost else 0)
        payload = _chunk(iq, scene.device, sender, number, index, flags)
        lost, number = False, (number + 1) % 2**32
        if rng.uniform() < sender.dropped:
            continue
        # The node counts samples of its own clock, which is fast by so much.
        end = (index + 1) * CHUNK_S / (1 + sender.drift_ppm * 1e-6)
        messages.append(Message(topic, payload, sender.host_t + end + sender.latency))
    return messages


def _chunk(
    iq: Complexes, device: Device, sender: Sender, number: int, index: int, flags: int
) -> bytes:
    counts = np.rint(np.ascontiguousarray(iq, dtype=np.complex64).view(np.float32) * _FULL_SCALE)
    body = np.clip(counts, -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")
    head = HEADER.pack(
        MAGIC,
        VERSION,
        _INT16,
        sender.boot,
        number,
        round((sender.uptime + index * CHUNK_S) * 1e6),
        round(1e9 / device.rate),
        len(iq),
        body.shape[1],
        round(device.carrier * 1000),
        round(device.level * 100),
        flags,
    )
    return head + body.tobytes()


def _flags(scene: Scene, index: int, iq: Complexes) -> int:
    t = index * CHUNK_S + np.linspace(-_SETTLING_S, CHUNK_S, 170, endpoint=False)
    envelope = scene.emission.envelope(t)
    inside = envelope[t >= 0]
    flags = 0
    if inside.min() >= 1:
        flags |= EMITTING
    if envelope.max() > 0 and np.ptp(envelope) > 0:
        flags |= SETTLING
    if scene.playback is not None and scene.playback.plays(t[t >= 0]).any():
        flags |= PLAYBACK
    if np.abs(iq.view(np.float32)).max() >= 1 or np.abs(iq).max() > 1:
        flags |= CLIPPED
    return flags

"""A node: its clock, its sequence numbers, which streams may send, and how messages travel.

It takes what its sensors say and makes of it the bytes of protocol 1 and the time at which they
reach a host.
"""

from dataclasses import dataclass, field
import json
import struct

import numpy as np

from ..core.message import Message
from ..core.snapshot import Json
from .faults import Change, Faults
from .parts import NodeSpec
from .sensor import Emission, Sensor, Wave

FIRMWARE = "simulated-1"

_RAW_HEADER = struct.Struct("<4sIII")
_WAVE_HEADER = struct.Struct("<2sBBIIqIHHIhH")
_WAVE_VERSION = 1
_INT16 = 2
_LOST_BEFORE = 16
"""Flag of a chunk: samples are missing between it and the one before."""

_U32 = 0xFFFFFFFF

_HOLD_S = 60.0
"""Serial bytes and waveforms leave the node this long after the radar's presence flag was last up,
and after `cmd/rate` last asked for them; `hardware/esphome` does the same."""

_DELAY_S = 0.004
_JITTER_S = 0.012
_RETRY = 0.004
_RETRY_S = 0.25
"""From a node to its host over Wi-Fi and broker: a floor, an exponential tail, and now and then a
retransmission (chosen; a broker alone was measured at 10 ms median on a small machine)."""

_SPLIT = 0.02
"""How often a read of the serial line ends in the middle of a frame (chosen)."""

_UPTIME_S = (60.0, 3 * 86400.0)
"""How long nodes have been up when the scenario begins."""

_IGNORED_COMMANDS = frozenset({"alarm", "calibrate", "emit", "light", "play"})
"""Acknowledged without effect: these nodes have no loudspeaker, lamp or disk."""


@dataclass(slots=True)
class _Boot:
    """One run of the firmware: its id, when it began (scenario seconds), and what it forgets.

    Of each stream: how many messages it sent, and until when it may leave because the radar saw
    somebody or because it was asked for. `stopped` are the streams of samples that were asked to
    stop. Standby is not here, because nodes keep it across a power cut.
    """

    id: int
    began: float
    counters: dict[str, int] = field(default_factory=dict)
    seen_until: dict[str, float] = field(default_factory=dict)
    asked_until: dict[str, float] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)

    def count(self, topic: str) -> int:
        number = self.counters.get(topic, 0)
        self.counters[topic] = (number + 1) & _U32
        return number


class Node:
    """One simulated node. `start` is unix time at the beginning of the scenario.

    Times given and taken are seconds since then; only messages carry host time.
    """

    def __init__(
        self,
        spec: NodeSpec,
        sensors: list[Sensor],
        faults: Faults,
        prefix: str,
        start: float,
        rng: np.random.Generator,
    ) -> None:
        self.spec = spec
        self._sensors = sensors
        self._faults = faults
        self._prefix = f"{prefix}{spec.id}/"
        self._start = start
        self._rng = rng
        self._boot = _Boot(_boot_id(rng), -float(rng.uniform(*_UPTIME_S)))
        self._arrived = start
        self._standby = False
        self._rest: dict[str, bytes] = {}
        self._waved: dict[str, float] = {}

    def greet(self) -> list[Message]:
        """What a host that subscribes at the beginning finds retained."""
        return [
            Message(self._prefix + "avail", b"online", self._start, retain=True, qos=1),
            Message(self._prefix + "info", self._info(), self._start, retain=True, qos=1),
        ]

    def run(self, start: float, end: float) -> list[Message]:
        """Everything that it sends in [start, end), in the order of arrival."""
        spoken = [emission for sensor in self._sensors for emission in sensor.emit(end)]
        spoken += self._faults.flood(start, end)
        happened: list[Emission | Change] = [*self._faults.changes(start, end), *spoken]
        happened.sort(key=lambda each: each.t)
        messages: list[Message] = []
        for each in happened:
            if isinstance(each, Change):
                messages += self._change(each)
            else:
                messages += self._send(each)
        return messages

    def command(self, name: str, fields: dict[str, Json], t: float) -> list[Message]:
        """Obey `cmd/<name>` at t and answer on `ack/<name>`; a node that is away hears nothing."""
        if not self._faults.reachable(t):
            return []
        error = self._obey(name, fields, t)
        answer = {"id": fields.get("id"), "ok": error is None, "error": error}
        messages = [self._message(t, f"ack/{name}", _json(answer), qos=1)]
        if name == "rebirth":
            messages.append(self._message(t, "info", self._info(), qos=1))
        return messages

    def _obey(self, name: str, fields: dict[str, Json], t: float) -> str | None:
        expires = fields.get("expires")
        if self.spec.sntp and isinstance(expires, int | float) and expires < self._clock(t):
            return "the command has expired"
        boot = self._boot
        if name == "standby":
            standby = fields.get("on") is True
            if standby is not self._standby:
                self._standby = standby
                boot.seen_until.clear()
                boot.asked_until.clear()
        elif name == "rate":
            stream, hertz = fields.get("stream"), fields.get("hz")
            if not isinstance(stream, str) or not isinstance(hertz, int | float):
                return "rate needs stream and hz"
            if hertz > 0:
                boot.stopped.discard(stream)
                boot.asked_until[stream] = t + _HOLD_S
            else:
                boot.stopped.add(stream)
                boot.asked_until.pop(stream, None)
        elif name != "rebirth" and name not in _IGNORED_COMMANDS:
            return f"unknown command {name}"
        return None

    def _change(self, change: Change) -> list[Message]:
        if not change.online:
            return [self._message(change.t, "avail", b"offline", qos=1)]
        if change.rebooted:
            self._boot = _Boot(_boot_id(self._rng), change.t - float(self._rng.uniform(2.0, 4.0)))
            self._rest.clear()
            self._waved.clear()
        return [
            self._message(change.t, "avail", b"online", qos=1),
            self._message(change.t, "info", self._info(), qos=1),
        ]

    def _send(self, emission: Emission) -> list[Message]:
        t, stream, data = emission.t, emission.stream, emission.data
        if not self._faults.running(t) or not self._may_leave(emission):
            return []
        if isinstance(data, dict):
            topic, payload = f"s/{stream}", self._sample(t, f"s/{stream}", data)
        elif isinstance(data, Wave):
            topic, payload = f"w/{stream}", self._chunk(stream, data)
        else:
            data = self._rest.pop(stream, b"") + data
            if self._rng.random() < _SPLIT:
                cut = int(self._rng.integers(1, len(data)))
                data, self._rest[stream] = data[:cut], data[cut:]
            topic, payload = f"raw/{stream}", self._raw(t, f"raw/{stream}", data)
        return [self._message(t, topic, payload) for _ in range(self._faults.copies(t))]

    def _may_leave(self, emission: Emission) -> bool:
        t, stream, flag, boot = emission.t, emission.stream, emission.flag, self._boot
        if flag is None:
            return stream not in boot.stopped
        if flag:
            boot.seen_until[stream] = t + _HOLD_S
        if self._standby:
            return False
        if isinstance(emission.data, dict) or self.spec.open:
            return True
        return t < max(boot.seen_until.get(stream, 0.0), boot.asked_until.get(stream, 0.0))

    def _sample(self, t: float, topic: str, data: dict[str, Json]) -> bytes:
        body: dict[str, Json] = {
            "n": self._boot.count(topic),
            "b": self._boot.id,
            "ms": self._milliseconds(t),
        }
        if self.spec.sntp:
            body["t"] = round(self._clock(t), 3)
        return _json(body | data)

    def _raw(self, t: float, topic: str, data: bytes) -> bytes:
        count = self._boot.count(topic)
        return _RAW_HEADER.pack(b"HN01", self._boot.id, count, self._milliseconds(t)) + data

    def _chunk(self, stream: str, wave: Wave) -> bytes:
        count = self._boot.count(f"w/{stream}")
        expected = self._waved.get(stream, wave.t0)
        self._waved[stream] = wave.t0 + wave.period * len(wave.samples)
        header = _WAVE_HEADER.pack(
            b"HW",
            _WAVE_VERSION,
            _INT16,
            self._boot.id,
            count,
            round(self._uptime(wave.t0) * 1e6),
            round(wave.period * 1e9),
            len(wave.samples),
            1,
            0,
            0,
            _LOST_BEFORE if wave.t0 - expected > wave.period / 2 else 0,
        )
        return header + wave.samples.astype("<i2").tobytes()

    def _message(self, t: float, topic: str, payload: bytes, qos: int = 0) -> Message:
        """On its way over one connection, so that nothing overtakes."""
        delay = _DELAY_S + _JITTER_S * self._rng.exponential()
        if self._rng.random() < _RETRY:
            delay += _RETRY_S
        self._arrived = max(self._arrived, self._start + t + delay)
        return Message(self._prefix + topic, payload, self._arrived, retain=False, qos=qos)

    def _clock(self, t: float) -> float:
        """Its wall clock, unix seconds."""
        return self._start + t + self._faults.skew(t)

    def _uptime(self, t: float) -> float:
        return (t - self._boot.began) * (1 + self.spec.drift_ppm * 1e-6)

    def _milliseconds(self, t: float) -> int:
        return int(self._uptime(t) * 1000) & _U32

    def _info(self) -> bytes:
        streams: dict[str, Json] = {}
        for sensor in self._sensors:
            streams |= sensor.announce()
        return _json(
            {
                "v": 1,
                "boot": self._boot.id,
                "fw": FIRMWARE,
                "model": self.spec.model,
                "room": self.spec.room,
                "streams": streams,
            }
        )


def _boot_id(rng: np.random.Generator) -> int:
    return int(rng.integers(1, _U32, endpoint=True))


def _json(body: dict[str, Json]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()

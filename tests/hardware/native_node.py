"""The node's C++ as a library in this process: everything of a node but ESPHome."""

from collections.abc import Mapping
import ctypes
from dataclasses import dataclass
import hashlib
import json
from pathlib import Path
import struct
import subprocess
from typing import Any

from tests.hardware.esphome_cli import CACHE, COMPONENT

from halcyon.core.snapshot import Json
from halcyon.simulate import frames

PREFIX = "halcyon/1/home/bed-1/"
HEADER = struct.Struct("<4sIII")
"""Of a raw message: magic, boot, sequence, uptime of the last byte."""

EMPTY = frames.ld2450([])
SOMEBODY = frames.ld2450([(-782, 1713, -16, 320)])
RESIDUE = frames.ld2450([(500, 2000, 0, 0)])
"""A slot that tracks nothing but keeps the place of a target long gone."""

_NATIVE = Path(__file__).parent / "native"


@dataclass(frozen=True)
class Sent:
    """A message of a node. `payload` is what it published."""

    topic: str
    payload: bytes
    qos: int
    retain: bool

    @property
    def json(self) -> dict[str, Any]:
        body = json.loads(self.payload)
        assert isinstance(body, dict)
        return body


_SINK = ctypes.CFUNCTYPE(
    None,
    ctypes.c_char_p,
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_uint8,
    ctypes.c_bool,
)
_WIRE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t)
_TOLD = ctypes.CFUNCTYPE(None, ctypes.c_bool)


class NativeNode:
    """The node's C++ in this process. Times are milliseconds since its boot."""

    def __init__(self, library: ctypes.CDLL, boot: int = 7) -> None:
        self._library = library
        self.boot = boot
        self.sent: list[Sent] = []
        self.written: list[bytes] = []
        self.standby: list[bool] = []
        # ctypes keeps no reference to callbacks, nor to the array that the node reads.
        self._sink = _SINK(self._on_sent)
        self._wire = _WIRE(lambda data, size: self.written.append(ctypes.string_at(data, size)))
        self._told = _TOLD(self.standby.append)
        self._values = (ctypes.c_float * 4)(*[float("nan")] * 4)
        self._node = ctypes.c_void_p(library.node_new(boot, self._sink))
        library.node_standby(self._node, False, self._told)

    def _on_sent(self, topic: bytes, data: int, size: int, qos: int, retain: bool) -> None:
        self.sent.append(Sent(topic.decode(), ctypes.string_at(data, size), qos, retain))

    def close(self) -> None:
        self._library.node_free(self._node)

    def radar(self, protocol: str, watcher: str) -> None:
        made = self._library.node_radar(self._node, protocol.encode(), watcher.encode(), self._wire)
        assert made, f"there is no {watcher}"

    def environment(self, every_ms: int, *values: float) -> None:
        self.measure(*values)
        self._library.node_environment(self._node, every_ms, self._values)

    def measure(self, *values: float) -> None:
        self._values[:] = list(values)

    def restored(self, *, standby: bool) -> None:
        self._library.node_standby(self._node, standby, self._told)

    def feed(self, data: bytes, ms: int) -> None:
        self._library.node_bytes(self._node, data, len(data), ms % 2**32)

    def loop(self, ms: int, *, connected: bool = True, unix: int = -1) -> None:
        self._library.node_loop(self._node, connected, ms % 2**32, unix)

    def command(
        self, name: str, body: Mapping[str, Json] | bytes, ms: int = 0, *, unix: int = -1
    ) -> None:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        topic = name if "/" in name else f"{PREFIX}cmd/{name}"
        self._library.node_command(
            self._node, topic.encode(), payload, len(payload), ms % 2**32, unix
        )

    def run(self, data: bytes, start: int, end: int, step: int = 100) -> None:
        """Feed the same bytes every step, and let time pass in between as ESPHome does."""
        for ms in range(start, end, step):
            self.feed(data, ms)
            for later in range(ms, ms + step, 20):
                self.loop(later)

    def raw_bytes(self) -> bytes:
        """What the radar sent, as far as it has left."""
        return b"".join(sent.payload[HEADER.size :] for sent in self.on("raw/radar"))

    def on(self, rest: str) -> list[Sent]:
        """What was sent on halcyon/1/home/bed-1/<rest>."""
        return [sent for sent in self.sent if sent.topic == PREFIX + rest]


def load_library(compiler: str) -> ctypes.CDLL:
    """The node's C++ compiled for this machine; kept until a source changes."""
    sources = [_NATIVE / "node_abi.cpp", COMPONENT / "node.cpp"]
    read = [*sources, *sorted(COMPONENT.glob("*.h"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in read)).hexdigest()[:16]
    built = CACHE / "native" / f"node-{digest}.so"
    if not built.exists():
        built.parent.mkdir(parents=True, exist_ok=True)
        flags = ["-std=gnu++20", "-O1", "-fPIC", "-shared", "-fno-exceptions", "-fno-rtti"]
        strict = ["-Wall", "-Wextra", "-Wshadow", "-Werror", "-D_GLIBCXX_ASSERTIONS"]
        files = [str(path) for path in sources]
        subprocess.run(
            [compiler, *flags, *strict, f"-I{COMPONENT}", *files, "-o", str(built)],
            check=True,
        )
    loaded = ctypes.CDLL(str(built))
    loaded.node_new.restype = ctypes.c_void_p
    loaded.node_new.argtypes = [ctypes.c_uint32, _SINK]
    loaded.node_radar.restype = ctypes.c_bool
    loaded.node_radar.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, _WIRE]
    loaded.node_environment.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p]
    loaded.node_standby.argtypes = [ctypes.c_void_p, ctypes.c_bool, _TOLD]
    loaded.node_bytes.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint32,
    ]
    loaded.node_command.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint32,
        ctypes.c_int64,
    ]
    loaded.node_loop.argtypes = [
        ctypes.c_void_p,
        ctypes.c_bool,
        ctypes.c_uint32,
        ctypes.c_int64,
    ]
    loaded.node_free.argtypes = [ctypes.c_void_p]
    return loaded

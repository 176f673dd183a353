"""The broker of a firmware on this machine: the other end of firmware/components/mqtt."""

from pathlib import Path
import socket
import struct
import time
from typing import Self

from tests.hardware.firmware_process import PATIENCE_S
from tests.hardware.native_node import Sent

from halcyon.core.message import Message

_HEADER = struct.Struct("<IIBB")
"""Length of topic and payload, QoS, retain."""


class SocketBroker:
    """Hears one node. It keeps every message with the host time of its arrival."""

    def __init__(self, folder: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / "broker.sock"))
        self._listener.listen(1)
        self._listener.settimeout(PATIENCE_S)
        self._node: socket.socket | None = None
        self.heard: list[Message] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()
        self._listener.close()

    def accept(self) -> str:
        """Wait for the node; what it has subscribed to."""
        self._node, _ = self._listener.accept()
        self._node.settimeout(PATIENCE_S)
        sent = self._receive()
        assert sent.topic == "$subscribe"
        return sent.payload.decode()

    def drop(self) -> None:
        """Break the connection."""
        if self._node is not None:
            self._node.close()
            self._node = None

    def publish(self, topic: str, payload: bytes) -> None:
        """Give the node a message."""
        assert self._node is not None
        header = _HEADER.pack(len(topic), len(payload), 1, 0)
        self._node.sendall(header + topic.encode() + payload)

    def wait_for(self, rest: str, count: int = 1) -> list[Sent]:
        """The next messages whose topic ends with this; everything on the way is heard too."""
        found: list[Sent] = []
        while len(found) < count:
            sent = self._receive()
            # The node's messages arrive as live ones, whatever the broker keeps.
            self.heard.append(Message(sent.topic, sent.payload, time.time(), qos=sent.qos))
            if sent.topic.endswith(f"/{rest}"):
                found.append(sent)
        return found

    def _receive(self) -> Sent:
        topic_size, size, qos, retain = _HEADER.unpack(self._exactly(_HEADER.size))
        topic = self._exactly(topic_size).decode()
        return Sent(topic, self._exactly(size), qos, bool(retain))

    def _exactly(self, size: int) -> bytes:
        assert self._node is not None
        data = b""
        while len(data) < size:
            chunk = self._node.recv(size - len(data))
            if not chunk:
                raise ConnectionError("the node has gone")
            data += chunk
        return data

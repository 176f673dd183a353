"""Telling systemd that the node is up and alive, as sd_notify(3) describes it."""

import os
import socket


class Supervisor:
    """Whoever supervises this process; nobody does where the environment names no socket."""

    def __init__(self) -> None:
        self._path = os.environ.get("NOTIFY_SOCKET")

    def ready(self, status: str) -> None:
        """The node senses."""
        self._tell(f"READY=1\nSTATUS={status}")

    def alive(self) -> None:
        """Sound still comes in."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """The node is about to end."""
        self._tell("STOPPING=1")

    def _tell(self, text: str) -> None:
        if self._path is None:
            return
        # A leading @ stands for the zero byte of an abstract name.
        address = "\0" + self._path[1:] if self._path.startswith("@") else self._path
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.connect(address)
            out.send(text.encode())
